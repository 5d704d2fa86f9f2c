// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bellrock {

// The last step of splitmix64 (Steele, Lea, Flood 2014): one to one, and each bit of the value
// changes about half of the result's. The same on every machine and in every version.
constexpr uint64_t MixBits(uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

// A generator of a few cycles a number: the same seed gives the same numbers everywhere, each of
// the 2^64 once before the first comes again. Not for secrets. Belongs to one loop.
class SplitMix64 {
 public:
  constexpr explicit SplitMix64(uint64_t seed) : state_(seed) {}

  constexpr uint64_t Next() { return MixBits(state_ += 0x9e3779b97f4a7c15); }

 private:
  uint64_t state_;
};

}  // namespace bellrock
