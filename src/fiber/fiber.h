// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/loop.h"

// What code inside a fiber uses: sleeping, deadlines, cancellation, and handles on other fibers.
namespace bellrock::fiber {

// True inside a fiber, false in scheduler context and on plain threads.
bool InFiber();

// Lets every other ready fiber run first.
void Yield();
// OK after the time, or kCancelled / kDeadlineExceeded early.
Status SleepFor(Duration duration);
Status SleepUntil(Time when);

// The current fiber's deadline (kNever if none) and whether it was cancelled. Each blocking call
// honours both.
Time CurrentDeadline();
bool CurrentCancelled();
// OK, kCancelled or kDeadlineExceeded: for long computations that want to stop early.
Status CheckCurrent();

// The current fiber, so that another fiber of its loop can cancel it while it lives; and that.
// Fibers made by Loop::Spawn and SpawnNow have no JoinHandle: whoever keeps the pointer drops it
// before the fiber's body returns, for fibers are used again.
Fiber* CurrentFiber();
void CancelFiber(Fiber& fiber);

// A pointer of the current fiber for the layer that began it: what a call down the stack needs and
// no signature carries. nullptr in a new fiber, whoever spawned it, and outside of fibers.
void* CurrentLocal();

// Sets it for a scope. What it points to must outlive the scope.
class ScopedLocal {
 public:
  explicit ScopedLocal(void* local);
  ~ScopedLocal();
  ScopedLocal(const ScopedLocal&) = delete;
  ScopedLocal& operator=(const ScopedLocal&) = delete;

 private:
  void* outer_;
};

// Shortens the current fiber's deadline for a scope; a later deadline than the present one changes
// nothing.
class ScopedDeadline {
 public:
  explicit ScopedDeadline(Time deadline);
  ~ScopedDeadline();
  ScopedDeadline(const ScopedDeadline&) = delete;
  ScopedDeadline& operator=(const ScopedDeadline&) = delete;

 private:
  Time outer_;
};

// Runs cleanup that must block although the fiber was cancelled or is past its deadline.
class ScopedShield {
 public:
  ScopedShield();
  ~ScopedShield();
  ScopedShield(const ScopedShield&) = delete;
  ScopedShield& operator=(const ScopedShield&) = delete;

 private:
  bool outer_;
  Time outer_deadline_;
};

// A fiber that can be cancelled and joined. Loop-local. The destructor cancels and joins, so that a
// fiber never outlives the scope that holds what it uses.
class JoinHandle {
 public:
  JoinHandle() = default;
  JoinHandle(JoinHandle&&) noexcept;
  JoinHandle& operator=(JoinHandle&&) noexcept;
  ~JoinHandle();

  bool joinable() const { return state_ != nullptr; }
  void Cancel();
  // Blocks until the fiber has ended. Not itself cancellable.
  void Join();

 private:
  friend JoinHandle Start(std::function<void()> body);
  struct State;
  std::shared_ptr<State> state_;
};

// Spawns on the current loop. Crashes if the loop is at its bound of fibers; use Loop::Spawn for
// work that outside input creates.
JoinHandle Start(std::function<void()> body);

}  // namespace bellrock::fiber
