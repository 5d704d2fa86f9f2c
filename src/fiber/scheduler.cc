// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/loop.h"

namespace bellrock::fiber {
namespace {

thread_local Scheduler* current_scheduler = nullptr;

}  // namespace

// Not inlined: a compiler may keep the address of a thread's variable across a switch, which would
// be wrong for a fiber that goes on in another thread.
[[gnu::noinline]] Scheduler* Scheduler::Current() {
  return current_scheduler;
}
[[gnu::noinline]] void Scheduler::SetCurrent(Scheduler* scheduler) {
  current_scheduler = scheduler;
}

Scheduler& Scheduler::InFiberOrCrash(const char* call) {
  Scheduler* scheduler = Current();
  BELLROCK_CHECK(scheduler != nullptr && scheduler->current_ != nullptr, call);
  return *scheduler;
}

void Waiter::Link(Waiter*& queue_head, Waiter*& queue_tail) {
  head = &queue_head;
  tail = &queue_tail;
  previous = queue_tail;
  (queue_tail == nullptr ? queue_head : queue_tail->next) = this;
  queue_tail = this;
}

void Waiter::Unlink() {
  if (head == nullptr) return;
  (previous == nullptr ? *head : previous->next) = next;
  (next == nullptr ? *tail : next->previous) = previous;
  head = tail = nullptr;
  previous = next = nullptr;
}

Scheduler::Scheduler(Loop& loop, size_t stack_bytes, size_t fibers_max, size_t stacks_pooled_max)
    : loop_(loop), fibers_max_(fibers_max), idle_max_(stacks_pooled_max), stacks_(stack_bytes) {}

Scheduler::~Scheduler() {
  // Fibers of a loop that never ran hold nothing but their body; blocked ones would hold live
  // frames.
  for (auto& fiber : fibers_) {
    BELLROCK_CHECK(fiber->waiter == nullptr, "a loop was destroyed while its fibers were blocked");
    stacks_.Return(fiber->stack);
  }
}

Result<Fiber*> Scheduler::Create(std::function<void()> body) {
  if (full()) {
    return ResourceExhaustedError(fmt::format(
        "loop has {} fibers, its bound; raise LoopOptions::fibers_max or shed load", live_));
  }
  Fiber* fiber = TakeIdle();
  if (fiber == nullptr) {
    return ResourceExhaustedError(fmt::format(
        "no memory for a fiber's stack ({} live); see vm.max_map_count and ulimit -v", live_));
  }
  fiber->body = std::move(body);
  fiber->deadline = kNever;
  fiber->cancelled = cancel_new_;
  fiber->shielded = false;
  fiber->local = nullptr;
  fiber->live = true;
  ++live_;
  return fiber;
}

Fiber* Scheduler::TakeIdle() {
  if (!idle_.empty()) {
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }
  const std::span<std::byte> stack = stacks_.Take();
  if (stack.empty()) return nullptr;
  auto fiber = std::make_unique<Fiber>();
  fiber->stack = stack;
  fiber->index = fibers_.size();
  fiber->Prepare(stack, &Scheduler::FiberMain);
  fibers_.push_back(std::move(fiber));
  return fibers_.back().get();
}

void Scheduler::Recycle(Fiber& fiber) {
  --live_;
  if (idle_.size() < idle_max_) {
    idle_.push_back(&fiber);
    return;
  }
  stacks_.Return(fiber.stack);
  const size_t index = fiber.index;
  std::swap(fibers_[index], fibers_.back());
  fibers_[index]->index = index;
  fibers_.pop_back();
}

void Scheduler::FiberMain(Context& self) {
  Fiber& fiber = static_cast<Fiber&>(self);
  for (;;) {
    fiber.body();
    fiber.body = nullptr;  // here, because destroying what it captured may block
    fiber.live = false;
    Context::Switch(fiber, *fiber.resumer, /*from_rests=*/true);
  }
}

size_t Scheduler::RunReady(size_t count) {
  size_t ran = 0;
  while (ready_head_ != nullptr && ran < count) {
    Fiber& fiber = *ready_head_;
    ready_head_ = fiber.next_ready;
    if (ready_head_ == nullptr) ready_tail_ = nullptr;
    Resume(fiber);
    ++ran;
  }
  return ran;
}

Status Scheduler::Check() const {
  if (current_->cancelled && !current_->shielded) return ToStatus(WakeReason::kCancelled);
  if (current_->deadline <= loop_.turn_time()) return ToStatus(WakeReason::kTimeout);
  return Status::Ok();
}

Status Scheduler::CheckNow() {
  BELLROCK_TRY(Check());
  if (current_->deadline != kNever && current_->deadline <= loop_.Now())
    return ToStatus(WakeReason::kTimeout);
  return Status::Ok();
}

WakeReason Scheduler::Block(Waiter& waiter, Time until) {
  Fiber& fiber = *current_;
  waiter.fiber = &fiber;
  const Time when = std::min(until, fiber.deadline);
  TimerQueue::Id timer = 0;
  if (when != kNever)
    timer = timers_.Add(when, [this, &fiber] { Interrupt(fiber, WakeReason::kTimeout); });
  fiber.waiter = &waiter;
  Park(fiber);
  if (timer != 0 && waiter.reason != WakeReason::kTimeout) timers_.Cancel(timer);
  return waiter.reason;
}

void Scheduler::Interrupt(Fiber& fiber, WakeReason reason) {
  Waiter* waiter = fiber.waiter;
  if (waiter == nullptr) return;  // already woken for another reason, which stands
  fiber.waiter = nullptr;
  waiter->Unlink();
  waiter->reason = reason;
  Ready(fiber);
}

void Scheduler::Cancel(Fiber& fiber) {
  fiber.cancelled = true;
  if (!fiber.shielded) Interrupt(fiber, WakeReason::kCancelled);
}

void Scheduler::CancelAll() {
  cancel_new_ = true;
  for (auto& fiber : fibers_)
    if (fiber->live) Cancel(*fiber);
}

Status ToStatus(WakeReason reason) {
  switch (reason) {
    case WakeReason::kWoken:
      return Status::Ok();
    case WakeReason::kTimeout:
      return DeadlineExceededError("deadline exceeded");
    case WakeReason::kCancelled:
      return CancelledError("fiber cancelled");
  }
  return InternalError("unknown wake reason");
}

}  // namespace bellrock::fiber
