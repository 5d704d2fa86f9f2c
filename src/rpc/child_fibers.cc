// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/child_fibers.h"

#include <utility>

namespace bellrock::rpc {

ChildFibers::~ChildFibers() {
  CancelAll();
  Join();
}

Status ChildFibers::Start(std::function<void()> body) {
  Child& child = children_.emplace_back();
  ++running_;
  Status started = fiber::Loop::Current()->Spawn(
      [this, &child, deadline = fiber::CurrentDeadline(), local = fiber::CurrentLocal(),
       body = std::move(body)] { Run(child, deadline, local, body); });
  if (!started.ok()) {
    --running_;
    children_.pop_back();
  }
  return started;
}

void ChildFibers::Run(Child& child, Time deadline, void* local, const std::function<void()>& body) {
  {
    fiber::ScopedDeadline scoped_deadline(deadline);
    fiber::ScopedLocal scoped_local(local);
    child.fiber = fiber::CurrentFiber();
    if (child.cancelled) fiber::CancelFiber(*child.fiber);
    body();
    child.fiber = nullptr;
  }
  child.ended = true;
  --running_;
  ended_.WakeAll();
}

void ChildFibers::CancelAll() {
  for (Child& child : children_) {
    if (child.ended || std::exchange(child.cancelled, true)) continue;
    if (child.fiber != nullptr) fiber::CancelFiber(*child.fiber);
  }
}

void ChildFibers::Join() {
  while (running_ > 0) {
    const Status waited = ended_.Wait();
    if (waited.ok()) continue;
    if (waited.code() == StatusCode::kCancelled) CancelAll();
    // Past the deadline, which is theirs too, they end by themselves.
    fiber::ScopedShield shield;
    while (running_ > 0) (void)ended_.Wait();
  }
}

}  // namespace bellrock::rpc
