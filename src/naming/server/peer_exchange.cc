// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/peer_exchange.h"

#include <utility>

#include "base/log.h"
#include "bellrock/naming/v1/replication.bellrock.h"
#include "naming/server/peer_channel.h"
#include "naming/server/replication_wire.h"

namespace bellrock::naming::server {
namespace {

using node::SourceSync;

constexpr Duration kCallTimeout = std::chrono::seconds(2);
// While the disk is too far behind to take more.
constexpr Duration kNoRoomWait = std::chrono::milliseconds(500);

CallOptions ForCall(const RegistryHost& host, Duration timeout) {
  CallOptions options{.timeout = timeout};
  const auto& cluster = host.options().cluster;
  if (cluster && cluster->secret) {
    options.metadata.emplace_back(ClusterSecret::kTokenName, cluster->secret->token());
  }
  return options;
}

Status Pull(RegistryHost& host, SourceSync& sync, v1::ReplicationStub& stub) {
  const Duration wait = sync.repairing() ? Duration{0} : SourceSync::kPullWait;
  v1::PullRequest request;
  ToWire(host.registry().replica().MakePull(), *request.mutable_from());
  request.set_wait_ms(
      static_cast<int32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()));
  BELLROCK_ASSIGN(const v1::PullReply wire, stub.Pull(request, ForCall(host, kCallTimeout + wait)));
  sync.OnPull(FromWire(wire), host.Now());
  return Status::Ok();
}

Status Repair(RegistryHost& host, SourceSync& sync, v1::ReplicationStub& stub) {
  v1::RepairRequest request;
  ToWire(sync.repair_request(), request);
  BELLROCK_ASSIGN(const v1::RepairReply wire, stub.Repair(request, ForCall(host, kCallTimeout)));
  BELLROCK_ASSIGN(const replica::RepairReply reply, FromWire(wire));
  sync.OnRepair(reply, host.Now());
  return Status::Ok();
}

Status Share(RegistryHost& host, SourceSync& sync, v1::ReplicationStub& stub) {
  v1::ShareRequest request;
  for (const replica::SeenBy& seen : host.registry().replica().ShareHeard()) {
    ToWire(seen, *request.add_heard());
  }
  BELLROCK_ASSIGN(const v1::ShareReply reply, stub.Share(request, ForCall(host, kCallTimeout)));
  std::vector<replica::SeenBy> heard;
  for (const v1::SeenBy& seen : reply.heard()) heard.push_back(FromWire(seen));
  host.registry().replica().HearShared(heard);
  sync.OnShared(host.Now().now);
  return Status::Ok();
}

}  // namespace

bool PeerExchange::InUse(const SourcePtr& source) const {
  const auto& sources = host_->node().sources();
  const auto at = sources.find(source->peer.number);
  return !stopping_ && at != sources.end() && at->second == source;
}

void PeerExchange::Reconcile() {
  std::erase_if(ending_, [](const Running& running) { return *running.ended; });
  for (auto at = running_.begin(); at != running_.end();) {
    if (InUse(at->second.source)) {
      ++at;
      continue;
    }
    at->second.fiber.Cancel();
    ending_.push_back(std::move(at->second));
    at = running_.erase(at);
  }
  if (stopping_) return;
  for (const auto& [number, source] : host_->node().sources()) {
    if (running_.contains(number)) continue;
    auto ended = std::make_shared<bool>(false);
    fiber::JoinHandle fiber = fiber::Start([this, source = source, ended] {
      Run(source);
      *ended = true;
    });
    running_.emplace(number, Running{source, std::move(ended), std::move(fiber)});
  }
}

void PeerExchange::Stop() {
  stopping_ = true;
  Reconcile();
  for (Running& running : ending_) running.fiber.Join();
  ending_.clear();
}

// A failure or two are told by the membership's log if they mean something.
void PeerExchange::Complain(const node::Node::Source& source, const Status& status,
                            Complaint& complaint) const {
  const Time now = host_->Now().now;
  if (source.sync.FailingFor(now) < node::SourceSet::kStandInAfter || !complaint.Due(now)) return;
  log::Warning("naming/server", "cannot exchange with {} at {}: {}; trying again", source.peer.name,
               source.peer.address, status.ToString());
}

void PeerExchange::Run(const SourcePtr& source) {
  auto channel = DialPeer(host_->environment(), source->peer.address);
  if (!channel.ok()) {  // its address is none: a plan with another one makes another source
    log::Warning("naming/server", "cannot pull from {}: {}", source->peer.name,
                 channel.status().ToString());
    source->sync.OnFailed(channel.status().ToString(), host_->Now().now);
    return;
  }
  Complaint complaint;
  while (InUse(source)) {
    const Status status = Step(source, **channel);
    if (!InUse(source) || fiber::CurrentCancelled()) return;
    if (!status.ok()) {
      source->sync.OnFailed(status.ToString(), host_->Now().now);
      Complain(*source, status, complaint);
    }
    host_->node().Settle(source->peer.number, host_->Now().now);
    Reconcile();  // others may stand in for this one now
    host_->Changed();
  }
}

Status PeerExchange::Step(const SourcePtr& source, ChannelInterface& channel) {
  v1::ReplicationStub stub(channel);
  if (!host_->has_room()) return fiber::SleepFor(kNoRoomWait);
  const SourceSync::Step step = source->sync.Next(host_->Now().now);
  switch (step.act) {
    case SourceSync::Act::kPull:
      return Pull(*host_, source->sync, stub);
    case SourceSync::Act::kRepair:
      return Repair(*host_, source->sync, stub);
    case SourceSync::Act::kShare:
      return Share(*host_, source->sync, stub);
    case SourceSync::Act::kWait:
      return fiber::SleepFor(step.until - host_->Now().now);
  }
  return Status::Ok();
}

}  // namespace bellrock::naming::server
