// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/time.h"

namespace bellrock::rpc::protect {

struct LimiterOptions {
  int fixed = 0;  // > 0: this limit, never adapted
  int floor = 8;
  int ceiling = 1000;
  int initial = 20;        // Netflix Gradient2Limit's
  double tolerance = 1.5;  // latency up to this times the unloaded one is no queue

  bool operator==(const LimiterOptions&) const = default;
};

// How many calls may be served at once, learnt from their latency: while it stays near what it is
// without load, the limit grows by its square root per window; when it rises, the limit shrinks in
// proportion (the gradient of Netflix concurrency-limits' GradientLimit and Gradient2Limit). Pure.
//
// The latency without load is what such limiters go wrong by: measured too high they let the queue
// in, measured too low they starve the server and never come back (apache/brpc issues 1006, 1334,
// 2013). Here it is measured on purpose: now and then the limit is halved for some windows, and
// halved again as long as that makes calls faster. When it does not, there was no queue of ours,
// and what is measured is the latency without load, be it higher or lower than before. Then the
// limit is what it was, less the queue that was found: a probe never lowers it otherwise, so it
// cannot spiral down. The limit is always within floor..ceiling.
class ConcurrencyLimiter {
 public:
  struct Sample {
    Time began{};
    Duration latency{};
    int in_flight = 0;     // with this one
    bool dropped = false;  // it ran into its deadline: its latency would have been longer
  };

  explicit ConcurrencyLimiter(const LimiterOptions& options);

  // Keeps what was learnt, within the new bounds.
  void SetOptions(const LimiterOptions& options);
  // Whether the limit is kept to. In a dry run it is not, so probing would show nothing; then the
  // latency without load only follows what is seen.
  void set_enforced(bool enforced) { enforced_ = enforced; }

  int limit() const { return limit_; }
  // A served call has ended. Calls that failed for reasons of their own are no samples.
  void OnSample(Time now, const Sample& sample);
  // Ends a probe that gets no samples. Cheap; before each use of limit().
  void OnTime(Time now) {
    if (probing_ && now >= probe_until_) AbandonProbe();
  }

  bool adaptive() const { return options_.fixed == 0; }
  bool probing() const { return probing_; }
  Duration base_latency() const { return Duration(static_cast<int64_t>(base_ns_)); }
  Duration latency() const { return Duration(static_cast<int64_t>(latency_ns_)); }
  // For people.
  std::string_view State() const;

 private:
  struct Window {
    Time since{};
    int64_t samples = 0;
    int64_t dropped = 0;
    double sum_ns = 0;
    int in_flight_max = 0;
  };

  bool WindowIsFull(Time now) const;
  void CloseWindow(Time now);
  void LearnBase(double latency_ns, bool loaded);
  void Adapt(double latency_ns, bool may_grow);
  bool ProbeIsDue(Time now, double latency_ns) const;
  void BeginProbe(Time now, double latency_ns);
  void ProbeStep(Time now, double limit);
  void CloseProbeStep(Time now, double latency_ns);
  void EndProbe(Time now);
  void AbandonProbe();
  void RestoreLimit(double limit);
  void SetLimit(double limit);
  double Gradient(double latency_ns) const;

  LimiterOptions options_;
  bool enforced_ = true;
  double exact_limit_ = 0;
  int limit_ = 0;
  double base_ns_ = 0;     // 0 = nothing measured yet
  double latency_ns_ = 0;  // mean of the last window
  Window window_;
  int deep_windows_ = 0;  // in a row, in which latency was beyond all tolerance

  bool probing_ = false;
  double probe_saved_limit_ = 0;
  double probe_saved_ns_ = 0;  // latency before
  double probe_best_ns_ = 0;
  Time probe_until_{};
  Time probe_not_before_{};
  Time probe_at_latest_{};
  Duration probe_pause_;
};

}  // namespace bellrock::rpc::protect
