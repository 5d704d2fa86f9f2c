// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/data_centre.h"

#include <utility>

#include "metrics/compute/node.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/queue/segment_log.h"
#include "metrics/server/collector.h"
#include "metrics/server/stored_source.h"
#include "metrics/server/upkeep.h"
#include "metrics/store/memory_store.h"
#include "metrics/store/rocks_store.h"

namespace bellrock::metrics::server {
namespace {

// What the nodes of this process know.
class OwnLive final : public LiveCards {
 public:
  explicit OwnLive(compute::Node& node) : node_(node) {}
  Status Settle() override { return node_.Settle(); }
  Result<std::vector<CardTable>> Live(const std::string& set) override { return node_.Live(set); }
  uint64_t generation() override { return node_.generation(); }
  int64_t complete_until() override { return node_.complete_until(); }
  int64_t cut_until() override { return node_.cut_until(); }

 private:
  compute::Node& node_;
};

Result<std::unique_ptr<queue::Queue>> OpenQueue(fiber::Environment environment,
                                                const DataCentreOptions& options) {
  if (options.directory.empty()) return {std::make_unique<queue::MemoryQueue>(environment.clock)};
  queue::SegmentLogOptions log;
  log.directory = options.directory + "/queue";
  for (const char* topic : {compute::kCardsTopic, compute::kCutsTopic}) {
    log.topics.push_back({.name = topic, .partitions = options.partitions});
  }
  BELLROCK_ASSIGN(auto opened, queue::SegmentLog::Open(environment, std::move(log)));
  return {std::move(opened)};
}

Result<std::unique_ptr<store::Store>> OpenStore(fiber::Environment environment,
                                                const DataCentreOptions& options) {
  if (options.directory.empty()) return {std::make_unique<store::MemoryStore>()};
  const std::string directory = options.directory + "/store";
  BELLROCK_TRY(environment.disk.CreateDirectories(options.directory));
  BELLROCK_ASSIGN(auto opened, store::RocksStore::Open({.directory = directory}));
  return {std::move(opened)};
}

}  // namespace

// In the order of starting; destroyed in the reverse.
struct DataCentre::Parts {
  Parts(fiber::Environment world, DataCentreOptions chosen, std::unique_ptr<queue::Queue> log,
        std::unique_ptr<store::Store> rows)
      : options(std::move(chosen)),
        environment(world),
        queue(std::move(log)),
        store(std::move(rows)),
        node(world, *queue, *store,
             {.name = options.name, .partitions = options.partitions, .sets = options.sets}),
        live(node),
        source(world.clock, *store, live, options.sets, options.retention),
        collector(
            world, *queue,
            {.name = options.name,
             .partitions = options.partitions,
             .on_quiet = [this](uint32_t partition, uint64_t next,
                                const v1::Marker& marker) { node.Hear(partition, next, marker); }}),
        upkeep(world, *store, options.sets, options.retention) {}

  const DataCentreOptions options;
  fiber::Environment environment;
  std::unique_ptr<queue::Queue> queue;
  std::unique_ptr<store::Store> store;
  compute::Node node;
  OwnLive live;
  StoredSource source;
  Collector collector;
  Upkeep upkeep;
};

DataCentre::DataCentre(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

DataCentre::~DataCentre() = default;

Result<std::unique_ptr<DataCentre>> DataCentre::Start(fiber::Environment environment,
                                                      DataCentreOptions options) {
  BELLROCK_ASSIGN(auto log, OpenQueue(environment, options));
  BELLROCK_ASSIGN(auto rows, OpenStore(environment, options));
  auto parts =
      std::make_unique<Parts>(environment, std::move(options), std::move(log), std::move(rows));
  parts->collector.Start();
  parts->node.SetAlive({parts->options.name});
  parts->upkeep.Start();
  return std::unique_ptr<DataCentre>(new DataCentre(std::move(parts)));
}

Result<v1::PushReply> DataCentre::Push(const v1::PushRequest& push) {
  BELLROCK_TRY(parts_->collector.Take(push));
  v1::PushReply reply;
  for (const auto& [callee, partitions] : parts_->collector.spreads()) {
    v1::ServiceSpread& spread = *reply.add_spreads();
    spread.set_callee(callee);
    spread.set_partitions(partitions);
  }
  return reply;
}

query::Source& DataCentre::source() {
  return parts_->source;
}

store::Store& DataCentre::store() {
  return *parts_->store;
}

DataCentreHealth DataCentre::Health() {
  DataCentreHealth health;
  health.complete_until = parts_->node.complete_until();
  health.pushes = parts_->collector.counts().pushes;
  health.queue_bytes = parts_->collector.counts().bytes;
  for (const compute::Node::Held& held : parts_->node.held()) {
    health.calls_counted += held.counted.calls;
    health.calls_lost += held.counted.calls_lost;
    health.duplicates += held.counted.duplicates;
    DataCentreHealth::Partition& partition = health.partitions.emplace_back();
    partition.number = held.partition;
    partition.worked = held.counts;
    partition.cut = held.cut;
    partition.error = held.error;
    const auto offsets = parts_->queue->OffsetsOf(compute::kCardsTopic, held.partition);
    if (offsets.ok() && offsets->end > held.next) partition.behind = offsets->end - held.next;
  }
  return health;
}

void DataCentre::Stop(Time deadline) {
  parts_->upkeep.Stop();
  parts_->collector.Stop();
  parts_->node.Stop(deadline);
}

}  // namespace bellrock::metrics::server
