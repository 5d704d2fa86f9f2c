// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/context.h"
#include "fiber/stack_pool.h"
#include "fiber/sync.h"
#include "fiber/timer_queue.h"

// Inside of the runtime: what fiber.h, sync.h and loop.h are made of. Nothing outside src/fiber
// includes it.
namespace bellrock::fiber {

class Fiber;
class Loop;

enum class WakeReason : uint8_t { kWoken, kTimeout, kCancelled };

// One blocked fiber, on its own stack, perhaps linked into a WaitQueue (whose ends it knows).
struct Waiter {
  Fiber* fiber = nullptr;
  Waiter** head = nullptr;
  Waiter** tail = nullptr;
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  WakeReason reason = WakeReason::kWoken;

  void Link(Waiter*& queue_head, Waiter*& queue_tail);
  void Unlink();
};

// One fiber: its stack, its body, and what blocking calls look at. Kept with its stack for the next
// body when it ends. Owned by its scheduler, touched on its loop's thread only; while it is away,
// its own thread touches `local` and `user_scope` and the loop's thread the rest.
class Fiber final : public Context {
 public:
  std::span<std::byte> stack;
  std::function<void()> body;
  Fiber* next_ready = nullptr;
  Context* resumer = nullptr;  // where to go when it blocks
  Waiter* waiter = nullptr;    // set while blocked and not yet woken
  Time deadline = kNever;
  bool cancelled = false;
  bool shielded = false;
  bool live = false;
  void* local = nullptr;    // of the code it runs; see ScopedLocal
  bool user_scope = false;  // inside a UserSection and not in a FrameworkSection of it
  bool away = false;        // in user code, in a thread that has lost the loop
  Time since{};             // last blocked or gone away
  size_t index = 0;         // in Scheduler::fibers_
};

// One look at the stack of a blocked fiber, taken by the fiber itself.
struct Inspection {
  static constexpr int kFramesMax = 20;
  Context* back = nullptr;  // who asks
  void* frames[kFramesMax] = {};
  int count = 0;
};

// How many disk calls of a loop are under way, and who waits for a place; see disk_pool.cc.
struct DiskPlaces {
  int taken = 0;
  WaitQueue waiting;
};

// The ready queue, the fibers and the timers of one loop.
class Scheduler {
 public:
  Scheduler(Loop& loop, size_t stack_bytes, size_t fibers_max, size_t stacks_pooled_max);
  ~Scheduler();

  // The scheduler of the loop this thread runs, or nullptr. Ends user code, like all that begins
  // with it: see LeaveUserCode().
  static Scheduler* Current();
  // The running fiber's scheduler; crashes outside a fiber with the name of the call that needs
  // one.
  static Scheduler& InFiberOrCrash(const char* call);

  Result<Fiber*> Create(std::function<void()> body);
  void Ready(Fiber& fiber);
  // Runs the fiber until it blocks or ends, then returns here: to the loop, or to a fiber that
  // spawned it "now".
  void Resume(Fiber& fiber);
  // Runs at most `count` ready fibers; returns how many.
  size_t RunReady(size_t count);

  // For the running fiber.
  void Yield();
  // OK, or why the running fiber may not block any more.
  Status Check() const;
  // The same with a look at the clock, for code that computes for long.
  Status CheckNow();
  // Blocks the running fiber until woken, or `until`, or its deadline, or its cancellation.
  WakeReason Block(Waiter& waiter, Time until);

  void Wake(Waiter& waiter) { Interrupt(*waiter.fiber, WakeReason::kWoken); }
  void Cancel(Fiber& fiber);
  // Cancels all fibers, and every fiber made until StopCancelling().
  void CancelAll();
  void StopCancelling() { cancel_new_ = false; }

  // The calling thread runs the loop from now on, whose scheduler context is `home`.
  void Attach(Context& home);
  // The running fiber is in user code and its thread has lost the loop to the calling one. Where
  // the loop goes on: as if the fiber had blocked.
  Context& LeaveAway(Time now);
  // The fiber that was away is back.
  void Rejoin(Fiber& fiber);

  // Calls `visit` for at most `count` live fibers.
  void VisitLive(size_t count, const std::function<void(Fiber&)>& visit);
  std::vector<const Fiber*> ReadyFibers() const;
  // The stack of a blocked fiber.
  void Inspect(Fiber& fiber, Inspection& inspection);

  Loop& loop() { return loop_; }
  Fiber* current() { return current_; }
  TimerQueue& timers() { return timers_; }
  DiskPlaces& disk_places() { return disk_places_; }
  bool has_ready() const { return ready_head_ != nullptr; }
  size_t live() const { return live_; }
  bool full() const { return live_ >= fibers_max_; }
  uint64_t switches() const { return switches_; }

 private:
  static void FiberMain(Context& self);
  Fiber* TakeIdle();
  void Recycle(Fiber& fiber);
  void Park(Fiber& fiber);
  void AnswerInspection(Fiber& fiber);
  void Interrupt(Fiber& fiber, WakeReason reason);

  Loop& loop_;
  size_t fibers_max_;
  size_t idle_max_;
  StackPool stacks_;
  std::vector<std::unique_ptr<Fiber>> fibers_;  // live and idle
  std::vector<Fiber*> idle_;
  TimerQueue timers_;
  DiskPlaces disk_places_;
  Context* home_ = nullptr;               // where the loop itself runs
  ExceptionState* exceptions_ = nullptr;  // of the thread that runs the loop
  Inspection* inspection_ = nullptr;      // asked of the fiber resumed next
  Fiber* current_ = nullptr;
  Fiber* ready_head_ = nullptr;
  Fiber* ready_tail_ = nullptr;
  size_t live_ = 0;
  uint64_t switches_ = 0;
  bool cancel_new_ = false;
};

inline void Scheduler::Ready(Fiber& fiber) {
  fiber.next_ready = nullptr;
  (ready_tail_ == nullptr ? ready_head_ : ready_tail_->next_ready) = &fiber;
  ready_tail_ = &fiber;
}

[[gnu::always_inline]] inline void Scheduler::Resume(Fiber& fiber) {
  Fiber* outer = current_;
  fiber.resumer = outer == nullptr ? home_ : outer;
  current_ = &fiber;
  ++switches_;
  Context::Switch(*fiber.resumer, fiber, *exceptions_);
  current_ = outer;
  if (!fiber.live) [[unlikely]]
    Recycle(fiber);
}

inline void Scheduler::Park(Fiber& fiber) {
  Context::Switch(fiber, *fiber.resumer, *exceptions_);
  if (inspection_ != nullptr) [[unlikely]]
    AnswerInspection(fiber);
}

inline void Scheduler::Yield() {
  Fiber& fiber = *current_;
  Ready(fiber);
  Park(fiber);
}

// What a blocking call returns after `reason`.
Status ToStatus(WakeReason reason);

}  // namespace bellrock::fiber
