// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/leader_wait.h"

#include <algorithm>

#include "fiber/fiber.h"

namespace bellrock::naming::server {

Duration WithinCallersTime(Duration wanted, Time now) {
  const Time deadline = fiber::CurrentDeadline();
  if (deadline == kNever) return wanted;
  return std::clamp<Duration>((deadline - now) / 4 * 3, Duration(0), wanted);
}

void LeaderWait::Hold() {
  if (known_() || held_ >= kHeldMax) return;
  ++held_;
  const Time start = environment_.clock.Now();
  const Time until = start + WithinCallersTime(kHoldMax, start);
  while (!known_()) {
    const Time next = environment_.clock.Now() + kLookEvery;
    if (next > until || !fiber::SleepUntil(next).ok()) break;
  }
  --held_;
}

}  // namespace bellrock::naming::server
