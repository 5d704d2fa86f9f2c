// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace bellrock {

using Duration = std::chrono::nanoseconds;

// A monotonic instant. Only a fiber::Clock makes one; two instants compare only within one clock.
struct MonotonicClockTag {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  static constexpr bool is_steady = true;
};
using Time = std::chrono::time_point<MonotonicClockTag, Duration>;

// Wall-clock time, UTC, nanoseconds since 1970. For people and for records, never for timers.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline constexpr Time kNever = Time::max();

}  // namespace bellrock
