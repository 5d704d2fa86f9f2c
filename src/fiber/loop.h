// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

// Hand-off of a loop whose user code (see UserSection) burns or blocks its thread to a spare
// thread. Real loops only: a simulated one never leaves its thread.
struct HandoffOptions {
  bool enabled = false;
  // User code is stuck after one to two ticks: a call waits for at most two of them behind a
  // handler that blocks its thread. At least 100 us.
  Duration tick = std::chrono::microseconds(200);
  // Threads the loop may have beside the one that runs it, at least 1; made when first needed. With
  // all of them in user code the loop waits for the next to return.
  int spare_threads_max = 4;
};

struct LoopOptions {
  // Usable stack per fiber, without the guard page below it; rounded up to pages. Range 16 KiB..8
  // MiB.
  size_t stack_bytes = 128 * 1024;
  // Bound on live fibers; beyond it Spawn() refuses with kResourceExhausted.
  size_t fibers_max = 200'000;
  // Idle stacks kept for reuse.
  size_t stacks_pooled_max = 4096;
  HandoffOptions handoff;
};

enum class FiberState : uint8_t {
  kRunning,
  kReady,
  kBlocked,
  kWaitsForStarted,  // it runs another fiber by SpawnNow
  kInUserCode,       // in a thread that has lost the loop
};
std::string_view ToText(FiberState state);

// One live fiber, for a status page.
struct FiberDescription {
  FiberState state = FiberState::kReady;
  Duration age{};  // since it blocked or its thread lost the loop; else zero
  Time deadline = kNever;
  std::vector<std::string> stack;  // of a blocked one, innermost first
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

// The scheduler of one thread at a time: ready fibers in FIFO order, timers, and a poller. It owns
// its fibers; everything a fiber touches belongs to its loop, and work crosses loops by Post()
// only. All members are for the loop's own thread unless marked "any thread".
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
  // At most `count` live fibers, as they are when it is called. Walks the stacks of the blocked
  // ones, some 10 us each, then blocks the calling fiber while another thread finds the names.
  std::vector<FiberDescription> DescribeFibers(size_t count = 1000);

  // Any thread: how often the loop was handed over, how often it had to stay for want of a spare
  // thread, and how many times user code ran for 50 ms without a call into the framework.
  uint64_t handoffs() const;
  uint64_t handoffs_refused() const;
  uint64_t long_runs() const;

 private:
  friend class Crew;
  friend class Fiber;
  friend class WaitPoint;
  struct Core;

  void RunTurns();

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
