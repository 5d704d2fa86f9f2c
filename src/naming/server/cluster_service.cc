// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "fiber/fiber.h"
#include "naming/server/event_list.h"
#include "naming/server/protection_words.h"
#include "naming/server/stopping.h"

namespace bellrock::naming::server {
namespace {

constexpr Duration kProgressEvery = std::chrono::milliseconds(200);
constexpr Duration kMemberTimeout = std::chrono::seconds(1);

int64_t MsBetween(Time since, Time now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - since).count();
}

v1::Member::Liveness ToWire(cluster::Liveness liveness) {
  switch (liveness) {
    case cluster::Liveness::kAlive:
      return v1::Member::LIVENESS_ALIVE;
    case cluster::Liveness::kSuspect:
      return v1::Member::LIVENESS_SUSPECT;
    case cluster::Liveness::kDead:
      return v1::Member::LIVENESS_DEAD;
    case cluster::Liveness::kLeft:
      return v1::Member::LIVENESS_LEFT;
  }
  return v1::Member::LIVENESS_UNSPECIFIED;
}

void ToWire(const std::string& name, const cluster::Member& member, Time now, v1::Member& to) {
  const cluster::Metadata& metadata = member.profile.metadata;
  to.set_name(name);
  to.set_site(metadata.site);
  to.set_zone(metadata.zone);
  to.set_address(metadata.service_address);
  to.set_liveness(ToWire(member.liveness));
  to.set_since_ms(MsBetween(member.since, now));
  to.set_role(metadata.role == cluster::Role::kLeader ? v1::ROLE_LEADER : v1::ROLE_FOLLOWER);
  to.set_term(metadata.term);
  to.set_island(metadata.island);
  to.set_standby(metadata.standby);
}

}  // namespace

std::string ClusterService::NameOf(uint64_t number) const {
  if (number == host_->registry().replica().self().node) return host_->options().node;
  const auto& members = host_->node().plan().members;
  const auto at = members.find(number);
  return at == members.end() ? fmt::format("node {:016x}", number) : at->second.name;
}

Result<std::shared_ptr<ChannelInterface>> ClusterService::ToMember(const std::string& name) {
  if (cluster_ != nullptr) {
    const auto& members = cluster_->gossip().node().membership().members();
    const auto at = members.find(name);
    if (at != members.end()) {
      return channels_.To(name, at->second.profile.metadata.service_address);
    }
  }
  return NotFoundError(fmt::format(
      "node \"{}\": no member of that name is known; see `bellrock naming cluster`", name));
}

std::vector<std::pair<std::string, std::shared_ptr<ChannelInterface>>> ClusterService::Others() {
  std::vector<std::pair<std::string, std::shared_ptr<ChannelInterface>>> others;
  if (cluster_ == nullptr) return others;
  const cluster::Membership& membership = cluster_->gossip().node().membership();
  for (const auto& [name, member] : membership.members()) {
    const bool gone =
        member.liveness == cluster::Liveness::kDead || member.liveness == cluster::Liveness::kLeft;
    if (name == membership.name() || gone) continue;
    auto channel = channels_.To(name, member.profile.metadata.service_address);
    others.emplace_back(name, channel.ok() ? *channel : nullptr);
  }
  return others;
}

Result<v1::DescribeReply> ClusterService::Describe(ServerContext&,
                                                   const v1::DescribeRequest& request) {
  if (IsElsewhere(request.node())) {
    BELLROCK_ASSIGN(const std::shared_ptr<ChannelInterface> member, ToMember(request.node()));
    return v1::ClusterStub(*member).Describe({}, CallOptions{.timeout = kMemberTimeout});
  }
  const Moment now = host_->Now();
  const node::Plan& plan = host_->node().plan();
  v1::DescribeReply reply;
  if (host_->options().cluster) reply.set_cluster(host_->options().cluster->name);
  reply.set_node(host_->options().node);
  reply.set_site(host_->options().site);
  reply.set_role(plan.leading ? v1::ROLE_LEADER : v1::ROLE_FOLLOWER);
  if (plan.leader) {
    v1::Leader& leader = *reply.mutable_leader();
    leader.set_site(plan.leader->site);
    leader.set_name(plan.leader->name);
    leader.set_address(plan.leader->address);
    leader.set_term(plan.mandate.term);
  }
  reply.set_term(plan.mandate.term);
  reply.set_island(plan.mandate.island);
  reply.set_now_unix_ms(now.unix_ms);
  FillMembers(reply);
  FillProtections(host_->node().protection(), now.now, *reply.mutable_protections());
  FillOverrides(host_->node().protection(), now.now, *reply.mutable_overrides());
  FillPeers(reply);
  FillReplica(reply);
  FillStorage(reply);
  FillProbes(reply);
  return reply;
}

void ClusterService::FillMembers(v1::DescribeReply& reply) const {
  const Time now = host_->Now().now;
  if (cluster_ == nullptr) {
    v1::Member& self = *reply.add_members();
    self.set_name(host_->options().node);
    self.set_site(host_->options().site);
    self.set_liveness(v1::Member::LIVENESS_ALIVE);
    self.set_role(v1::ROLE_LEADER);
    self.set_self(true);
    return;
  }
  const cluster::ClusterNode& node = cluster_->gossip().node();
  reply.set_majority(node.election().claim().majority);
  reply.set_local_health(node.membership().local_health());
  for (const auto& [name, member] : node.membership().members()) {
    v1::Member& row = *reply.add_members();
    ToWire(name, member, now, row);
    row.set_self(name == node.membership().name());
  }
}

void ClusterService::FillPeers(v1::DescribeReply& reply) const {
  const Time now = host_->Now().now;
  const auto age = [&](Time since) { return since == Time::min() ? -1 : MsBetween(since, now); };
  for (const auto& [number, source] : host_->node().sources()) {
    const node::SourceSync::Figures figures = source->sync.figures();
    v1::Peer& row = *reply.add_peers();
    row.set_name(source->peer.name);
    row.set_site(source->peer.site);
    row.set_address(source->peer.address);
    row.set_last_reply_ms(age(figures.last_reply));
    row.set_lag_events(figures.lag);
    row.set_events(figures.applied);
    row.set_problem(figures.problem);
    row.set_last_check_ms(age(figures.last_check));
  }
  const replica::RepairFigures repair = host_->node().repair_figures();
  v1::RepairFigures& to = *reply.mutable_repair();
  to.set_checks(repair.checks);
  to.set_ended_at_root(repair.ended_at_root);
  to.set_lagging(repair.lagging);
  to.set_failed(repair.failed);
  to.set_directories(repair.nodes);
  to.set_records(repair.records);
}

void ClusterService::FillReplica(v1::DescribeReply& reply) const {
  const replica::Replica& replica = host_->registry().replica();
  const auto said = [&](const replica::Stamp& stamp) {
    return fmt::format("{} at {}", NameOf(stamp.dot.origin.node), stamp.time.unix_ms());
  };
  v1::Replica& to = *reply.mutable_replica();
  to.set_log_events(replica.log().events());
  to.set_log_bytes(replica.log().bytes());
  to.set_tombstones(replica.tombstones());
  to.set_tombstones_forced(replica.tombstones_forced());
  to.set_conflicts(replica.conflicts().count());
  to.set_contested(replica.contested());
  to.set_clock_refused(replica.clock().refused());
  for (const replica::Conflicts::Entry& entry : replica.conflicts().last()) {
    v1::Conflict& conflict = *to.add_last_conflicts();
    conflict.set_path(entry.path);
    conflict.set_of_operator(entry.of_operator);
    conflict.set_prevailed(said(entry.prevailed));
    conflict.set_lost(said(entry.lost));
  }
}

void ClusterService::FillStorage(v1::DescribeReply& reply) const {
  v1::Storage& to = *reply.mutable_storage();
  to.set_directory(host_->options().data_dir);
  to.set_error(host_->storage_error());
  const store::AppendLog* log = host_->log();
  if (log == nullptr) return;
  to.set_records_since_snapshot(log->records_since_snapshot());
  to.set_bytes_since_snapshot(log->bytes_since_snapshot());
  to.set_syncs(log->syncs());
}

void ClusterService::FillProbes(v1::DescribeReply& reply) const {
  const probe::ProbeSchedule& probes = host_->registry().probes();
  v1::Probes& to = *reply.mutable_probes();
  to.set_targets(static_cast<int64_t>(probes.targets()));
  to.set_done(probes.figures().done);
  to.set_failed(probes.figures().failed);
  to.set_late(probes.figures().late);
}

Result<v1::ListEventsReply> ClusterService::ListEvents(ServerContext&,
                                                       const v1::ListEventsRequest& request) {
  return ListLastEvents(host_->registry(), request, [this](uint64_t node) { return NameOf(node); });
}

Result<v1::OverrideProtectionReply> ClusterService::OverrideProtection(
    ServerContext&, const v1::OverrideProtectionRequest& request) {
  if (IsElsewhere(request.node())) {
    BELLROCK_ASSIGN(const std::shared_ptr<ChannelInterface> member, ToMember(request.node()));
    v1::OverrideProtectionRequest there = request;
    there.clear_node();
    return v1::ClusterStub(*member).OverrideProtection(there,
                                                       CallOptions{.timeout = kMemberTimeout});
  }
  const auto host = host_;
  protect::Protection& protection = host->node().protection();
  BELLROCK_TRY(SayToProtection(protection, request, host->Now().now));
  host->KeepOverrides();
  const Time now = host->Now().now;
  v1::OverrideProtectionReply reply;
  FillProtections(protection, now, *reply.mutable_protections());
  return reply;
}

// A standby holds everything for this; a leader of another site has what its followers have.
Result<std::string> ClusterService::RebuildSource(const std::string& wanted) const {
  if (!wanted.empty() || cluster_ == nullptr) return wanted;
  const cluster::Membership& membership = cluster_->gossip().node().membership();
  const auto worth = [&](const cluster::Member& member) {
    const cluster::Metadata& metadata = member.profile.metadata;
    return std::tuple(metadata.standby, metadata.role == cluster::Role::kLeader,
                      metadata.site != host_->options().site);
  };
  const cluster::Member* best = nullptr;
  std::string name;
  for (const auto& [candidate, member] : membership.members()) {
    if (candidate == membership.name() || !member.reachable()) continue;
    if (best != nullptr && worth(member) <= worth(*best)) continue;
    best = &member;
    name = candidate;
  }
  if (best != nullptr) return name;
  return UnavailableError("no other member can be reached; see `bellrock naming cluster`");
}

Status ClusterService::Rebuild(ServerContext&, const v1::RebuildRequest& request,
                               Writer<v1::RebuildProgress>& writer) {
  const auto host = host_;
  const replica::RepairFigures before = host->node().repair_figures();
  BELLROCK_ASSIGN(const std::string from, RebuildSource(request.from()));
  if (cluster_ == nullptr || !host->node().DemandRepair(from, host->Now().now)) {
    return NotFoundError(fmt::format(
        "from \"{}\": no member of that name is known; see `bellrock naming cluster`", from));
  }
  const uint64_t number = node::NodeNumber(from);
  cluster_->Reconcile();
  for (bool done = false; !done;) {
    if (host->stopping()) return StoppingError();
    BELLROCK_TRY(fiber::SleepFor(kProgressEvery));
    const auto source = host->node().sources().find(number);
    done = source == host->node().sources().end() || !source->second->sync.repairing();
    const replica::RepairFigures now = host->node().repair_figures();
    v1::RebuildProgress progress;
    progress.set_directories(now.nodes - std::min(before.nodes, now.nodes));
    progress.set_records(now.records - std::min(before.records, now.records));
    progress.set_instances(static_cast<int64_t>(host->registry().tree().size()));
    progress.set_done(done);
    progress.set_from(from);
    if (!done) progress.set_problem(source->second->sync.figures().problem);
    if (done && !host->node().plan().members.contains(number)) {
      progress.set_problem(fmt::format("{} was lost before everything was compared", from));
    }
    BELLROCK_TRY(writer.Write(progress));
  }
  return Status::Ok();
}

}  // namespace bellrock::naming::server
