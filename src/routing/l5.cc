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

double OkRate(const L5Options& options, const L5Sample& sample) {
  const double rate = static_cast<double>(sample.ok) / static_cast<double>(sample.calls());
  return std::max(rate, options.ok_rate_floor);
}

double Delay(const L5Figures& figure) {
  return std::max(figure.kept_latency_us / figure.kept_ok, kDelayFloorUs);
}

// Makes the period part of what the delay rests on.
void Remember(const L5Options& options, const L5Sample& sample, L5Figures& figure) {
  const auto ok = static_cast<double>(sample.ok);
  double kept = options.kept_fade;
  if (ok > 0 && figure.kept_ok > 0) {
    kept = std::min(kept, std::max(0.0, options.calls_min - ok) / figure.kept_ok);
  }
  figure.kept_ok = ok + kept * figure.kept_ok;
  figure.kept_latency_us = static_cast<double>(sample.latency_us) + kept * figure.kept_latency_us;
  figure.seen = std::min(figure.seen + ok, options.calls_min);
}

// Of a new instance little is known: that much of the distance from 1 counts.
double Trust(const L5Options& options, const L5Figures& figure) {
  return options.calls_min > 0 ? figure.seen / options.calls_min : 1;
}

double Step(const L5Options& options, double load, double wanted) {
  const double factor = std::pow(wanted / load, options.damping);
  return load * std::clamp(factor, 1 / options.change_max, options.change_max);
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
    ok_rate_max = std::max(ok_rate_max, OkRate(options, samples[k]));
    if (samples[k].ok > 0) delay_min = std::min(delay_min, Delay(figures[k]));
  }
  for (size_t k = 0; k < samples.size(); ++k) {
    const L5Sample& sample = samples[k];
    L5Figures& figure = figures[k];
    if (sample.calls() > 0) {
      figure.ok_rate = static_cast<double>(sample.ok) / static_cast<double>(sample.calls());
      figure.ok_load = ok_rate_max / OkRate(options, sample);
    } else {
      figure.ok_load = Fade(options, figure.ok_load);
    }
    if (sample.ok > 0) {
      figure.delay_us = Delay(figure);
      const double load = 1 + Trust(options, figure) * (figure.delay_us / delay_min - 1);
      figure.delay_load = Step(options, figure.delay_load, load);
    } else {
      figure.delay_load = Fade(options, figure.delay_load);
    }
    figure.dynamic_weight =
        1 / (figure.delay_load * options.delay_multiplier + figure.ok_load * options.ok_multiplier);
  }
}

}  // namespace bellrock::routing
