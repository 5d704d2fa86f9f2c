// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/scheduler.h"

#include <execinfo.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/crew.h"
#include "fiber/loop.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

// What is left of a stack that its fiber may walk it.
constexpr ptrdiff_t kInspectionStackBytes = 8 * 1024;

}  // namespace

Scheduler* Scheduler::Current() {
  Station* station = Station::Current();
  if (station == nullptr) return nullptr;
  if (station->user != nullptr) [[unlikely]]
    return &station->crew->Leave(*station);
  return station->scheduler;
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
  fiber->user_scope = false;
  fiber->away = false;
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
    // The thread is asked for anew each time: it may not be that of the body before.
    Context::Switch(fiber, *fiber.resumer, ThreadExceptions(), /*from_rests=*/true);
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
  fiber.since = loop_.turn_time();
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

void Scheduler::Attach(Context& home) {
  home_ = &home;
  exceptions_ = &ThreadExceptions();
}

Context& Scheduler::LeaveAway(Time now) {
  current_->away = true;
  current_->since = now;
  return *current_->resumer;
}

void Scheduler::Rejoin(Fiber& fiber) {
  fiber.away = false;
  Ready(fiber);
}

void Scheduler::VisitLive(size_t count, const std::function<void(Fiber&)>& visit) {
  for (size_t i = 0; i < fibers_.size() && count > 0; ++i) {
    if (!fibers_[i]->live) continue;
    visit(*fibers_[i]);
    --count;
  }
}

std::vector<const Fiber*> Scheduler::ReadyFibers() const {
  std::vector<const Fiber*> ready;
  for (const Fiber* fiber = ready_head_; fiber != nullptr; fiber = fiber->next_ready)
    ready.push_back(fiber);
  return ready;
}

void Scheduler::Inspect(Fiber& fiber, Inspection& inspection) {
  BELLROCK_CHECK(fiber.waiter != nullptr, "only a blocked fiber can be inspected");
  inspection.back = current_ == nullptr ? home_ : current_;
  inspection_ = &inspection;
  Context::Switch(*inspection.back, fiber, *exceptions_);
  inspection_ = nullptr;
}

// The fiber walks its own stack: no layout of a saved context to know, and no frame pointers to
// ask of every library.
void Scheduler::AnswerInspection(Fiber& fiber) {
  const auto* here = static_cast<const std::byte*>(__builtin_frame_address(0));
  const bool has_room = here - fiber.stack.data() >= kInspectionStackBytes;
  while (inspection_ != nullptr) {
    if (has_room) inspection_->count = backtrace(inspection_->frames, Inspection::kFramesMax);
    Context::Switch(fiber, *inspection_->back, *exceptions_);
  }
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
