// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/l5.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bellrock::routing {
namespace {

// A mean below the clock's own step would make every other instance look infinitely slow.
constexpr double kDelayFloorUs = 1;

double OkRate(const L5Options& options, const L5Figures& figure) {
  return std::max(figure.ok / figure.calls(), options.ok_rate_floor);
}

double Delay(const L5Figures& figure) {
  return std::max(figure.latency_us / figure.ok, kDelayFloorUs);
}

// Makes the period part of what the figures rest on.
void Remember(const L5Options& options, const L5Sample& sample, L5Figures& figure) {
  const auto calls = static_cast<double>(sample.calls());
  if (calls == 0) {
    figure.ok *= options.kept_fade;
    figure.failed *= options.kept_fade;
    figure.latency_us *= options.kept_fade;
    return;
  }
  const double missing = std::max(0.0, options.calls_min - calls);
  const double kept =
      figure.calls() > 0 ? std::min(options.kept_fade, missing / figure.calls()) : 0;
  figure.ok = static_cast<double>(sample.ok) + kept * figure.ok;
  figure.failed = static_cast<double>(sample.failed) + kept * figure.failed;
  figure.latency_us = static_cast<double>(sample.latency_us) + kept * figure.latency_us;
  figure.seen = std::min(figure.seen + calls, options.calls_min);
}

// Of a new instance little is known: that much of the distance from 1 counts.
double Trust(const L5Options& options, const L5Figures& figure) {
  return options.calls_min > 0 ? figure.seen / options.calls_min : 1;
}

double Step(const L5Options& options, double weight, double wanted) {
  const double factor = std::pow(wanted / weight, options.damping);
  return weight * std::clamp(factor, 1 / options.change_max, options.change_max);
}

double Fade(const L5Options& options, double load) {
  return 1 + (load - 1) * options.fade;
}

}  // namespace

void EndL5Period(const L5Options& options, std::span<const L5Sample> samples,
                 std::span<L5Figures> figures) {
  double delay_min = std::numeric_limits<double>::max();
  double ok_rate_max = options.ok_rate_floor;
  for (size_t k = 0; k < samples.size(); ++k) {
    Remember(options, samples[k], figures[k]);
    if (samples[k].calls() == 0) continue;
    ok_rate_max = std::max(ok_rate_max, OkRate(options, figures[k]));
    if (figures[k].ok > 0) delay_min = std::min(delay_min, Delay(figures[k]));
  }
  for (size_t k = 0; k < samples.size(); ++k) {
    const L5Sample& sample = samples[k];
    L5Figures& figure = figures[k];
    const double trust = Trust(options, figure);
    if (sample.calls() > 0) {
      figure.ok_rate = figure.ok / figure.calls();
      figure.ok_load = 1 + trust * (ok_rate_max / OkRate(options, figure) - 1);
    } else {
      figure.ok_load = Fade(options, figure.ok_load);
    }
    if (sample.ok > 0) {
      figure.delay_us = Delay(figure);
      figure.delay_load = 1 + trust * (figure.delay_us / delay_min - 1);
    } else {
      figure.delay_load = Fade(options, figure.delay_load);
    }
    const double load =
        figure.delay_load * options.delay_multiplier + figure.ok_load * options.ok_multiplier;
    figure.dynamic_weight = Step(options, figure.dynamic_weight, 1 / load);
  }
}

}  // namespace bellrock::routing
