// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

// Instances that answer, but far slower than the others. The weights (l5.h) give them less and
// never nothing, so that some callers wait long; beyond a factor they are shielded instead. Pure
// functions over arrays; nothing is kept here.
namespace bellrock::routing {

struct LatencyOptions {
  // Slower than so many times the median of the others; 0: nobody is an outlier.
  double factor = 0;
  // Once it is one, until it is no slower than this share of the factor.
  double back = 0.7;
  // No outlier by less than this: short delays differ by large factors and harm nobody.
  double floor_us = 1000;
  // Judged each time it has had so many successes (MSEC's nlb wants 10 requests of a period)...
  uint64_t calls_min = 10;
  // ...and only beside so many others that had them, so that a median means something (Envoy: 5
  // hosts in all).
  uint32_t others_min = 3;
  // Too slow so many times in a row.
  uint32_t times = 2;
  // A figure is forgotten after so many periods without a new one.
  uint32_t periods_kept = 30;
};

// Of one instance, in one period. `latency_us`: sum over the successful calls.
struct LatencySample {
  uint64_t ok = 0;
  uint64_t latency_us = 0;
  // Shielded, on trial or recovering: not compared, and what was known of it does not hold.
  bool open = true;
};

// What is known of one instance.
struct LatencyFigures {
  double mean_us = 0;    // 0: not known
  double median_us = 0;  // of the others; 0: too few
  bool slow = false;

  uint64_t ok = 0;  // since it was judged last
  uint64_t latency_us = 0;
  uint32_t age = 0;    // periods since it was judged last
  uint32_t times = 0;  // too slow, in a row
};

// What a shield is told of it.
struct LatencyVerdict {
  bool slow = false;
  double median_us = 0;  // 0: nothing to compare with
  double limit_us = 0;   // a slow one is back when it is no slower
  std::string reason;    // "" unless slow
};

// Ends a period. Both spans have one element per instance, the same each time.
void EndLatencyPeriod(const LatencyOptions& options, std::span<const LatencySample> samples,
                      std::span<LatencyFigures> figures);
LatencyVerdict VerdictOf(const LatencyOptions& options, const LatencyFigures& figures);
// "latency: 480 ms, 9.6 times the median".
std::string LatencyReason(double mean_us, double median_us);

}  // namespace bellrock::routing
