// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "bellrock/time.h"

namespace bellrock::naming::client {

// How long to wait before trying again: doubles from `min` to `max` and takes a random half off, so
// that a thousand clients that lost one server do not come back in the same instant. A value;
// randomness is an argument.
class Backoff {
 public:
  Backoff(Duration min, Duration max) : min_(min), max_(max), next_(min) {}

  // Between half of the present step and the whole of it.
  Duration Next(uint64_t random) {
    const Duration step = next_;
    next_ = std::min(max_, step * 2);
    const auto half = static_cast<uint64_t>(step.count() / 2);
    return step - Duration(static_cast<int64_t>(random % (half + 1)));
  }
  void Reset() { next_ = min_; }

 private:
  Duration min_;
  Duration max_;
  Duration next_;
};

}  // namespace bellrock::naming::client
