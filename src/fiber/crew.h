// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fiber/context.h"
#include "fiber/loop.h"
#include "fiber/scheduler.h"
#include "fiber/slice_watch.h"
#include "fiber/stack_pool.h"
#include "fiber/station.h"

namespace bellrock::fiber {

class StackReporter;

// The threads that take turns at running one loop, so that user code which burns or blocks its
// thread holds up nothing but itself. Inside of the runtime.
//
// The loop's own code runs on a stack of its own instead of a thread's. All that the loop is in the
// middle of lies on that stack and on those of its fibers; handing the loop over is therefore no
// more than a switch, by a spare thread, to where the loop would have gone on had the fiber in user
// code blocked. The thread that lost the loop runs on in the user code. Where that ends, the fiber
// is switched away from and posted to the loop, and its thread becomes a spare.
//
// `word_` says who owns the loop: even, the thread in holder_; odd, the same thread, running user
// code, from which the loop may be taken. Whoever makes an odd word even has decided it: the fiber
// by leaving, or the monitor by taking the loop.
class Crew {
 public:
  // A slice of user code longer than this is reported with its stack.
  static constexpr Duration kLongRun = std::chrono::milliseconds(50);

  Crew(Loop& loop, Scheduler& scheduler, const HandoffOptions& options);

  // Runs `turns` with the calling thread and spares of its own; returns when it has ended, on
  // whichever thread.
  void Run(std::function<void()> turns);

  // By the thread that owns the loop, in `fiber`: user code begins.
  void Enter(Station& station, Fiber& fiber);
  // By the thread in user code: that ends. The thread that returns owns the loop; not always the
  // one that called. Returns the loop's scheduler.
  Scheduler& Leave(Station& station);

  // By the monitor, every tick: hands the loop over if its user code is stuck, and asks for a
  // report of what is stuck for long. False if the loop had no user code since the last time.
  bool Watch(Time now, StackReporter& reporter);

  Duration tick() const { return options_.tick; }
  // Any thread.
  uint64_t handoffs() const { return handoffs_.load(std::memory_order_relaxed); }
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  uint64_t long_runs() const { return long_runs_.load(std::memory_order_relaxed); }

 private:
  enum class Duty { kSpare, kLoop, kUserCode };

  // One thread. Its station is for itself; the rest is guarded by mutex_.
  struct Worker {
    Station station;
    pthread_t id{};
    std::thread thread;  // not of the one that called Run()
    Duty duty = Duty::kSpare;
    LongRun run;  // what it is stuck in
    std::condition_variable wake;
  };

  struct LoopContext : Context {
    Crew* crew = nullptr;
  };

  static void LoopMain(Context& self);
  void BecomeSpare(Worker& worker);
  void Drive(Worker& worker, Context& to);
  void WorkAsSpare(Worker& worker);
  Context& GoOn();
  void PostBack(Fiber& fiber);
  void Dismiss();

  Worker* FindSpare();
  Worker* HireSpare();
  void TakeOver(uint64_t slice);
  bool ReportLongRuns(Time now, StackReporter& reporter);

  Loop& loop_;
  Scheduler& scheduler_;
  HandoffOptions options_;
  StackPool stacks_;
  std::function<void()> turns_;
  LoopContext loop_context_;
  SliceWatch watch_;            // the monitor's
  uint64_t refused_slice_ = 0;  // the monitor's: counted already

  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> workers_;  // guarded by mutex_; [0] called Run()
  Worker* holder_ = nullptr;                      // guarded by mutex_
  bool ended_ = false;                            // guarded by mutex_

  std::atomic<uint64_t> handoffs_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> long_runs_{0};
  alignas(64) std::atomic<uint64_t> word_{0};
};

}  // namespace bellrock::fiber
