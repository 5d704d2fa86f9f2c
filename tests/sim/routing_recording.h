// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bellrock/time.h"

namespace bellrock::routing::sim {

// Part of a scene, from its beginning.
struct Span {
  Duration from{0};
  Duration to{0};
};

// What happened in a scene, in steps of 100 ms, and the figures that are taken from it.
class Recording {
 public:
  static constexpr Duration kStep = std::chrono::milliseconds(100);

  explicit Recording(size_t callees) : callees_(callees) {}

  // Calls as the application sees them; an attempt is a call or its retry.
  struct Step {
    uint32_t offered = 0;
    uint32_t ok = 0;
    uint32_t failed = 0;
    uint32_t refused = 0;  // by the caller itself (ZY-040)
  };
  struct Part {
    uint32_t sent = 0;       // attempts that arrived
    uint32_t served = 0;     // well, and in time
    uint16_t waiting = 0;    // the longest queue
    float capacity = 0;      // calls/s
    float share = 0;         // mean of the callers' tables
    float share_of_one = 0;  // the first caller's table
    uint16_t suspects = 0;   // callers that have calls on their way to it and wait in vain
  };

  Step& step(Duration at);
  Part& part(Duration at, size_t callee);
  void Ended(Duration at, Duration took) { ended_.push_back({at, took}); }

  size_t callees() const { return callees_; }
  size_t steps() const { return steps_.size(); }
  const Step& step_at(size_t index) const { return steps_[index]; }
  const Part& part_at(size_t index, size_t callee) const {
    return parts_[index * callees_ + callee];
  }

  Step Sum(Span span) const;
  double FailedShare(Span span) const;
  // Of the successful calls, milliseconds.
  double LatencyMs(double quantile, Span span) const;
  uint64_t Sent(size_t callee, Span span) const;
  uint64_t Served(Span span) const;
  uint64_t Capacity(Span span) const;  // calls that could have been served
  uint32_t LongestQueue(size_t callee, Span span) const;
  // Mean part of the callers that suspected one of them.
  double Suspected(std::span<const size_t> callees, size_t callers, Span span) const;
  // What it was sent, as a multiple of what is fair: its part of the capacity. 0 if it has none.
  double LoadOf(size_t callee, Span span) const;
  double LoadOf(std::span<const size_t> callees, Span span) const;
  // The largest distance of a callee's load from 1, among those with a capacity.
  double LoadError(Span span) const;
  // The same without the sign and over all: mean distance.
  double MeanLoadError(Span span) const;
  // Of each callee's weight, (largest - smallest) / mean; the largest of all.
  double Swing(Span span, bool of_one_caller) const;

 private:
  struct Call {
    Duration at;
    Duration took;
  };

  size_t Grow(Duration at);
  size_t First(Span span) const;
  size_t Last(Span span) const;

  size_t callees_;
  std::vector<Step> steps_;
  std::vector<Part> parts_;
  std::vector<Call> ended_;
};

}  // namespace bellrock::routing::sim
