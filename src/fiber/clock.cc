// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/clock.h"

#include <sys/random.h>

#include <array>
#include <bit>
#include <chrono>

#include "base/check.h"
#include "base/immortal.h"

namespace bellrock::fiber {
namespace {

class SystemClock final : public Clock {
 public:
  Time Now() override { return Time(std::chrono::steady_clock::now().time_since_epoch()); }
  WallTime WallNow() override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

// xoshiro256** by Blackman and Vigna (public domain).
class Xoshiro {
 public:
  Xoshiro() {
    BELLROCK_CHECK(getrandom(state_.data(), sizeof(state_), 0) == sizeof(state_),
                   "the kernel gave no random bytes");
  }

  uint64_t Next() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::array<uint64_t, 4> state_;
};

class ThreadRandom final : public Random {
 public:
  uint64_t Next() override {
    thread_local Xoshiro generator;
    return generator.Next();
  }
};

}  // namespace

Clock& RealClock() {
  static Immortal<SystemClock> clock;
  return *clock;
}

Random& RealRandom() {
  static Immortal<ThreadRandom> random;
  return *random;
}

}  // namespace bellrock::fiber
