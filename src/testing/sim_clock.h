// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

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

// splitmix64: the same seed gives the same numbers everywhere.
class SimRandom final : public fiber::Random {
 public:
  explicit SimRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override;
  // Uniform in [min, max].
  uint64_t Between(uint64_t min, uint64_t max);

 private:
  uint64_t state_;
};

}  // namespace bellrock::testing
