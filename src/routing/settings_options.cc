// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/settings_options.h"

#include <algorithm>

namespace bellrock::routing {
namespace {

constexpr int64_t kBackoffMostMs = 3'600'000;
constexpr Duration kBackoffLeast = std::chrono::milliseconds(10);
// Less than the others' own spread would shield by turns.
constexpr double kLatencyFactorLeast = 1.5;

}  // namespace

L5Options L5OptionsFrom(const v1::L5Settings& said, const L5Options& given) {
  L5Options options = said.as_published() ? kL5AsPublished : given;
  const auto take = [](double wanted, double& option) {
    if (wanted > 0) option = wanted;
  };
  take(said.delay_multiplier(), options.delay_multiplier);
  take(said.ok_multiplier(), options.ok_multiplier);
  take(said.ok_rate_floor(), options.ok_rate_floor);
  take(said.fade(), options.fade);
  if (said.as_published()) return options;
  take(said.calls_min(), options.calls_min);
  take(said.kept_fade(), options.kept_fade);
  take(said.damping(), options.damping);
  take(said.change_max(), options.change_max);
  return options;
}

ShieldOptions ShieldOptionsFrom(const v1::ShieldSettings& settings) {
  ShieldOptions options;
  const auto rate = [](double given, double otherwise) {
    return given > 0 ? std::min(given, 1.0) : otherwise;
  };
  const auto time = [](int64_t given_ms, Duration otherwise) {
    if (given_ms <= 0) return otherwise;
    return std::clamp<Duration>(std::chrono::milliseconds(std::min(given_ms, kBackoffMostMs)),
                                kBackoffLeast, std::chrono::milliseconds(kBackoffMostMs));
  };
  options.off = settings.off();
  if (settings.failure_run() > 0) options.failure_run = settings.failure_run();
  options.failure_rate = rate(settings.failure_rate(), options.failure_rate);
  options.shrink_failure_rate = rate(settings.shrink_failure_rate(), options.shrink_failure_rate);
  options.backoff_min = time(settings.backoff_min_ms(), options.backoff_min);
  options.backoff_max =
      std::max(options.backoff_min, time(settings.backoff_max_ms(), options.backoff_max));
  options.shielded_share_max = rate(settings.shielded_share_max(), options.shielded_share_max);
  return options;
}

LatencyOptions LatencyOptionsFrom(const v1::ShieldSettings& settings) {
  LatencyOptions options;
  if (!settings.off() && settings.latency_factor() > 0) {
    options.factor = std::max(kLatencyFactorLeast, settings.latency_factor());
  }
  return options;
}

MethodShieldOptions MethodShieldOptionsFrom(const v1::ShieldSettings& settings) {
  const ShieldOptions instances = ShieldOptionsFrom(settings);
  MethodShieldOptions options;
  options.off = settings.off() || settings.per_method_off();
  options.failure_run = instances.failure_run;
  options.run_age_max = instances.run_age_max;
  options.failure_rate = instances.failure_rate;
  options.shielded_share_max = instances.shielded_share_max;
  return options;
}

}  // namespace bellrock::routing
