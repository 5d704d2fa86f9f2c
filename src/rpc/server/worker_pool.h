// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/loop.h"
#include "rpc/protect/age_bound.h"

namespace bellrock::rpc {

struct WorkerPoolOptions {
  int workers = 2;  // loops, each with a thread; 1..256
  // Of calls that wait for a worker: how many on each one, its running ones included, and how long.
  protect::AgeQueueOptions queue{};
};

// Loops of their own for handlers that compute for long, so that the loops of the connections stay
// free for everybody else. A call goes to the loop with the fewest calls; there it waits in line,
// bounded by count and by age. Thread-safe unless marked; outlives the servers that use it.
class WorkerPool {
 public:
  // A call's place in line.
  struct Place {
    fiber::Loop* loop = nullptr;
    size_t worker = 0;
    Time since{};
  };

  // Starts the threads.
  explicit WorkerPool(WorkerPoolOptions options);
  // Borrows loops that run already.
  WorkerPool(std::vector<fiber::Loop*> loops, WorkerPoolOptions options);
  ~WorkerPool();

  // kResourceExhausted if every line is full. Else the call is in line until Leave().
  Result<Place> Enter(Time now);
  // When it is the call's turn, on its place's loop: kResourceExhausted if it has waited too long.
  Status Begin(const Place& place, Time now);
  void Leave(const Place& place);

  size_t calls() const;

 private:
  struct Worker {
    fiber::Loop* loop = nullptr;
    std::atomic<size_t> calls = 0;
    protect::AgeBound bound{protect::AgeQueueOptions()};  // for its loop
  };

  void AddWorkers(const std::vector<fiber::Loop*>& loops);

  const WorkerPoolOptions options_;
  std::unique_ptr<fiber::LoopGroup> own_loops_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<size_t> next_ = 0;  // where the search begins, so that equals take turns
};

}  // namespace bellrock::rpc
