// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "bellrock/time.h"
#include "fiber/sync.h"

namespace bellrock::fiber {

// Where a fiber waits for something that another thread does: a disk call, a fiber of another loop.
// Made and waited on in one fiber; Notify() comes once, from any thread. The owner must wait until
// it was notified before it destroys the point, so the last wait of a life is shielded.
class WaitPoint {
 public:
  WaitPoint() : loop_(*Loop::Current()) {}

  // Any thread, once. Nothing of this object is touched by the caller's thread after the loop may
  // have seen it.
  void Notify() {
    PostCallback(loop_, [this] { notified_.Set(); });
  }
  // See WaitQueue::Wait.
  Status Wait(Time until = kNever) { return notified_.Wait(until); }
  // Neither cancellable nor with a deadline.
  void WaitShielded();

  // Any thread: runs `callback` in scheduler context of `loop`. Unlike Loop::Post it is not refused
  // for want of fibers.
  static bool PostCallback(Loop& loop, std::function<void()> callback);

 private:
  Loop& loop_;
  Event notified_;
};

}  // namespace bellrock::fiber
