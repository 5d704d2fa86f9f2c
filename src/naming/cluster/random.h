// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/splitmix.h"
#include "bellrock/time.h"

namespace bellrock::naming::cluster {

// Draws numbers from a seed that is given from outside, so that the state machines that draw from
// it stay pure: the same seed and input give the same output. Not for secrets.
class Random {
 public:
  explicit Random(uint64_t seed) : numbers_(seed) {}

  uint64_t Next() { return numbers_.Next(); }
  // In [0, bound); bound 0 gives 0.
  uint64_t Below(uint64_t bound) { return bound == 0 ? 0 : Next() % bound; }
  // In [min, max).
  Duration Between(Duration min, Duration max) {
    return max <= min ? min : min + Duration(Below(static_cast<uint64_t>((max - min).count())));
  }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  SplitMix64 numbers_;
};

}  // namespace bellrock::naming::cluster
