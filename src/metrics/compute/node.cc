// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/node.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "metrics/compute/assignment.h"
#include "metrics/compute/live_tables.h"

namespace bellrock::metrics::compute {
namespace {

constexpr std::string_view kSubject = "metrics/compute";
constexpr Duration kReadWait = std::chrono::milliseconds(200);
constexpr Duration kPauseMin = std::chrono::milliseconds(250);
constexpr Duration kPauseMax = std::chrono::seconds(10);
constexpr Duration kLeaveMax = std::chrono::seconds(2);  // for a last cut
constexpr Duration kTrustedFor = std::chrono::seconds(kCutLogTrustSeconds);

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
  // First what nobody works now.
  for (const uint32_t partition : mine) {
    if (!workers_.contains(partition)) Start(partition);
  }
  std::vector<std::unique_ptr<Worker>> left;
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    if (std::binary_search(mine.begin(), mine.end(), worker->first)) {
      ++worker;
    } else {
      left.push_back(std::move(worker->second));
      worker = workers_.erase(worker);
    }
  }
  Leave(std::move(left));
}

void Node::Start(uint32_t partition) {
  auto worker = std::make_unique<Worker>();
  worker->partition = partition;
  worker->fiber = fiber::Start([this, at = worker.get()] { Run(*at); });
  workers_.emplace(partition, std::move(worker));
}

void Node::Leave(std::vector<std::unique_ptr<Worker>> workers) {
  for (const auto& worker : workers) {
    worker->leaving = true;
    worker->fiber.Cancel();
  }
  std::vector<fiber::JoinHandle> cuts;
  const Time until = environment_.clock.Now() + kLeaveMax;
  for (const auto& worker : workers) {
    cuts.push_back(fiber::Start([this, until, at = worker.get()] {
      fiber::ScopedDeadline deadline(until);
      LastCut(*at);
    }));
  }
  for (fiber::JoinHandle& cut : cuts) cut.Join();
}

// The next owner begins at this one's cut instead of reading a minute again.
void Node::LastCut(Worker& worker) {
  worker.fiber.Join();
  if (!worker.counts) return;
  if (Status cut = worker.owner->CutNow(); !cut.ok()) {
    log::Info(kSubject, "partition {} is left without a cut: {}", worker.partition, cut.ToString());
  }
}

void Node::Stop(Time deadline) {
  fiber::ScopedDeadline scoped(deadline);
  SetAlive({});
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
    // A queue or a store that is away takes over by itself when it is back (OCTO-087).
    const bool away =
        status.code() == StatusCode::kUnavailable || status.code() == StatusCode::kDeadlineExceeded;
    if (away || worker.takeovers > takeovers) pause = kPauseMin;
    if (!fiber::SleepFor(pause).ok()) return;
    pause = std::min(pause * 2, kPauseMax);
  }
}

Status Node::Work(Worker& worker) {
  worker.counts = false;
  worker.owner.emplace(environment_, queue_, store_,
                       Owner::Options{.partition = worker.partition,
                                      .node = options_.name,
                                      .sets = options_.sets,
                                      .bounds = options_.bounds});
  BELLROCK_TRY(worker.owner->TakeOver());
  worker.counts = true;
  worker.error.clear();
  ++worker.takeovers;
  while (true) {
    const Status stepped = worker.owner->Step(kReadWait);
    worker.error = stepped.ok() ? "" : stepped.ToString();
    if (stepped.ok()) continue;
    // A queue that comes back finds this owner where it was: to read a minute again would cost
    // more.
    if (stepped.code() != StatusCode::kUnavailable) return stepped;
    BELLROCK_TRY(fiber::SleepFor(kPauseMin));
  }
}

LivePartition Node::Tell(const Worker& worker) const {
  LivePartition told;
  told.number = worker.partition;
  told.takeovers = worker.takeovers;
  told.error = worker.error;
  if (!worker.owner) return told;
  const Owner& owner = *worker.owner;
  const Partition& partition = owner.partition();
  told.epoch = owner.epoch();
  told.moves = owner.moves();
  const bool moving = told.moves % 2 == 1;
  const bool trusted = environment_.clock.Now() - owner.verified() < kTrustedFor;
  // While results are written nothing is read, the cut log neither.
  told.counts = worker.counts && (trusted || (moving && !owner.appending()));
  told.complete_until = moving ? partition.cut_until() : partition.complete_until();
  told.cut_until = partition.cut_until();
  told.cut = owner.cuts().last().number;
  told.next = partition.next();
  told.counted = partition.counts();
  return told;
}

void Node::Hear(uint32_t partition, uint64_t next, const v1::Marker& marker) {
  const auto found = workers_.find(partition);
  if (found == workers_.end() || !found->second->counts) return;
  Partition& worked = found->second->owner->partition();
  if (worked.next() >= next) worked.Hear(marker);
}

NodeLive Node::Live(const std::string& set, const std::string& callee) const {
  NodeLive live;
  live.node = options_.name;
  for (const auto& [number, worker] : workers_) {
    const LivePartition& told = live.partitions.emplace_back(Tell(*worker));
    if (set.empty() || !told.counts || told.moves % 2 == 1) continue;
    const Partition::LiveSeconds& seconds = worker->owner->partition().Live();
    const auto found = seconds.tables.find(set);
    if (found == seconds.tables.end()) continue;
    for (const CardTable& table : found->second) {
      CardTable rows = callee.empty() ? table : RowsOfCallee(table, callee);
      if (rows.rows() > 0) live.tables.push_back({number, std::move(rows)});
    }
  }
  return live;
}

bool Node::Counts(uint32_t partition) const {
  const auto found = workers_.find(partition);
  return found != workers_.end() && Tell(*found->second).counts;
}

}  // namespace bellrock::metrics::compute
