// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "figures.h"
#include "load_options.h"

namespace bellrock::bench {

using Instant = std::chrono::steady_clock::time_point;

inline Instant Now() {
  return std::chrono::steady_clock::now();
}
inline double SecondsBetween(Instant from, Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

// Runs `body(fiber)` in so many fibers at once and waits for all.
void InFibers(int fibers, const std::function<void(int fiber)>& body);

// Rate and latencies of what ends within the measured time, which begins after the warm-up. One
// loop.
class TimedRun {
 public:
  explicit TimedRun(const LoadOptions& options);

  // Whether another one may begin.
  bool Running() const { return Now() < end_; }
  // One ended that was worth `count` and began at `begun`.
  void Add(Instant begun, int64_t count = 1);
  // NAME_per_s and the latencies of what was added. What ran out of work before the end had less
  // time than was given.
  void Report(const std::string& name, Figures& figures);

 private:
  const Instant from_;
  const Instant end_;
  Instant last_;
  int64_t count_ = 0;
  std::vector<double> ms_;
};

}  // namespace bellrock::bench
