// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "bellrock/time.h"

// What one process knows of the load of one instance: for the policies that compare two candidates
// (p2c, least_request). Pure functions over values; whoever shares them between threads keeps the
// three fields in relaxed atomics, reads them into a Load, and stores what comes out: a lost update
// makes a figure a call older, never wrong.
namespace bellrock::routing::policy {

struct LoadOptions {
  // Of the average: after so long without a call 37 % of it is left. Finagle and brpc take 10 s; at
  // two calls a second to each instance a healed one then waits 19 s for its share, instead of 4.
  Duration decay = std::chrono::seconds(3);
  // A failed call counts as at least so long, and as twice the average, but not as longer than the
  // maximum: an instance that fails fast must not look fast, nor be shunned for ever.
  Duration failure_min = std::chrono::milliseconds(100);
  Duration failure_max = std::chrono::seconds(5);
};

struct Load {
  double ewma_us = 0;  // peak EWMA of the latency; 0 = nothing known
  uint32_t in_flight = 0;
  Time stamp{};  // of the last change of ewma_us
};

namespace load_detail {

inline double Left(Duration decay, Duration since) {
  if (since <= Duration{0}) return 1;
  return std::exp(-static_cast<double>(since.count()) / static_cast<double>(decay.count()));
}

inline double Microseconds(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

}  // namespace load_detail

// What is left of the average by now: whoever was slow long ago is tried again.
inline double EwmaUs(const Load& load, const LoadOptions& options, Time now) {
  return load.ewma_us * load_detail::Left(options.decay, now - load.stamp);
}

inline void BeginCall(Load& load) {
  ++load.in_flight;
}

// Peak EWMA (Finagle's PeakEwma, brpc's p2c_ewma): a slower answer counts at once and in full, a
// faster one by the time since the last.
inline void EndCall(Load& load, const LoadOptions& options, bool ok, Duration latency, Time now) {
  if (load.in_flight > 0) --load.in_flight;
  double took_us = std::max(load_detail::Microseconds(latency), 1.0);
  if (!ok) {
    const double at_least =
        std::max(load_detail::Microseconds(options.failure_min), 2 * EwmaUs(load, options, now));
    took_us = std::max(took_us, at_least);
    took_us = std::min(took_us, load_detail::Microseconds(options.failure_max));
  }
  if (took_us >= load.ewma_us || load.ewma_us <= 0) {
    load.ewma_us = took_us;
  } else {
    const double left = load_detail::Left(options.decay, now - load.stamp);
    load.ewma_us = load.ewma_us * left + took_us * (1 - left);
  }
  load.stamp = std::max(load.stamp, now);
}

// The call ended without a word on the instance (cancelled).
inline void DropCall(Load& load) {
  if (load.in_flight > 0) --load.in_flight;
}

}  // namespace bellrock::routing::policy
