// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/fiber.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "fiber/scheduler.h"
#include "fiber/station.h"
#include "fiber/sync.h"

namespace bellrock::fiber {
namespace {

Fiber& CurrentFiber(const char* call) {
  return *Scheduler::InFiberOrCrash(call).current();
}

}  // namespace

// These ask the station and not the scheduler, for they need not end user code.
bool InFiber() {
  const Station* station = Station::Current();
  return station != nullptr && station->CurrentFiber() != nullptr;
}

void Yield() {
  Scheduler::InFiberOrCrash("Yield needs a fiber").Yield();
}

Status SleepFor(Duration duration) {
  Scheduler& scheduler = Scheduler::InFiberOrCrash("SleepFor needs a fiber");
  return SleepUntil(scheduler.loop().Now() + duration);
}

Status SleepUntil(Time when) {
  Scheduler& scheduler = Scheduler::InFiberOrCrash("SleepUntil needs a fiber");
  BELLROCK_TRY(scheduler.Check());
  const bool cut_short = scheduler.current()->deadline < when;
  Waiter waiter;
  const WakeReason reason = scheduler.Block(waiter, when);
  if (reason == WakeReason::kTimeout && !cut_short) return Status::Ok();
  return ToStatus(reason);
}

Time CurrentDeadline() {
  return CurrentFiber("CurrentDeadline needs a fiber").deadline;
}

bool CurrentCancelled() {
  return CurrentFiber("CurrentCancelled needs a fiber").cancelled;
}

Status CheckCurrent() {
  return Scheduler::InFiberOrCrash("CheckCurrent needs a fiber").CheckNow();
}

Fiber* CurrentFiber() {
  return &CurrentFiber("CurrentFiber needs a fiber");
}

void CancelFiber(Fiber& fiber) {
  Scheduler* scheduler = Scheduler::Current();
  BELLROCK_CHECK(scheduler != nullptr, "CancelFiber needs the fiber's loop");
  scheduler->Cancel(fiber);
}

void* CurrentLocal() {
  const Station* station = Station::Current();
  const Fiber* fiber = station == nullptr ? nullptr : station->CurrentFiber();
  return fiber == nullptr ? nullptr : fiber->local;
}

ScopedLocal::ScopedLocal(void* local) {
  const Station* station = Station::Current();
  Fiber* fiber = station == nullptr ? nullptr : station->CurrentFiber();
  BELLROCK_CHECK(fiber != nullptr, "ScopedLocal needs a fiber");
  outer_ = std::exchange(fiber->local, local);
}

ScopedLocal::~ScopedLocal() {
  Station::Current()->CurrentFiber()->local = outer_;
}

ScopedDeadline::ScopedDeadline(Time deadline) {
  Fiber& fiber = CurrentFiber("ScopedDeadline needs a fiber");
  outer_ = fiber.deadline;
  fiber.deadline = std::min(outer_, deadline);
}

ScopedDeadline::~ScopedDeadline() {
  CurrentFiber("ScopedDeadline needs a fiber").deadline = outer_;
}

ScopedShield::ScopedShield() {
  Fiber& fiber = CurrentFiber("ScopedShield needs a fiber");
  outer_ = std::exchange(fiber.shielded, true);
  outer_deadline_ = std::exchange(fiber.deadline, kNever);
}

ScopedShield::~ScopedShield() {
  Fiber& fiber = CurrentFiber("ScopedShield needs a fiber");
  fiber.shielded = outer_;
  fiber.deadline = outer_deadline_;
}

struct JoinHandle::State {
  Scheduler* scheduler;
  Fiber* fiber = nullptr;
  Event ended;
};

JoinHandle::JoinHandle(JoinHandle&&) noexcept = default;

JoinHandle& JoinHandle::operator=(JoinHandle&& other) noexcept {
  if (this == &other) return *this;
  JoinHandle old;
  old.state_ = std::exchange(state_, std::move(other.state_));
  return *this;  // `old` cancels and joins what this handle held
}

JoinHandle::~JoinHandle() {
  if (state_ == nullptr || state_->ended.is_set()) return;
  Cancel();
  Join();
}

void JoinHandle::Cancel() {
  if (state_ != nullptr && state_->fiber != nullptr) state_->scheduler->Cancel(*state_->fiber);
}

void JoinHandle::Join() {
  if (state_ == nullptr || state_->ended.is_set()) return;
  ScopedShield shield;
  const Status ended = state_->ended.Wait();
  BELLROCK_CHECK(ended.ok(), "a shielded wait was interrupted");
}

JoinHandle Start(std::function<void()> body) {
  Scheduler* scheduler = Scheduler::Current();
  BELLROCK_CHECK(scheduler != nullptr, "Start needs a running loop");
  JoinHandle handle;
  handle.state_ = std::make_shared<JoinHandle::State>();
  handle.state_->scheduler = scheduler;
  Result<Fiber*> fiber =
      scheduler->Create([state = handle.state_, body = std::move(body)]() mutable {
        {
          const std::function<void()> work = std::move(body);
          work();
        }  // what it captured is gone before the joiner goes on
        state->fiber = nullptr;
        state->ended.Set();
      });
  BELLROCK_CHECK(fiber.ok(), "Start: the loop is at its bound of fibers; use Loop::Spawn");
  handle.state_->fiber = *fiber;
  scheduler->Ready(**fiber);
  return handle;
}

}  // namespace bellrock::fiber
