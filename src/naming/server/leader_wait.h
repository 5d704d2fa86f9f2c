// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "bellrock/time.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// Holds words and heartbeats that come while their site elects a leader, which takes a second or
// two: so most of them are served then, and need not be sent again by all clients at once. Owned by
// LeaderGate, on the registry's loop. At most kHeldMax are held at a time; the others are told at
// once that nobody leads.
class LeaderWait {
 public:
  // Shorter than what people give calls that say no deadline: 2 s and more.
  static constexpr Duration kHoldMax = std::chrono::milliseconds(1500);
  static constexpr size_t kHeldMax = 1'000;
  static constexpr Duration kLookEvery = std::chrono::milliseconds(50);

  // `known`: whether there is somebody to turn to, or nothing to wait for any more.
  LeaderWait(fiber::Environment environment, std::function<bool()> known)
      : environment_(environment), known_(std::move(known)) {}

  // Returns as soon as the leader is known, and at the latest in time to say that it is not.
  void Hold();

  size_t held() const { return held_; }

 private:
  fiber::Environment environment_;
  const std::function<bool()> known_;
  size_t held_ = 0;
};

// As much of `wanted` as leaves the caller of this fiber's handler a quarter of its time for the
// answer. One that hears nothing takes this server for silent, and would not ask it again so soon.
Duration WithinCallersTime(Duration wanted, Time now);

}  // namespace bellrock::naming::server
