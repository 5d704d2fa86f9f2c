// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/worker_pool.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

std::vector<fiber::Loop*> LoopsOf(fiber::LoopGroup& group) {
  std::vector<fiber::Loop*> loops;
  for (int i = 0; i < group.size(); ++i) loops.push_back(&group.loop(i));
  return loops;
}

}  // namespace

WorkerPool::WorkerPool(WorkerPoolOptions options)
    : options_(options), own_loops_(std::make_unique<fiber::LoopGroup>(options.workers)) {
  AddWorkers(LoopsOf(*own_loops_));
}

WorkerPool::WorkerPool(std::vector<fiber::Loop*> loops, WorkerPoolOptions options)
    : options_(options) {
  BELLROCK_CHECK(!loops.empty(), "a pool has workers");
  AddWorkers(loops);
}

void WorkerPool::AddWorkers(const std::vector<fiber::Loop*>& loops) {
  for (fiber::Loop* loop : loops) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->loop = loop;
    workers_.back()->bound.SetOptions(options_.queue);
  }
}

WorkerPool::~WorkerPool() = default;

Result<WorkerPool::Place> WorkerPool::Enter(Time now) {
  const size_t first = next_.fetch_add(1, std::memory_order_relaxed);
  size_t best = first % workers_.size();
  for (size_t i = 1; i < workers_.size(); ++i) {
    const size_t each = (first + i) % workers_.size();
    if (workers_[each]->calls.load(std::memory_order_relaxed) <
        workers_[best]->calls.load(std::memory_order_relaxed)) {
      best = each;
    }
  }
  Worker& worker = *workers_[best];
  if (worker.calls.fetch_add(1, std::memory_order_relaxed) >= options_.queue.calls_max) {
    worker.calls.fetch_sub(1, std::memory_order_relaxed);
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kServerBusy,
        fmt::format("all {} workers have {} calls each in line, the limit; call again later or "
                    "elsewhere",
                    workers_.size(), options_.queue.calls_max)));
  }
  return Place{.loop = worker.loop, .worker = best, .since = now};
}

Status WorkerPool::Begin(const Place& place, Time now) {
  protect::AgeBound& bound = workers_[place.worker]->bound;
  const Duration age = now - place.since;
  bound.OnTurn(now);
  age < options_.queue.target ? bound.OnCalm() : bound.OnBusy(now);
  if (age < options_.queue.target || age < bound.Limit(now)) return Status::Ok();
  bound.OnLate(now);
  return ResourceExhaustedError(Numbered(
      ErrorNumber::kServerBusy,
      fmt::format(
          "the call waited {} ms for a worker, longer than calls may wait now; call again later or "
          "elsewhere",
          std::chrono::duration_cast<std::chrono::milliseconds>(age).count())));
}

void WorkerPool::Leave(const Place& place) {
  workers_[place.worker]->calls.fetch_sub(1, std::memory_order_relaxed);
}

size_t WorkerPool::calls() const {
  size_t all = 0;
  for (const auto& worker : workers_) all += worker->calls.load(std::memory_order_relaxed);
  return all;
}

}  // namespace bellrock::rpc
