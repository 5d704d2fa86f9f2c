// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"

namespace bellrock::rpc {

// Fibers that share the work of the one that starts them, and its deadline and call context. Lives
// on that fiber's stack; the destructor cancels and joins, so that none outlives it. One loop.
class ChildFibers {
 public:
  ChildFibers() = default;
  ChildFibers(const ChildFibers&) = delete;
  ChildFibers& operator=(const ChildFibers&) = delete;
  ~ChildFibers();

  // kResourceExhausted when the loop has no room for more fibers.
  Status Start(std::function<void()> body);
  // Blocks until another child has ended, or `until`, or the deadline, or kCancelled.
  Status WaitForOne(Time until = kNever) { return ended_.Wait(until); }
  void CancelAll();
  // Blocks until all have ended. If this fiber is cancelled meanwhile, so are they.
  void Join();
  size_t running() const { return running_; }

 private:
  struct Child {
    fiber::Fiber* fiber = nullptr;  // while it runs
    bool cancelled = false;
    bool ended = false;
  };

  void Run(Child& child, Time deadline, void* local, const std::function<void()>& body);

  std::deque<Child> children_;
  size_t running_ = 0;
  fiber::WaitQueue ended_;
};

}  // namespace bellrock::rpc
