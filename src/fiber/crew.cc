// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/crew.h"

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "fiber/monitor.h"
#include "fiber/stack_reporter.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {
namespace {

// For the loop's own code: timer callbacks, turn hooks, the poller.
constexpr size_t kLoopStackBytes = 1024 * 1024;
// The monitor's look at a loop is cheap, but not free.
constexpr Duration kTickMin = std::chrono::microseconds(100);
constexpr size_t kThreadNameMax = 15;

HandoffOptions WithinRange(HandoffOptions options) {
  options.tick = std::max(options.tick, kTickMin);
  options.spare_threads_max = std::max(options.spare_threads_max, 1);
  return options;
}

std::string ThreadName(pthread_t id) {
  std::array<char, kThreadNameMax + 1> name{};
  pthread_getname_np(id, name.data(), name.size());
  return name.data();
}

}  // namespace

Crew::Crew(Loop& loop, Scheduler& scheduler, const HandoffOptions& options)
    : loop_(loop),
      scheduler_(scheduler),
      options_(WithinRange(options)),
      stacks_(kLoopStackBytes),
      watch_(options_.tick) {
  loop_context_.crew = this;
}

void Crew::Run(std::function<void()> turns) {
  const std::span<std::byte> stack = stacks_.Take();
  BELLROCK_CHECK(!stack.empty(), "no memory for the stack of a loop");
  turns_ = std::move(turns);
  loop_context_.Prepare(stack, &Crew::LoopMain);
  Worker* self = nullptr;
  {
    std::lock_guard lock(mutex_);
    ended_ = false;
    self = workers_.emplace_back(std::make_unique<Worker>()).get();
    self->id = pthread_self();
    self->duty = Duty::kLoop;
    holder_ = self;
  }
  Monitor::Get().Add(*this);
  Drive(*self, loop_context_);
  WorkAsSpare(*self);
  Monitor::Get().Remove(*this);
  Dismiss();
  loop_context_.Reset();
  stacks_.Return(stack);
}

void Crew::LoopMain(Context& self) {
  Crew& crew = *static_cast<LoopContext&>(self).crew;
  crew.turns_();
  crew.turns_ = nullptr;
  Context::Switch(self, Station::Current()->home, ThreadExceptions(), /*from_rests=*/true);
}

void Crew::Drive(Worker& worker, Context& to) {
  Station& station = worker.station;
  station.scheduler = &scheduler_;
  station.crew = this;
  Station::SetCurrent(&station);
  scheduler_.Attach(loop_context_);
  Context::Switch(station.home, to, ThreadExceptions());
  Station::SetCurrent(nullptr);
  if (Fiber* fiber = std::exchange(station.adrift, nullptr); fiber != nullptr) {
    PostBack(*fiber);
    return;
  }
  std::lock_guard lock(mutex_);
  ended_ = true;
  for (auto& other : workers_) other->wake.notify_one();
}

void Crew::PostBack(Fiber& fiber) {
  const bool accepted = WaitPoint::PostCallback(
      loop_, [&scheduler = scheduler_, &fiber] { scheduler.Rejoin(fiber); });
  BELLROCK_CHECK(accepted, "a loop ended while a fiber of it was in user code");
}

void Crew::WorkAsSpare(Worker& worker) {
  std::unique_lock lock(mutex_);
  for (;;) {
    BecomeSpare(worker);
    worker.wake.wait(lock, [&] { return ended_ || worker.duty == Duty::kLoop; });
    if (worker.duty != Duty::kLoop) return;
    lock.unlock();
    Drive(worker, GoOn());
    lock.lock();
  }
}

void Crew::BecomeSpare(Worker& worker) {
  // A new spare may have been given the loop before its thread came here.
  if (&worker != holder_ || ended_) worker.duty = Duty::kSpare;
  worker.run.End();
}

Context& Crew::GoOn() {
  loop_.turn_time_ = loop_.Now();
  return scheduler_.LeaveAway(loop_.turn_time_);
}

void Crew::Dismiss() {
  for (auto& worker : workers_)
    if (worker->thread.joinable()) worker->thread.join();
  workers_.clear();
  holder_ = nullptr;
}

void Crew::Enter(Station& station, Fiber& fiber) {
  const uint64_t slice = word_.load(std::memory_order_relaxed) + 1;
  station.user = &fiber;
  station.slice.store(slice, std::memory_order_relaxed);
  word_.store(slice, std::memory_order_release);
  Monitor::OnUserCode();
}

Scheduler& Crew::Leave(Station& station) {
  uint64_t slice = station.slice.load(std::memory_order_relaxed);
  Fiber& fiber = *std::exchange(station.user, nullptr);
  station.slice.store(0, std::memory_order_relaxed);
  if (word_.compare_exchange_strong(slice, slice + 1, std::memory_order_acq_rel)) return scheduler_;
  station.adrift = &fiber;
  Context::Switch(fiber, station.home, ThreadExceptions());
  return scheduler_;  // in another thread; `station` is no longer ours
}

bool Crew::Watch(Time now, StackReporter& reporter) {
  std::lock_guard lock(mutex_);
  const uint64_t word = word_.load(std::memory_order_acquire);
  if (watch_.Look(word, now)) {
    holder_->run.Begin(word, watch_.since());
    TakeOver(word);
  } else {
    holder_->run.End();
  }
  return ReportLongRuns(now, reporter) || watch_.active();
}

void Crew::TakeOver(uint64_t slice) {
  Worker* next = FindSpare();
  if (next == nullptr) {
    if (std::exchange(refused_slice_, slice) != slice)
      refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (!word_.compare_exchange_strong(slice, slice + 1, std::memory_order_acq_rel)) return;
  holder_->duty = Duty::kUserCode;
  holder_ = next;
  next->duty = Duty::kLoop;
  next->wake.notify_one();
  handoffs_.fetch_add(1, std::memory_order_relaxed);
}

Crew::Worker* Crew::FindSpare() {
  for (auto& worker : workers_)
    if (worker->duty == Duty::kSpare) return worker.get();
  if (workers_.size() > static_cast<size_t>(options_.spare_threads_max)) return nullptr;
  return HireSpare();
}

Crew::Worker* Crew::HireSpare() {
  auto worker = std::make_unique<Worker>();
  try {
    worker->thread = std::thread([this, self = worker.get()] { WorkAsSpare(*self); });
  } catch (const std::system_error& error) {
    log::Warning("fiber", "no spare thread for a loop whose user code is stuck: {}", error.what());
    return nullptr;
  }
  worker->id = worker->thread.native_handle();
  const std::string suffix = "+" + std::to_string(workers_.size());
  const std::string name = ThreadName(workers_[0]->id).substr(0, kThreadNameMax - suffix.size());
  pthread_setname_np(worker->id, (name + suffix).c_str());
  return workers_.emplace_back(std::move(worker)).get();
}

// Whether a fiber is away or its stack is being asked for.
bool Crew::ReportLongRuns(Time now, StackReporter& reporter) {
  bool any = false;
  for (auto& worker : workers_) {
    if (worker->run.slice() == 0) continue;
    any = true;
    if (!worker->run.IsDue(now, kLongRun) || reporter.busy()) continue;
    worker->run.SetReported();
    long_runs_.fetch_add(1, std::memory_order_relaxed);
    reporter.Ask({.thread = worker->id,
                  .thread_name = ThreadName(worker->id),
                  .slice = worker->run.slice(),
                  .since = worker->run.since(),
                  .asked = now});
  }
  return any;
}

}  // namespace bellrock::fiber
