// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "bellrock/time.h"

namespace bellrock::cli {

// How much load, and how fast. What is 0 does not bound.
struct LoadPlan {
  uint64_t count = 0;
  double qps = 0;  // 0: closed loop, the next call starts when one has ended
  Duration duration{0};
  int concurrency = 1;  // calls in flight at most
};

// Says when each call of a load is to start. In an open loop (qps > 0) the times stand beforehand,
// whatever the callee does, so that a callee that stalls does not thin out the calls that would
// have seen it stall. Pure.
class Pacer {
 public:
  Pacer(const LoadPlan& plan, Time start);

  // When the next call is to start, which may have passed; nullopt: there are no more.
  std::optional<Time> Next(Time now);
  void Stop() { stopped_ = true; }

 private:
  const LoadPlan plan_;
  const Time start_;
  const Time end_;
  uint64_t started_ = 0;
  bool stopped_ = false;
};

}  // namespace bellrock::cli
