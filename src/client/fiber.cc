// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/fiber.h"

#include <mutex>
#include <vector>

#include "bellrock/fiber.h"
#include "client/runtime.h"
#include "fiber/sync.h"
#include "fiber/user_section.h"

namespace bellrock {

// Each who waits has an event on its own loop.
struct Completion::State {
  struct Waiting {
    fiber::Loop* loop;
    std::shared_ptr<fiber::Event> event;
  };
  std::mutex mutex;
  bool set = false;
  std::vector<Waiting> fibers;
};

Completion::Completion() : state_(std::make_shared<State>()) {}

void Completion::Set() {
  const fiber::FrameworkSection framework;
  std::vector<State::Waiting> fibers;
  {
    const std::lock_guard lock(state_->mutex);
    state_->set = true;
    fibers.swap(state_->fibers);
  }
  for (State::Waiting& waiting : fibers) {
    if (waiting.loop == fiber::Loop::Current()) {
      waiting.event->Set();
    } else {
      waiting.loop->Post([event = std::move(waiting.event)] { event->Set(); });
    }
  }
}

bool Completion::is_set() const {
  const std::lock_guard lock(state_->mutex);
  return state_->set;
}

Status Completion::Wait() const {
  const fiber::FrameworkSection framework;
  std::unique_lock lock(state_->mutex);
  if (state_->set) return Status::Ok();
  if (!fiber::InFiber()) {
    lock.unlock();
    Status waited;
    BELLROCK_TRY(Run([&] { waited = Wait(); }));
    return waited;
  }
  auto event = std::make_shared<fiber::Event>();
  state_->fibers.push_back({fiber::Loop::Current(), event});
  lock.unlock();
  const Status waited = event->Wait();
  if (waited.ok()) return waited;
  lock.lock();
  std::erase_if(state_->fibers, [&](const State::Waiting& entry) { return entry.event == event; });
  return state_->set ? Status::Ok() : waited;
}

Status Go(std::function<void()> body) {
  const fiber::FrameworkSection framework;
  if (fiber::InFiber()) return fiber::Loop::Current()->Spawn(std::move(body));
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  return runtime->home().Post(std::move(body)) ? Status::Ok()
                                               : UnavailableError("the program is ending");
}

Status Run(std::function<void()> body) {
  const fiber::FrameworkSection framework;
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  return fiber::RunOn(runtime->home(), std::move(body));
}

Time Now() {
  return fiber::RealEnvironment().clock.Now();
}

WallTime WallNow() {
  return fiber::RealEnvironment().clock.WallNow();
}

Status SleepFor(Duration duration) {
  return SleepUntil(Now() + duration);
}

Status SleepUntil(Time when) {
  const fiber::FrameworkSection framework;
  if (fiber::InFiber()) return fiber::SleepUntil(when);
  Status slept;
  BELLROCK_TRY(Run([&] { slept = fiber::SleepUntil(when); }));
  return slept;
}

}  // namespace bellrock
