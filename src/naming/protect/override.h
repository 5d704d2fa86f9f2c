// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bellrock/time.h"

namespace bellrock::naming::protect {

// What an operator decided about one protection, for a named time: the strongest word of all, and
// one that cannot be forgotten.
struct Override {
  bool on = false;
  std::string who_and_why;
  Time since;
  Time until;
};

// The override that holds now, if there is one.
class OverrideSlot {
 public:
  static constexpr Duration kLongest = std::chrono::hours(24);

  // `lasts` is cut to kLongest.
  void Set(bool on, std::string who_and_why, Duration lasts, Time now) {
    held_ = Override{on, std::move(who_and_why), now, now + std::min(lasts, kLongest)};
  }
  // One that was said in an earlier life of the server.
  void Restore(Override said) { held_ = std::move(said); }
  void Clear() { held_.reset(); }
  const Override* At(Time now) const { return held_ && now < held_->until ? &*held_ : nullptr; }

 private:
  std::optional<Override> held_;
};

}  // namespace bellrock::naming::protect
