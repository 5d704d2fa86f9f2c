// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"

namespace bellrock::fiber {

class Fiber;
class Loop;

// Where a loop waits for the outside world when no fiber is ready. EpollPoller in production; the
// simulator's poller moves the simulated clock to the next timer instead of sleeping.
class Poller {
 public:
  virtual ~Poller() = default;
  // Delivers events (by waking fibers) and returns; waits at most until `until`, counted from the
  // loop's turn_time(), which is fresh. Called on the loop's thread only.
  virtual void Poll(Loop& loop, Time until) = 0;
  // Makes a running or the next Poll() return at once. From any thread.
  virtual void Interrupt() = 0;
};

struct LoopOptions {
  // Usable stack per fiber, without the guard page below it; rounded up to pages. Range 16 KiB..8
  // MiB.
  size_t stack_bytes = 128 * 1024;
  // Bound on live fibers; beyond it Spawn() refuses with kResourceExhausted.
  size_t fibers_max = 200'000;
  // Idle stacks kept for reuse.
  size_t stacks_pooled_max = 4096;
};

// Called once per turn of the loop after all ready fibers ran, before the loop waits: the place
// where a connection writes all that was queued in this turn with one system call.
class TurnHook {
 public:
  virtual ~TurnHook() = default;
  virtual void OnTurnEnd() = 0;

 private:
  friend class Loop;
  bool queued_ = false;
};

using TimerId = uint64_t;  // 0 is never a timer

// One thread's scheduler: ready fibers in FIFO order, timers, and a poller. It owns its fibers;
// everything a fiber touches belongs to its loop, and work crosses loops by Post() only. All
// members are for the loop's own thread unless marked "any thread".
class Loop {
 public:
  // Real loop (epoll, real clock).
  explicit Loop(LoopOptions options = {});
  // For the simulator.
  Loop(LoopOptions options, Clock& clock, std::unique_ptr<Poller> poller);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // The loop of the calling thread, or nullptr.
  static Loop* Current();

  // Runs until Stop(). Then cancels what is left and runs it to its end.
  void Run();
  // Any thread.
  void Stop();

  // A new fiber, first run when its turn in the ready queue comes.
  Status Spawn(std::function<void()> body);
  // A new fiber that runs at once until it first blocks; the caller then goes on. For request
  // handlers: no queueing. Must be called from a fiber.
  Status SpawnNow(std::function<void()> body);
  // Any thread: the body runs as a fiber on this loop. False after the loop has stopped; the body
  // is then dropped.
  bool Post(std::function<void()> body);

  // Time when this turn last looked at the clock (cheap), and now.
  Time turn_time() const { return turn_time_; }
  Time Now();

  // Runs `callback` in scheduler context (must not block) at `when`. O(log n).
  TimerId RunAt(Time when, std::function<void()> callback);
  // False if it already ran or never was.
  bool CancelTimer(TimerId id);

  // Queues the hook for the end of this turn, once.
  void AtTurnEnd(TurnHook& hook);
  // Takes a queued hook back (its owner dies).
  void ForgetTurnHook(TurnHook& hook);

  Poller& poller() { return *poller_; }
  size_t live_fibers() const;
  uint64_t switches() const;

 private:
  friend class Fiber;
  friend class WaitPoint;
  struct Core;

  Time turn_time_{};
  std::unique_ptr<Poller> poller_;
  std::unique_ptr<Core> core_;
};

// Threads with a loop each (thread per core). Index 0 is the home of whatever does not ask for
// another.
class LoopGroup {
 public:
  explicit LoopGroup(int loops, LoopOptions options = {});
  ~LoopGroup();  // stops and joins
  int size() const;
  Loop& loop(int index);
  void Stop();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

// Runs `work` on `loop` as a fiber and waits for it: from a fiber of another loop (blocks the
// fiber), from the loop itself (runs in place), or from a plain thread (blocks the thread).
// kUnavailable if the loop has stopped.
Status RunOn(Loop& loop, std::function<void()> work);

}  // namespace bellrock::fiber
