// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/sync.h"

#include "base/check.h"
#include "fiber/fiber.h"
#include "fiber/scheduler.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {

WaitQueue::~WaitQueue() {
  BELLROCK_CHECK(head_ == nullptr, "a wait queue was destroyed while fibers waited on it");
}

Status WaitQueue::Wait(Time until) {
  Scheduler& scheduler = Scheduler::InFiberOrCrash("a blocking call needs a fiber");
  BELLROCK_TRY(scheduler.Check());
  if (until <= scheduler.loop().turn_time()) return ToStatus(WakeReason::kTimeout);
  Waiter waiter;
  waiter.Link(head_, tail_);
  return ToStatus(scheduler.Block(waiter, until));
}

bool WaitQueue::WakeOne() {
  Scheduler* scheduler = Scheduler::Current();
  if (head_ == nullptr) return false;
  BELLROCK_CHECK(scheduler != nullptr, "waking a fiber from outside its loop; use Loop::Post");
  scheduler->Wake(*head_);
  return true;
}

void WaitQueue::WakeAll() {
  while (WakeOne()) {
  }
}

void Mutex::Lock() {
  if (TryLock()) return;
  ScopedShield shield;
  // Unlock() hands the lock over, so that nobody overtakes the one who waited longest.
  const Status woken = waiters_.Wait();
  BELLROCK_CHECK(woken.ok(), "a shielded wait was interrupted");
}

bool Mutex::TryLock() {
  LeaveUserCode();
  if (locked_) return false;
  locked_ = true;
  return true;
}

void Mutex::Unlock() {
  LeaveUserCode();
  BELLROCK_CHECK(locked_, "unlock of a mutex that is not locked");
  if (!waiters_.WakeOne()) locked_ = false;
}

Status Condition::Wait(Mutex& mutex, Time until) {
  mutex.Unlock();
  Status status = waiters_.Wait(until);
  mutex.Lock();
  return status;
}

void WaitGroup::Done() {
  LeaveUserCode();
  BELLROCK_CHECK(count_ > 0, "WaitGroup::Done without Add");
  if (--count_ == 0) waiters_.WakeAll();
}

Status WaitGroup::Wait(Time until) {
  LeaveUserCode();
  while (count_ > 0) BELLROCK_TRY(waiters_.Wait(until));
  return Status::Ok();
}

void Event::Set() {
  LeaveUserCode();
  set_ = true;
  waiters_.WakeAll();
}

Status Event::Wait(Time until) {
  LeaveUserCode();
  while (!set_) BELLROCK_TRY(waiters_.Wait(until));
  return Status::Ok();
}

void WaitPoint::WaitShielded() {
  ScopedShield shield;
  const Status notified = notified_.Wait();
  BELLROCK_CHECK(notified.ok(), "a shielded wait was interrupted");
}

}  // namespace bellrock::fiber
