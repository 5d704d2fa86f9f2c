// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/scheduler.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {
namespace {

// Work on its way through another loop. Shared by both sides; the asking side always waits until
// the work was run or dropped, since the work may refer to the asker's stack.
class Errand {
 public:
  explicit Errand(std::function<void()> work, Time deadline)
      : work_(std::move(work)), deadline_(deadline) {}
  virtual ~Errand() = default;

  // On the target loop, in a fiber.
  void Run() {
    Scheduler& scheduler = Scheduler::InFiberOrCrash("an errand runs in a fiber");
    if (cancelled_) scheduler.Cancel(*scheduler.current());
    runner_ = scheduler.current();
    {
      ScopedDeadline deadline(deadline_);
      work_();
    }
    runner_ = nullptr;
    ran_ = true;
  }
  // On the target loop, in scheduler context.
  void Cancel() {
    cancelled_ = true;
    if (runner_ != nullptr) Scheduler::Current()->Cancel(*runner_);
  }
  // Any thread, once: the work was run or dropped.
  virtual void Finish() = 0;

  bool ran() const { return ran_; }

 private:
  std::function<void()> work_;
  Time deadline_;
  Fiber* runner_ = nullptr;
  bool cancelled_ = false;
  bool ran_ = false;
};

class FiberErrand final : public Errand {
 public:
  using Errand::Errand;
  void Finish() override { point_.Notify(); }
  WaitPoint& point() { return point_; }

 private:
  WaitPoint point_;
};

class ThreadErrand final : public Errand {
 public:
  using Errand::Errand;
  void Finish() override {
    std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
};

// Travels inside the posted body; when the body is gone, run or not, the errand is finished.
class Courier {
 public:
  explicit Courier(std::shared_ptr<Errand> errand) : errand_(std::move(errand)) {}
  ~Courier() { errand_->Finish(); }
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  void Run() { errand_->Run(); }

 private:
  std::shared_ptr<Errand> errand_;
};

void Send(Loop& loop, std::shared_ptr<Errand> errand) {
  auto courier = std::make_shared<Courier>(std::move(errand));
  loop.Post([courier = std::move(courier)] { courier->Run(); });
}

Status Outcome(const Errand& errand) {
  if (errand.ran()) return Status::Ok();
  return UnavailableError("the loop has stopped or has too much posted work");
}

}  // namespace

Status RunOn(Loop& loop, std::function<void()> work) {
  if (Loop::Current() == &loop) {
    work();
    return Status::Ok();
  }
  if (!InFiber()) {
    auto errand = std::make_shared<ThreadErrand>(std::move(work), kNever);
    Send(loop, errand);
    errand->Wait();
    return Outcome(*errand);
  }
  auto errand = std::make_shared<FiberErrand>(std::move(work), CurrentDeadline());
  Send(loop, errand);
  if (const Status waited = errand->point().Wait(); !waited.ok()) {
    // The work has our deadline already; our cancellation is handed on. Either way we stay until it
    // lets go of our stack.
    if (waited.code() == StatusCode::kCancelled)
      WaitPoint::PostCallback(loop, [errand] { errand->Cancel(); });
    errand->point().WaitShielded();
  }
  return Outcome(*errand);
}

}  // namespace bellrock::fiber
