// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/disk_pool.h"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "fiber/epoll_poller.h"
#include "fiber/fiber.h"
#include "fiber/scheduler.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {
namespace {

struct Job {
  const std::function<void()>* call;
  WaitPoint* point;
};

// Started by the first call, joined at the end of the process.
class DiskPool {
 public:
  DiskPool() {
    for (int i = 0; i < kDiskThreads; ++i) threads_.emplace_back([this] { Work(); });
  }
  ~DiskPool() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void Submit(Job job) {
    {
      std::lock_guard lock(mutex_);
      jobs_.push_back(job);
    }
    changed_.notify_one();
  }

 private:
  void Work() {
    pthread_setname_np(pthread_self(), "disk");
    for (;;) {
      Job job;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = jobs_.front();
        jobs_.pop_front();
      }
      (*job.call)();
      job.point->Notify();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  // bounded by kDiskCallsPerLoopMax per loop
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

bool OnRealLoop() {
  return InFiber() && EpollPoller::Current().ok();
}

}  // namespace

void RunOnDiskThread(const std::function<void()>& call) {
  if (!OnRealLoop()) return call();
  static DiskPool pool;
  DiskPlaces& places = Scheduler::Current()->disk_places();
  ScopedShield shield;
  while (places.taken >= kDiskCallsPerLoopMax) {
    const Status woken = places.waiting.Wait();
    BELLROCK_CHECK(woken.ok(), "a shielded wait was interrupted");
  }
  ++places.taken;
  WaitPoint point;
  pool.Submit(Job{&call, &point});
  point.WaitShielded();
  --places.taken;
  places.waiting.WakeOne();
}

}  // namespace bellrock::fiber
