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
constexpr Duration kPauseMin = std::chrono::milliseconds(100);
constexpr Duration kPauseMax = std::chrono::seconds(10);
constexpr Duration kLeaveMax = std::chrono::seconds(2);  // for a last cut
constexpr Duration kTrustedFor = std::chrono::seconds(kCutLogTrustSeconds);
constexpr Duration kConfirmMax = std::chrono::milliseconds(kConfirmMaxMs);
constexpr Duration kConfirmPause = std::chrono::milliseconds(50);

// What is kUnavailable again until the fiber's deadline.
Result<queue::Offsets> EndOfCuts(queue::Queue& queue, uint32_t partition) {
  for (;;) {
    const auto offsets = queue.OffsetsOf(kCutsTopic, partition);
    if (offsets.status().code() != StatusCode::kUnavailable) return offsets;
    BELLROCK_TRY(fiber::SleepFor(kConfirmPause));
  }
}

// Whether the cut log of an owner, which has read it up to `next`, goes on without another's
// takeover. A copy of the log, for the owner may read it meanwhile.
bool StillHolds(queue::Queue& queue, uint32_t partition, CutLog cuts, uint64_t next) {
  const uint64_t epoch = cuts.epoch();
  const auto offsets = EndOfCuts(queue, partition);
  if (!offsets.ok()) return false;
  while (next < offsets->end) {
    const auto records = queue.Read(kCutsTopic, partition, next, {});
    if (!records.ok()) return false;
    if (records->empty()) return true;  // the last offsets were gaps
    for (const queue::Record& record : *records) {
      v1::CutRecord cut;
      if (cut.ParseFromString(record.value)) (void)cuts.Apply(cut);
      next = record.offset + 1;
    }
    if (cuts.epoch() != epoch) return false;
  }
  return true;
}

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

std::map<uint32_t, uint64_t> Node::ConfirmedEpochs() const {
  struct Asked {
    uint32_t partition;
    CutLog cuts;
    uint64_t next;
    bool holds = false;
  };
  // Workers come and go while the log is read.
  std::vector<Asked> asked;
  for (const auto& [number, worker] : workers_) {
    if (!worker->counts) continue;
    const Owner& owner = *worker->owner;
    if (owner.cuts().epoch() != owner.epoch()) continue;
    asked.push_back({number, owner.cuts(), owner.cuts_next()});
  }
  std::vector<fiber::JoinHandle> looking;
  const Time until = environment_.clock.Now() + kConfirmMax;
  for (Asked& one : asked) {
    looking.push_back(fiber::Start([this, until, &one] {
      fiber::ScopedDeadline deadline(until);
      one.holds = StillHolds(queue_, one.partition, one.cuts, one.next);
    }));
  }
  for (fiber::JoinHandle& look : looking) look.Join();
  std::map<uint32_t, uint64_t> confirmed;
  for (const Asked& one : asked) {
    if (one.holds) confirmed[one.partition] = one.cuts.epoch();
  }
  return confirmed;
}

NodeLive Node::ConfirmedLive(const std::string& set, const std::string& callee) const {
  const std::map<uint32_t, uint64_t> confirmed = ConfirmedEpochs();
  const auto holds = [&](uint32_t partition, uint64_t epoch) {
    const auto found = confirmed.find(partition);
    return found != confirmed.end() && found->second == epoch;
  };
  NodeLive live = Live(set, callee);
  for (LivePartition& told : live.partitions) {
    if (!told.counts || holds(told.number, told.epoch)) continue;
    told.counts = false;
    if (told.error.empty()) told.error = "the cut log does not show that this node still counts";
  }
  std::erase_if(live.tables,
                [&](const LiveTable& table) { return !confirmed.contains(table.partition); });
  return live;
}

bool Node::Counts(uint32_t partition) const {
  const auto found = workers_.find(partition);
  return found != workers_.end() && Tell(*found->second).counts;
}

}  // namespace bellrock::metrics::compute
