// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/splitmix.h"
#include "fiber/environment.h"

namespace bellrock::testing {

// Time that moves only when the simulator says so. Starts at a round, non-zero instant.
class SimClock final : public fiber::Clock {
 public:
  Time Now() override { return now_; }
  WallTime WallNow() override { return kWallStart + now_.time_since_epoch(); }
  // Never backwards.
  void AdvanceTo(Time when);

 private:
  static constexpr WallTime kWallStart{std::chrono::seconds(1'800'000'000)};
  Time now_{std::chrono::seconds(1000)};
};

// The same seed gives the same numbers everywhere.
class SimRandom final : public fiber::Random {
 public:
  explicit SimRandom(uint64_t seed) : numbers_(seed) {}
  uint64_t Next() override { return numbers_.Next(); }
  // Uniform in [min, max].
  uint64_t Between(uint64_t min, uint64_t max);

 private:
  SplitMix64 numbers_;
};

}  // namespace bellrock::testing
