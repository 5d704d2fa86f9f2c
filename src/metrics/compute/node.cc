// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/node.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "base/log.h"
#include "metrics/compute/assignment.h"

namespace bellrock::metrics::compute {
namespace {

constexpr std::string_view kSubject = "metrics/compute";
constexpr Duration kReadWait = std::chrono::milliseconds(200);
constexpr Duration kSettlePause = std::chrono::milliseconds(5);
constexpr Duration kPauseMin = std::chrono::milliseconds(250);
constexpr Duration kPauseMax = std::chrono::seconds(10);
constexpr Duration kLeaveMax = std::chrono::seconds(2);  // for a last cut

}  // namespace

struct Node::Worker {
  uint32_t partition = 0;
  std::optional<Owner> owner;
  bool counts = false;
  bool leaving = false;
  uint64_t takeovers = 0;
  std::string error;
  fiber::JoinHandle fiber;
};

Node::Node(fiber::Environment environment, queue::Queue& queue, store::Store& store,
           NodeOptions options)
    : environment_(environment), queue_(queue), store_(store), options_(std::move(options)) {}

Node::~Node() = default;

void Node::SetAlive(const std::vector<std::string>& nodes) {
  const std::vector<uint32_t> mine = PartitionsOf(options_.name, nodes, options_.partitions);
  std::vector<uint32_t> left;
  for (const auto& [partition, worker] : workers_) {
    if (!std::binary_search(mine.begin(), mine.end(), partition)) left.push_back(partition);
  }
  for (const uint32_t partition : left) Leave(partition);
  for (const uint32_t partition : mine) {
    if (!workers_.contains(partition)) Start(partition);
  }
}

void Node::Start(uint32_t partition) {
  auto worker = std::make_unique<Worker>();
  worker->partition = partition;
  worker->fiber = fiber::Start([this, at = worker.get()] { Run(*at); });
  workers_.emplace(partition, std::move(worker));
}

// The next owner begins at this one's cut instead of reading a minute again.
void Node::Leave(uint32_t partition) {
  auto node = workers_.extract(partition);
  Worker& worker = *node.mapped();
  if (worker.owner) generation_ += worker.owner->moves() + 1;
  worker.leaving = true;
  worker.fiber.Cancel();
  worker.fiber.Join();
  if (worker.counts) {
    fiber::ScopedDeadline deadline(environment_.clock.Now() + kLeaveMax);
    if (Status cut = worker.owner->CutNow(); !cut.ok()) {
      log::Info(kSubject, "partition {} is left without a cut: {}", partition, cut.ToString());
    }
  }
  ++generation_;
}

void Node::Stop(Time deadline) {
  fiber::ScopedDeadline scoped(deadline);
  while (!workers_.empty()) Leave(workers_.begin()->first);
}

void Node::Run(Worker& worker) {
  Duration pause = kPauseMin;
  while (true) {
    const uint64_t takeovers = worker.takeovers;
    const Status status = Work(worker);
    worker.counts = worker.counts && worker.leaving;
    if (worker.leaving) return;
    worker.error = status.ToString();
    log::Warning(kSubject, "partition {}: {}", worker.partition, worker.error);
    if (worker.takeovers > takeovers) pause = kPauseMin;
    if (!fiber::SleepFor(pause).ok()) return;
    pause = std::min(pause * 2, kPauseMax);
  }
}

Status Node::Work(Worker& worker) {
  worker.counts = false;
  if (worker.owner) generation_ += worker.owner->moves() + 1;
  worker.owner.emplace(environment_, queue_, store_,
                       Owner::Options{.partition = worker.partition,
                                      .node = options_.name,
                                      .sets = options_.sets,
                                      .bounds = options_.bounds});
  BELLROCK_TRY(worker.owner->TakeOver());
  worker.counts = true;
  worker.error.clear();
  ++worker.takeovers;
  ++generation_;
  while (true) {
    BELLROCK_TRY(worker.owner->Step(kReadWait));
  }
}

std::vector<CardTable> Node::Live(const std::string& set) {
  std::vector<CardTable> tables;
  for (const auto& [partition, worker] : workers_) {
    if (!worker->counts || worker->owner->moves() % 2 == 1) continue;
    const Partition::LiveSeconds& live = worker->owner->partition().Live();
    const auto found = live.tables.find(set);
    if (found == live.tables.end()) continue;
    tables.insert(tables.end(), found->second.begin(), found->second.end());
  }
  return tables;
}

void Node::Hear(uint32_t partition, uint64_t next, const v1::Marker& marker) {
  const auto found = workers_.find(partition);
  if (found == workers_.end() || !found->second->counts) return;
  Partition& worked = found->second->owner->partition();
  if (worked.next() >= next) worked.Hear(marker);
}

bool Node::Moving() const {
  return std::any_of(workers_.begin(), workers_.end(), [](const auto& entry) {
    const Worker& worker = *entry.second;
    return worker.counts && worker.owner->moves() % 2 == 1;
  });
}

Status Node::Settle() {
  const Time until = environment_.clock.Now() + kMoveMax;
  while (Moving()) {
    if (environment_.clock.Now() >= until) {
      return UnavailableError("a minute's figures are being written to the store; ask again");
    }
    BELLROCK_TRY(fiber::SleepFor(kSettlePause));
  }
  return Status::Ok();
}

uint64_t Node::generation() const {
  uint64_t generation = generation_;
  for (const auto& [partition, worker] : workers_) {
    if (worker->owner) generation += worker->owner->moves();
  }
  return generation;
}

int64_t Node::LeastOf(int64_t (Partition::*second)() const) const {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (const auto& [partition, worker] : workers_) {
    least = std::min(least, worker->counts ? (worker->owner->partition().*second)() : 0);
  }
  return workers_.empty() ? 0 : least;
}

int64_t Node::complete_until() const {
  return LeastOf(&Partition::complete_until);
}

int64_t Node::cut_until() const {
  return LeastOf(&Partition::cut_until);
}

std::vector<Node::Held> Node::held() const {
  std::vector<Held> held;
  for (const auto& [partition, worker] : workers_) {
    Held& entry = held.emplace_back();
    entry.partition = partition;
    entry.counts = worker->counts;
    entry.takeovers = worker->takeovers;
    entry.error = worker->error;
    if (!worker->owner) continue;
    entry.cut = worker->owner->cuts().last().number;
    entry.next = worker->owner->partition().next();
    entry.counted = worker->owner->partition().counts();
  }
  return held;
}

}  // namespace bellrock::metrics::compute
