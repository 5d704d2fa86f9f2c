// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/data_centre.h"

#include <algorithm>
#include <utility>

#include "metrics/compute/live_service.h"
#include "metrics/compute/node.h"
#include "metrics/compute/remote_peer.h"
#include "metrics/server/collector.h"
#include "metrics/server/stored_source.h"
#include "metrics/server/upkeep.h"
#include "rpc/client.h"

namespace bellrock::metrics::server {
namespace {

// The node of this process.
class OwnPeer final : public compute::LivePeer {
 public:
  explicit OwnPeer(const compute::Node& node) : node_(node) {}
  Result<compute::NodeLive> Ask(const std::string& set, const std::string& callee) override {
    return node_.ConfirmedLive(set, callee);
  }

 private:
  const compute::Node& node_;
};

// A node of another process and the way to it.
class FarPeer final : public compute::LivePeer {
 public:
  FarPeer(fiber::Environment environment, const Address& address,
          const std::shared_ptr<ClientInterceptor>& credentials)
      : endpoints_({address}),
        client_(environment, endpoints_, nullptr, TowardsInner("bellrock/compute", credentials)),
        peer_(client_) {}
  Result<compute::NodeLive> Ask(const std::string& set, const std::string& callee) override {
    return peer_.Ask(set, callee);
  }

 private:
  rpc::FixedEndpoints endpoints_;
  rpc::Client client_;
  compute::RemotePeer peer_;
};

// Somebody registered an address that is none.
class NoPeer final : public compute::LivePeer {
 public:
  explicit NoPeer(Status why) : why_(std::move(why)) {}
  Result<compute::NodeLive> Ask(const std::string&, const std::string&) override { return why_; }

 private:
  const Status why_;
};

std::shared_ptr<compute::LivePeer> MakePeer(fiber::Environment environment, const Member& member,
                                            const std::shared_ptr<ClientInterceptor>& credentials) {
  auto address = Address::Parse(member.address);
  if (!address.ok()) return std::make_shared<NoPeer>(address.status());
  return std::make_shared<FarPeer>(environment, *address, credentials);
}

}  // namespace

// In the order of starting; destroyed in the reverse.
struct DataCentre::Parts {
  Parts(fiber::Environment world, DataCentreOptions chosen, std::unique_ptr<EngineSet> opened)
      : options(std::move(chosen)),
        environment(world),
        engines(std::move(opened)),
        node(world, engines->queue(), engines->store(),
             {.name = options.name, .partitions = engines->partitions(), .sets = options.sets}),
        live_service(node),
        live(world, engines->partitions(),
             options.computes ? std::make_shared<OwnPeer>(node) : nullptr,
             [this](const Member& member) {
               return MakePeer(environment, member, options.engines.credentials);
             }),
        source(world.clock, engines->store(), live, options.sets, options.retention),
        collector(
            world, engines->queue(),
            {.name = options.name,
             .partitions = engines->partitions(),
             .on_quiet = [this](uint32_t partition, uint64_t next,
                                const v1::Marker& marker) { node.Hear(partition, next, marker); }}),
        upkeep(world, engines->store(), options.sets, options.retention,
               [this] { return node.Counts(kUpkeepPartition); }) {}

  Status Agree() {
    if (!agreed) {
      BELLROCK_TRY(engines->Identity().status());
      agreed = true;
    }
    return Status::Ok();
  }

  const DataCentreOptions options;
  fiber::Environment environment;
  std::unique_ptr<EngineSet> engines;
  compute::Node node;
  compute::LiveService live_service;
  ClusterLive live;
  StoredSource source;
  Collector collector;
  Upkeep upkeep;
  bool agreed = false;  // with the others on how many partitions there are
  bool left = false;    // works no partitions any more
};

DataCentre::DataCentre(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

DataCentre::~DataCentre() = default;

Result<std::unique_ptr<DataCentre>> DataCentre::Start(fiber::Environment environment,
                                                      DataCentreOptions options) {
  BELLROCK_ASSIGN(auto engines, EngineSet::Open(environment, options.engines));
  auto parts = std::make_unique<Parts>(environment, std::move(options), std::move(engines));
  auto centre = std::unique_ptr<DataCentre>(new DataCentre(std::move(parts)));
  Parts& started = *centre->parts_;
  // Before anybody else can ask the store for it.
  if (started.engines->embedded()) BELLROCK_TRY(started.Agree());
  if (started.options.collects) started.collector.Start();
  if (started.engines->embedded()) centre->SetMembers({});
  if (started.options.computes) started.upkeep.Start();
  return centre;
}

void DataCentre::SetMembers(const std::vector<Member>& members, bool works) {
  const std::string& own = parts_->options.name;
  std::vector<Member> others;
  std::vector<std::string> names;
  for (const Member& member : members) {
    if (member.name == own) continue;
    others.push_back(member);
    names.push_back(member.name);
  }
  parts_->live.SetOthers(others);
  if (!parts_->options.computes || parts_->left) return;
  if (works) names.push_back(own);
  parts_->node.SetAlive(names);
}

void DataCentre::Leave(Time deadline) {
  parts_->left = true;
  parts_->node.Stop(deadline);
}

Result<std::string> DataCentre::Identity() {
  return parts_->engines->Identity();
}

bool DataCentre::embedded() const {
  return parts_->engines->embedded();
}

Result<v1::PushReply> DataCentre::Push(const v1::PushRequest& push) {
  BELLROCK_TRY(parts_->Agree());
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
  return parts_->engines->store();
}

std::vector<Service*> DataCentre::services() {
  std::vector<Service*> services = parts_->engines->services();
  if (parts_->options.computes) services.push_back(&parts_->live_service);
  return services;
}

int64_t DataCentre::CompleteUntil() {
  return parts_->live.Describe().sum.complete_until;
}

DataCentreHealth DataCentre::Health() {
  ClusterLive::Report report = parts_->live.Describe();
  DataCentreHealth health;
  health.complete_until = report.sum.complete_until;
  health.pushes = parts_->collector.counts().pushes;
  health.queue_bytes = parts_->collector.counts().bytes;
  health.nodes = std::move(report.nodes);
  for (const LiveMerge::Row& row : report.partitions) {
    health.calls_counted += row.told.counted.calls;
    health.calls_lost += row.told.counted.calls_lost;
    health.duplicates += row.told.counted.duplicates;
    DataCentreHealth::Partition& partition = health.partitions.emplace_back();
    partition.number = row.told.number;
    partition.worked = row.told.counts;
    partition.cut = row.told.cut;
    partition.error = row.told.error;
    partition.node = row.node;
    partition.epoch = row.told.epoch;
    const auto offsets = parts_->engines->queue().OffsetsOf(compute::kCardsTopic, partition.number);
    const uint64_t next = std::max(row.told.next, offsets.ok() ? offsets->begin : 0);
    if (offsets.ok() && offsets->end > next) partition.behind = offsets->end - next;
  }
  return health;
}

void DataCentre::Stop(Time deadline) {
  parts_->upkeep.Stop();
  parts_->collector.Stop();
  Leave(deadline);
}

}  // namespace bellrock::metrics::server
