// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "fiber/clock.h"
#include "fiber/crew.h"
#include "fiber/epoll_poller.h"
#include "fiber/fiber_list.h"
#include "fiber/scheduler.h"
#include "fiber/station.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {
namespace {

// Ready fibers run per turn before the loop looks at sockets and timers again, so that fibers that
// wake each other cannot starve I/O.
constexpr size_t kReadyPerTurnMax = 1024;
// Timers fired per turn, for the same reason.
constexpr size_t kTimersPerTurnMax = 1024;
// Bodies posted by other threads and not yet started; Post() beyond it drops.
constexpr size_t kPostedMax = 1 << 20;
// A turn longer than this had a fiber that computed or blocked its thread.
constexpr Duration kTurnWarning = std::chrono::milliseconds(50);
constexpr Duration kTurnWarningEvery = std::chrono::seconds(1);

constexpr size_t kStackBytesMin = 16 * 1024;
constexpr size_t kStackBytesMax = 8 * 1024 * 1024;

enum class PostKind { kFiber, kCallback };

}  // namespace

struct Loop::Core {
  Core(Loop& loop, const LoopOptions& options, Clock& loop_clock)
      : clock(loop_clock),
        scheduler(loop, std::clamp(options.stack_bytes, kStackBytesMin, kStackBytesMax),
                  options.fibers_max, options.stacks_pooled_max) {}

  void Turn(Loop& loop);
  void FireTimers(Time now);
  void RunHooks();
  void TakePosted();
  void WarnIfLong(Time began, Time now, size_t fibers_ran);
  bool Enqueue(Loop& loop, std::function<void()> body, PostKind kind);
  bool CloseIfQuiet();
  bool HasOutsideWork() const;

  Clock& clock;
  Scheduler scheduler;
  std::unique_ptr<Crew> crew;                // nullptr: the loop stays in the thread that runs it
  std::vector<TurnHook*> hooks;              // queued for the end of this turn
  std::vector<TurnHook*> hooks_running;      // the batch being run; nulls are forgotten ones
  std::vector<std::function<void()>> taken;  // posted bodies on their way to a fiber
  size_t taken_done = 0;
  bool stopping = false;
  Time warned{};

  std::atomic<bool> stop{false};
  std::atomic<bool> sleeping{false};
  std::atomic<size_t> posted_count{0};    // posted.size(), to be read without the lock
  std::atomic<size_t> callback_count{0};  // callbacks.size(), likewise
  std::atomic<int> posting{0};            // threads inside Enqueue or Stop
  std::mutex mutex;
  // Guarded by mutex. Callbacks go before bodies: they may be what ends a fiber, so they must not
  // wait for a free one.
  std::vector<std::function<void()>> posted;
  std::vector<std::function<void()>> callbacks;
  bool closed = false;
};

Loop::Loop(LoopOptions options) : Loop(options, RealClock(), std::make_unique<EpollPoller>()) {
  if (options.handoff.enabled)
    core_->crew = std::make_unique<Crew>(*this, core_->scheduler, options.handoff);
}

Loop::Loop(LoopOptions options, Clock& clock, std::unique_ptr<Poller> poller)
    : turn_time_(clock.Now()),
      poller_(std::move(poller)),
      core_(std::make_unique<Core>(*this, options, clock)) {}

Loop::~Loop() {
  BELLROCK_CHECK(Current() != this, "a loop was destroyed while it ran");
  // A thread that has just posted may still be about to interrupt the poller.
  while (core_->posting.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  core_->posted.clear();
  core_->callbacks.clear();
  core_->taken.clear();
}

Loop* Loop::Current() {
  Scheduler* scheduler = Scheduler::Current();
  return scheduler == nullptr ? nullptr : &scheduler->loop();
}

void Loop::Run() {
  BELLROCK_CHECK(Station::Current() == nullptr, "a loop was run inside a loop");
  if (core_->crew != nullptr) {
    core_->crew->Run([this] { RunTurns(); });
  } else {
    Station station;
    station.scheduler = &core_->scheduler;
    Station::SetCurrent(&station);
    core_->scheduler.Attach(station.home);
    RunTurns();
    Station::SetCurrent(nullptr);
  }
  core_->stop.store(false, std::memory_order_release);  // this run has used it up
}

void Loop::RunTurns() {
  Core& core = *core_;
  {
    std::lock_guard lock(core.mutex);
    core.closed = false;
  }
  turn_time_ = core.clock.Now();
  while (!core.stop.load(std::memory_order_acquire)) core.Turn(*this);
  core.stopping = true;
  core.scheduler.CancelAll();
  while (!core.CloseIfQuiet()) core.Turn(*this);
  core.stopping = false;
  core.scheduler.StopCancelling();
  core.scheduler.timers().Clear();
}

void Loop::Stop() {
  core_->posting.fetch_add(1, std::memory_order_acq_rel);
  core_->stop.store(true, std::memory_order_seq_cst);
  if (core_->sleeping.exchange(false, std::memory_order_seq_cst)) poller_->Interrupt();
  core_->posting.fetch_sub(1, std::memory_order_release);
}

void Loop::Core::Turn(Loop& loop) {
  TakePosted();
  FireTimers(loop.turn_time_);
  size_t ran = 0;
  do {
    ran += scheduler.RunReady(kReadyPerTurnMax - ran);
    RunHooks();
  } while (scheduler.has_ready() && ran < kReadyPerTurnMax);
  const bool can_take = taken_done < taken.size() && !scheduler.full();
  const bool busy = scheduler.has_ready() || !hooks.empty() || can_take;
  const Time began = loop.turn_time_;
  if (!busy) {
    // The poller counts its wait from here; a busy loop does not wait, and looks at the clock once
    // a turn.
    loop.turn_time_ = clock.Now();
    WarnIfLong(began, loop.turn_time_, ran);
  }
  Time until = busy ? loop.turn_time_ : scheduler.timers().next();
  // Dekker with Enqueue and Stop: either they see us asleep and interrupt, or we see what they did.
  sleeping.store(true, std::memory_order_seq_cst);
  if (HasOutsideWork()) until = loop.turn_time_;
  loop.poller_->Poll(loop, until);
  sleeping.store(false, std::memory_order_relaxed);
  loop.turn_time_ = clock.Now();
  if (busy) WarnIfLong(began, loop.turn_time_, ran);
}

bool Loop::Core::HasOutsideWork() const {
  if (stop.load(std::memory_order_seq_cst) && (!stopping || scheduler.live() == 0)) return true;
  if (callback_count.load(std::memory_order_seq_cst) != 0) return true;
  // Bodies that wait for a free fiber are no reason to turn again; what ends a fiber is.
  return posted_count.load(std::memory_order_seq_cst) != 0 && !scheduler.full();
}

void Loop::Core::FireTimers(Time now) {
  for (size_t i = 0; i < kTimersPerTurnMax; ++i) {
    std::function<void()> callback = scheduler.timers().TakeDue(now);
    if (!callback) return;
    callback();
  }
}

void Loop::Core::RunHooks() {
  if (hooks.empty()) return;
  std::swap(hooks, hooks_running);
  for (TurnHook*& hook : hooks_running) {
    if (hook == nullptr) continue;
    TurnHook& due = *std::exchange(hook, nullptr);
    due.queued_ = false;  // it may queue itself again, for the next turn
    due.OnTurnEnd();
  }
  hooks_running.clear();
}

void Loop::Core::TakePosted() {
  if (posted_count.load(std::memory_order_relaxed) +
          callback_count.load(std::memory_order_relaxed) !=
      0) {
    std::vector<std::function<void()>> due;
    {
      std::lock_guard lock(mutex);
      std::swap(due, callbacks);
      if (taken_done == taken.size()) {
        taken.clear();
        taken_done = 0;
        std::swap(taken, posted);
      }
      posted_count.store(posted.size(), std::memory_order_relaxed);
      callback_count.store(0, std::memory_order_relaxed);
    }
    for (auto& callback : due) callback();
  }
  // No more than a turn runs: the next ones then reuse the stacks of those that ended.
  size_t room = kReadyPerTurnMax;
  for (; room > 0 && taken_done < taken.size() && !scheduler.full(); ++taken_done, --room) {
    Result<Fiber*> fiber = scheduler.Create(std::move(taken[taken_done]));
    BELLROCK_CHECK(fiber.ok(), "no memory for the stack of a posted fiber");
    scheduler.Ready(**fiber);
  }
}

void Loop::Core::WarnIfLong(Time began, Time now, size_t fibers_ran) {
  const Duration took = now - began;
  if (took < kTurnWarning || now - warned < kTurnWarningEvery) return;
  warned = now;
  log::Warning("fiber",
               "a turn of the loop took {} ms (bound {} ms) with {} fiber runs: one of them "
               "computes for long or blocks its thread",
               std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
               std::chrono::duration_cast<std::chrono::milliseconds>(kTurnWarning).count(),
               fibers_ran);
}

bool Loop::Core::Enqueue(Loop& loop, std::function<void()> body, PostKind kind) {
  posting.fetch_add(1, std::memory_order_acq_rel);
  bool accepted = false;
  {
    std::lock_guard lock(mutex);
    if (!closed && (posted.size() < kPostedMax || kind == PostKind::kCallback)) {
      (kind == PostKind::kFiber ? posted : callbacks).push_back(std::move(body));
      posted_count.store(posted.size(), std::memory_order_seq_cst);
      callback_count.store(callbacks.size(), std::memory_order_seq_cst);
      accepted = true;
    }
  }
  // Only a loop that sleeps, and only the first to see it, pays for the system call.
  if (accepted && sleeping.load(std::memory_order_seq_cst) &&
      sleeping.exchange(false, std::memory_order_seq_cst))
    loop.poller_->Interrupt();
  posting.fetch_sub(1, std::memory_order_release);
  return accepted;
}

bool Loop::Core::CloseIfQuiet() {
  if (scheduler.live() != 0 || !hooks.empty() || taken_done < taken.size()) return false;
  std::lock_guard lock(mutex);
  if (!posted.empty() || !callbacks.empty()) return false;
  closed = true;
  return true;
}

Status Loop::Spawn(std::function<void()> body) {
  LeaveUserCode();
  BELLROCK_ASSIGN(Fiber * fiber, core_->scheduler.Create(std::move(body)));
  core_->scheduler.Ready(*fiber);
  return Status::Ok();
}

Status Loop::SpawnNow(std::function<void()> body) {
  Scheduler& scheduler = Scheduler::InFiberOrCrash("Loop::SpawnNow must be called from a fiber");
  BELLROCK_ASSIGN(Fiber * fiber, scheduler.Create(std::move(body)));
  scheduler.Resume(*fiber);
  return Status::Ok();
}

bool Loop::Post(std::function<void()> body) {
  return core_->Enqueue(*this, std::move(body), PostKind::kFiber);
}

bool WaitPoint::PostCallback(Loop& loop, std::function<void()> callback) {
  return loop.core_->Enqueue(loop, std::move(callback), PostKind::kCallback);
}

Time Loop::Now() {
  return core_->clock.Now();
}

TimerId Loop::RunAt(Time when, std::function<void()> callback) {
  LeaveUserCode();
  return core_->scheduler.timers().Add(when, std::move(callback));
}

bool Loop::CancelTimer(TimerId id) {
  LeaveUserCode();
  return core_->scheduler.timers().Cancel(id);
}

void Loop::AtTurnEnd(TurnHook& hook) {
  LeaveUserCode();
  if (hook.queued_) return;
  hook.queued_ = true;
  core_->hooks.push_back(&hook);
}

void Loop::ForgetTurnHook(TurnHook& hook) {
  LeaveUserCode();
  std::erase(core_->hooks, &hook);
  std::replace(core_->hooks_running.begin(), core_->hooks_running.end(), &hook,
               static_cast<TurnHook*>(nullptr));
  hook.queued_ = false;
}

size_t Loop::live_fibers() const {
  return core_->scheduler.live();
}
uint64_t Loop::switches() const {
  return core_->scheduler.switches();
}

std::vector<FiberDescription> Loop::DescribeFibers(size_t count) {
  LeaveUserCode();
  return fiber::DescribeFibers(core_->scheduler, turn_time_, count);
}

uint64_t Loop::handoffs() const {
  return core_->crew == nullptr ? 0 : core_->crew->handoffs();
}
uint64_t Loop::handoffs_refused() const {
  return core_->crew == nullptr ? 0 : core_->crew->refused();
}
uint64_t Loop::long_runs() const {
  return core_->crew == nullptr ? 0 : core_->crew->long_runs();
}

}  // namespace bellrock::fiber
