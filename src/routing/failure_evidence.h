// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bellrock/time.h"

namespace bellrock::routing {

// Lower end of Wilson's interval (95 %) for the rate of `failed` among `calls`: what the failure
// rate is at least. Works for few calls, where the bare ratio does not. 0 without calls.
double WilsonLowerBound(uint64_t failed, uint64_t calls);

// What speaks against somebody's health: the failures since its last success, and those of the last
// second. Pure; owned by the shield that judges.
class FailureEvidence {
 public:
  // A run whose first failure is longer than `run_age_max` ago begins anew.
  void Add(uint64_t ok, uint64_t failed, Duration run_age_max, Time now);
  void Forget();

  // Failures without a success between them.
  uint32_t run() const { return run_; }
  struct Sums {
    uint64_t ok = 0;
    uint64_t failed = 0;
    uint64_t calls() const { return ok + failed; }
  };
  // Of the last second.
  Sums Lately(Time now) const;

 private:
  struct Bucket {
    int64_t index = -1;
    uint32_t ok = 0;
    uint32_t failed = 0;
  };
  static constexpr size_t kBuckets = 10;
  static constexpr Duration kBucketSpan = std::chrono::milliseconds(100);

  std::array<Bucket, kBuckets> window_;
  uint32_t run_ = 0;
  Time run_began_{};
};

}  // namespace bellrock::routing
