// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/concurrency_limiter.h"

#include <algorithm>
#include <cmath>

namespace bellrock::rpc::protect {
namespace {

// A window is judged when it is this old and has so many samples (Netflix WindowedLimit: 10).
constexpr Duration kWindow = std::chrono::milliseconds(100);
constexpr int64_t kWindowSamplesMin = 10;
// One bad window at most halves the limit (Netflix GradientLimit).
constexpr double kGradientMin = 0.5;
// Of a new limit, how much is believed at once.
constexpr double kSmoothing = 0.5;
// With more calls cut off by their deadlines than this the rest says little.
constexpr double kDroppedShareMax = 0.1;
// How fast the unloaded latency follows: downwards, up while the server is not loaded, and up in a
// dry run.
constexpr double kBaseDown = 0.2;
constexpr double kBaseUp = 0.05;
constexpr double kBaseUpDryRun = 0.02;
// A probe looks for less latency than this share of the last step's.
constexpr double kProbeGain = 0.9;
// Latencies that differ less are the same.
constexpr double kSameLatency = 1.1;
// So many windows beyond all tolerance are an overload, or a base that is out of date.
constexpr int kDeepWindowsMax = 5;
// A step of a probe is judged by more samples than a window, for what it finds holds for longer.
constexpr int64_t kProbeSamples = 50;
constexpr Duration kProbeStepLong = std::chrono::seconds(1);
constexpr Duration kProbePauseMin = std::chrono::seconds(1);
constexpr Duration kProbePauseMax = std::chrono::seconds(60);
constexpr Duration kProbeInterval = std::chrono::seconds(30);
// A step of a probe that has found no samples by then is given up.
constexpr Duration kProbeStepMax = std::chrono::seconds(5);

}  // namespace

ConcurrencyLimiter::ConcurrencyLimiter(const LimiterOptions& options)
    : options_(options), probe_pause_(kProbePauseMin) {
  SetLimit(options.initial);
}

void ConcurrencyLimiter::SetOptions(const LimiterOptions& options) {
  if (probing_) AbandonProbe();
  options_ = options;
  SetLimit(base_ns_ == 0 ? options.initial : exact_limit_);
}

void ConcurrencyLimiter::SetLimit(double limit) {
  exact_limit_ = std::clamp(limit, static_cast<double>(options_.floor),
                            static_cast<double>(std::max(options_.floor, options_.ceiling)));
  limit_ = adaptive() ? static_cast<int>(exact_limit_) : options_.fixed;
}

void ConcurrencyLimiter::OnSample(Time now, const Sample& sample) {
  if (!adaptive()) return;
  // What began before a probe's step says nothing about it.
  if (probing_ && sample.began < window_.since) return OnTime(now);
  if (window_.samples == 0 && !probing_) window_.since = now;
  ++window_.samples;
  window_.dropped += sample.dropped ? 1 : 0;
  window_.sum_ns += static_cast<double>(std::max<int64_t>(sample.latency.count(), 1));
  window_.in_flight_max = std::max(window_.in_flight_max, sample.in_flight);
  if (WindowIsFull(now)) CloseWindow(now);
}

bool ConcurrencyLimiter::WindowIsFull(Time now) const {
  const Duration age = now - window_.since;
  if (window_.samples < kWindowSamplesMin || age < kWindow) return false;
  return !probing_ || window_.samples >= kProbeSamples || age >= kProbeStepLong;
}

void ConcurrencyLimiter::CloseWindow(Time now) {
  const Window window = window_;
  window_ = {};
  const double latency_ns = window.sum_ns / static_cast<double>(window.samples);
  latency_ns_ = latency_ns;
  if (probing_) return CloseProbeStep(now, latency_ns);
  if (base_ns_ == 0) {
    base_ns_ = latency_ns;
    probe_at_latest_ = now + kProbeInterval;
  }
  const bool loaded = 2 * window.in_flight_max >= limit_;
  const bool cut_off =
      static_cast<double>(window.dropped) > kDroppedShareMax * static_cast<double>(window.samples);
  if (!cut_off) LearnBase(latency_ns, loaded);
  Adapt(latency_ns, loaded && !cut_off);
  deep_windows_ = Gradient(latency_ns) <= kGradientMin ? deep_windows_ + 1 : 0;
  if (ProbeIsDue(now, latency_ns)) BeginProbe(now, latency_ns);
}

void ConcurrencyLimiter::LearnBase(double latency_ns, bool loaded) {
  const double difference = latency_ns - base_ns_;
  if (difference < 0) {
    base_ns_ += kBaseDown * difference;
  } else if (!enforced_) {
    base_ns_ += kBaseUpDryRun * difference;
  } else if (!loaded && latency_ns < options_.tolerance * base_ns_) {
    base_ns_ += kBaseUp * difference;
  }
}

double ConcurrencyLimiter::Gradient(double latency_ns) const {
  return std::clamp(options_.tolerance * base_ns_ / latency_ns, kGradientMin, 1.0);
}

void ConcurrencyLimiter::Adapt(double latency_ns, bool may_grow) {
  // The square root is the queue that is allowed for, so that there is something to learn from.
  const double next = exact_limit_ * Gradient(latency_ns) + std::sqrt(exact_limit_);
  if (next > exact_limit_ && !may_grow) return;
  SetLimit(exact_limit_ + kSmoothing * (next - exact_limit_));
}

bool ConcurrencyLimiter::ProbeIsDue(Time now, double latency_ns) const {
  if (!enforced_ || now < probe_not_before_) return false;
  if (deep_windows_ >= kDeepWindowsMax) return true;
  return now >= probe_at_latest_ && latency_ns > kSameLatency * base_ns_;
}

void ConcurrencyLimiter::BeginProbe(Time now, double latency_ns) {
  probing_ = true;
  probe_saved_limit_ = exact_limit_;
  probe_saved_ns_ = latency_ns;
  probe_best_ns_ = latency_ns;
  ProbeStep(now, exact_limit_ / 2);
}

void ConcurrencyLimiter::ProbeStep(Time now, double limit) {
  SetLimit(limit);
  window_ = {.since = now};
  probe_until_ = now + kProbeStepMax;
}

void ConcurrencyLimiter::CloseProbeStep(Time now, double latency_ns) {
  const bool faster = latency_ns < kProbeGain * probe_best_ns_;
  const bool lowest = limit_ <= options_.floor;
  // Two steps that differ little measured the same, so their mean is the better measure; but what
  // was seen before the probe began is old.
  const bool again = !faster && probe_best_ns_ != probe_saved_ns_;
  probe_best_ns_ = again ? (probe_best_ns_ + latency_ns) / 2 : latency_ns;
  if (faster && !lowest) return ProbeStep(now, exact_limit_ / 2);
  EndProbe(now);
}

void ConcurrencyLimiter::EndProbe(Time now) {
  const double old_base_ns = base_ns_;
  base_ns_ = probe_best_ns_;
  const double change = std::max(base_ns_, old_base_ns) / std::min(base_ns_, old_base_ns);
  probe_pause_ =
      change > kSameLatency ? kProbePauseMin : std::min(2 * probe_pause_, kProbePauseMax);
  probe_not_before_ = now + probe_pause_;
  probe_at_latest_ = now + kProbeInterval;
  // In a queue latency is proportional to the limit, so this is the limit without it.
  RestoreLimit(probe_saved_limit_ * std::min(1.0, options_.tolerance * base_ns_ / probe_saved_ns_));
}

void ConcurrencyLimiter::AbandonProbe() {
  probe_not_before_ = probe_until_ + probe_pause_;
  RestoreLimit(probe_saved_limit_);
}

void ConcurrencyLimiter::RestoreLimit(double limit) {
  probing_ = false;
  deep_windows_ = 0;
  window_ = {};
  SetLimit(limit);
}

std::string_view ConcurrencyLimiter::State() const {
  if (!adaptive()) return "fixed";
  if (probing_) return "probing the latency without load";
  if (base_ns_ == 0) return "no calls seen yet";
  if (limit_ >= options_.ceiling) return "at its ceiling";
  if (Gradient(latency_ns_) < 1) return limit_ <= options_.floor ? "at its floor" : "shrinking";
  return "steady or growing";
}

}  // namespace bellrock::rpc::protect
