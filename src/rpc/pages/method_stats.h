// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/pages/latency_counts.h"
#include "rpc/pages/latency_histogram.h"

namespace bellrock::rpc {

// What the pages show of one method: counts since the start, latencies since the start in buckets,
// and exact ones over the last 10 to 20 seconds (the window under way and the one before it). Pure;
// one per method and loop, merged when somebody looks.
class MethodStats {
 public:
  static constexpr Duration kWindow = std::chrono::seconds(10);

  void Add(Time now, StatusCode code, Duration latency);
  // Drops what is too old to show.
  void Advance(Time now);
  void Merge(const MethodStats& other);

  uint64_t calls() const;
  uint64_t calls(StatusCode code) const { return by_code_[static_cast<size_t>(code)]; }
  // Of both windows together.
  LatencyCounts Recent() const;
  LatencyHistogram SinceStart() const;
  // Calls a second over what the windows cover at `now`; 0 without calls.
  double Rate(Time now) const;

 private:
  std::array<uint64_t, kStatusCodeCount> by_code_{};
  Time window_begun_ = Time::min();
  Time covers_from_ = Time::max();
  LatencyCounts current_;
  LatencyCounts previous_;
  LatencyHistogram older_;  // than both
};

}  // namespace bellrock::rpc
