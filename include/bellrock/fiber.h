// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "bellrock/status.h"
#include "bellrock/time.h"

// Concurrency for programs on the SDK: write plain synchronous functions and start many of them. A
// fiber that waits for a call, a sleep or a lock of this SDK costs no thread. All are for any
// thread unless marked.
namespace bellrock {

// Starts `body` as a fiber: on the caller's loop inside fibers, on the SDK's first loop elsewhere.
// kResourceExhausted when too many fibers live (200,000 per loop).
Status Go(std::function<void()> body);

// Runs `body` as a fiber and waits for it. From main(), to begin a program that is all fibers.
Status Run(std::function<void()> body);

// Something that becomes done once, for anybody to wait for. Copies share it.
class Completion {
 public:
  Completion();
  // From any fiber or thread. Further calls do nothing.
  void Set();
  bool is_set() const;
  // Blocks the calling fiber, or the thread outside fibers. Honours the fiber's deadline and
  // cancellation.
  Status Wait() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Monotonic now, and the time of day.
Time Now();
WallTime WallNow();

// Block the calling fiber, or the thread outside fibers. kCancelled when the handler this fiber
// serves was cancelled. A time that has passed still gives the other fibers and the network their
// turn: who paces others and is late starves nobody.
Status SleepFor(Duration duration);
Status SleepUntil(Time when);

}  // namespace bellrock
