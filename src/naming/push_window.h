// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "bellrock/time.h"

namespace bellrock::naming {

// The least time between two pushes to one watcher, which adapts to the load: a lone change goes
// out at once, for the time counts from the push before; while pushes go out late, for the loop is
// busy, or each carries many events, more of them are gathered into one. One for all watchers of a
// server. Pure.
class PushWindow {
 public:
  static constexpr Duration kMin = std::chrono::milliseconds(1);
  static constexpr Duration kMax = std::chrono::milliseconds(20);
  // So many events in one push mean that they come fast.
  static constexpr size_t kManyEvents = 64;
  // Without another reason to be wide it becomes half as wide in so long.
  static constexpr Duration kHalfLife = std::chrono::milliseconds(50);

  // A push that could have gone out at `due` goes out now.
  void OnPush(Time due, size_t events, Time now);
  Duration At(Time now) const;

 private:
  Duration width_ = kMin;
  Time since_{};
};

}  // namespace bellrock::naming
