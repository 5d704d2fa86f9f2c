// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "fiber/environment.h"

namespace bellrock::fiber {

// The wall clock, for timestamps; it may jump either way.
inline int64_t UnixMs(Clock& clock) {
  const auto since = clock.WallNow().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

inline int64_t UnixSecond(Clock& clock) {
  return UnixMs(clock) / 1000;
}

}  // namespace bellrock::fiber
