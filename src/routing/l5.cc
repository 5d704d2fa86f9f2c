// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/l5.h"

#include <algorithm>
#include <limits>

namespace bellrock::routing {
namespace {

// A mean below the clock's own step would make every other instance look infinitely slow.
constexpr double kDelayFloorUs = 1;

double OkRate(const L5Options& options, const L5Sample& sample) {
  const double rate = static_cast<double>(sample.ok) / static_cast<double>(sample.calls());
  return std::max(rate, options.ok_rate_floor);
}

double Delay(const L5Sample& sample) {
  return std::max(static_cast<double>(sample.latency_us) / static_cast<double>(sample.ok),
                  kDelayFloorUs);
}

double Fade(const L5Options& options, double load) {
  return 1 + (load - 1) * options.fade;
}

}  // namespace

void EndL5Period(const L5Options& options, std::span<const L5Sample> samples,
                 std::span<L5Figures> figures) {
  double delay_min = std::numeric_limits<double>::max();
  double ok_rate_max = options.ok_rate_floor;
  for (const L5Sample& sample : samples) {
    if (sample.calls() == 0) continue;
    ok_rate_max = std::max(ok_rate_max, OkRate(options, sample));
    if (sample.ok > 0) delay_min = std::min(delay_min, Delay(sample));
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
      figure.delay_us = Delay(sample);
      figure.delay_load = figure.delay_us / delay_min;
    } else {
      figure.delay_load = Fade(options, figure.delay_load);
    }
    figure.dynamic_weight =
        1 / (figure.delay_load * options.delay_multiplier + figure.ok_load * options.ok_multiplier);
  }
}

}  // namespace bellrock::routing
