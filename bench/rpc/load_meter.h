// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "load_options.h"

namespace bellrock::bench {

using Instant = std::chrono::steady_clock::time_point;

// Nearest rank of a fraction (0..1) of the values, exact; reorders them. 0 without values.
uint32_t Percentile(std::vector<uint32_t>& values, double fraction);

// Keeps the latency of every call that ended within the measured time, after the warm-up. Owned by
// a load program; one thread.
class LoadMeter {
 public:
  // The warm-up begins now.
  explicit LoadMeter(const LoadOptions& options);

  static Instant Now() { return std::chrono::steady_clock::now(); }
  Instant begin() const { return begin_; }
  bool Running(Instant now) const { return now < end_; }
  // A call that was begun, or was due, at one time and ended at the other.
  void Add(Instant begun, Instant ended) {
    ++calls_;
    if (ended < measured_from_ || ended >= end_) return;
    latencies_ns_.push_back(static_cast<uint32_t>((ended - begun).count()));
  }
  // A call whose latency is not asked for.
  void AddUntimed() { ++calls_; }
  // One line of JSON on the output: calls of the whole run, and rate and latencies of the measured
  // part.
  void Print();

 private:
  const Instant begin_;
  const Instant measured_from_;
  const Instant end_;
  const double seconds_;
  uint64_t calls_ = 0;
  std::vector<uint32_t> latencies_ns_;
};

// A failed call makes every figure worthless: ends the program with the reason.
[[noreturn]] void Fail(std::string_view why);

// Says that the connections stand, and returns when the input ends.
void HoldUntilInputEnds();

}  // namespace bellrock::bench
