// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "fiber/fiber.h"
#include "naming/server/conversion.h"

namespace bellrock::naming::server {
namespace {

constexpr int32_t kEventsDefault = 100;
constexpr Duration kOverrideDefault = std::chrono::hours(1);
constexpr Duration kProgressEvery = std::chrono::milliseconds(200);
constexpr size_t kWhyBytesMax = 512;

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
}

template <typename Protections>
void FillProtections(protect::Protection& protection, Time now, Protections& to) {
  for (const protect::Protection::Active& active : protection.ActiveAt(now)) {
    v1::Protection& row = *to.Add();
    row.set_name(active.name);
    row.set_subject(active.subject);
    row.set_reason(active.reason);
    row.set_since_ms(MsBetween(active.since, now));
  }
}

std::string WhatOf(const Event& event) {
  using replica::RecordChange;
  if (event.kind == Event::Kind::kRemove) return "deregistered";
  switch (event.change) {
    case RecordChange::kNew:
    case RecordChange::kNewLife:
      return "registered";
    case RecordChange::kSpec:
      return "changed";
    case RecordChange::kOperator:
      return "operator";
    case RecordChange::kState:
      break;
  }
  return event.instance.state == State::kWorking ? "working" : "unreachable";
}

std::string WhyOf(const Event& event) {
  const InstanceView& view = event.instance;
  const std::string what = WhatOf(event);
  if (what == "operator") return view.operator_state == nullptr ? "" : view.operator_state->reason;
  if (what == "working") return "heartbeats";
  if (what != "unreachable") return "";
  return fmt::format("no heartbeat for its lease of {} ms", view.spec.lease_ms);
}

Status CheckOverride(const v1::OverrideProtectionRequest& request) {
  if (request.word() == v1::OverrideProtectionRequest::WORD_UNSPECIFIED) {
    return InvalidArgumentError("word is missing: say ON, OFF or CLEAR");
  }
  if (request.who_and_why().empty() || request.who_and_why().size() > kWhyBytesMax) {
    return InvalidArgumentError(
        fmt::format("who_and_why has {} bytes: say in 1..{} who you are and why",
                    request.who_and_why().size(), kWhyBytesMax));
  }
  if (request.lasts_ms() < 0) {
    return InvalidArgumentError(
        fmt::format("lasts_ms {}: use 1..86400000, or 0 for an hour", request.lasts_ms()));
  }
  const bool threshold_on =
      request.name() == "threshold" && request.word() == v1::OverrideProtectionRequest::WORD_ON;
  if (threshold_on && (request.percent() < 1 || request.percent() > 100)) {
    return InvalidArgumentError(fmt::format("percent {}: use 1..100", request.percent()));
  }
  return Status::Ok();
}

void Set(protect::OverrideSlot& slot, const v1::OverrideProtectionRequest& request, Duration lasts,
         Time now) {
  if (request.word() == v1::OverrideProtectionRequest::WORD_CLEAR) return slot.Clear();
  slot.Set(request.word() == v1::OverrideProtectionRequest::WORD_ON, request.who_and_why(), lasts,
           now);
}

Status SetThreshold(protect::Threshold& threshold, const v1::OverrideProtectionRequest& request,
                    Duration lasts, Time now) {
  const bool cleared = request.word() == v1::OverrideProtectionRequest::WORD_CLEAR;
  const int percent =
      request.word() == v1::OverrideProtectionRequest::WORD_ON ? request.percent() : 0;
  if (threshold.SetPercent(request.service(),
                           cleared ? protect::Threshold::kPercentDefault : percent,
                           request.who_and_why(), cleared ? Duration{0} : lasts, now)) {
    return Status::Ok();
  }
  return ResourceExhaustedError(fmt::format("thresholds are set for {} services, the limit",
                                            protect::Threshold::kServicesMax));
}

}  // namespace

std::string ClusterService::NameOf(uint64_t number) const {
  if (number == host_->registry().replica().self().node) return host_->options().node;
  const auto& members = host_->node().plan().members;
  const auto at = members.find(number);
  return at == members.end() ? fmt::format("node {:016x}", number) : at->second.name;
}

Result<v1::DescribeReply> ClusterService::Describe(ServerContext&, const v1::DescribeRequest&) {
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
  FillPeers(reply);
  FillReplica(reply);
  FillStorage(reply);
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

Result<v1::ListEventsReply> ClusterService::ListEvents(ServerContext&,
                                                       const v1::ListEventsRequest& request) {
  if (request.limit() < 0 || request.limit() > kEventsMax) {
    return InvalidArgumentError(fmt::format("limit {}: use 1..{}, or 0 for {}", request.limit(),
                                            kEventsMax, kEventsDefault));
  }
  const std::string target = request.target().empty() ? "/" : request.target();
  BELLROCK_ASSIGN(const Target parsed, ParseTarget(target));
  const int limit = request.limit() == 0 ? kEventsDefault : request.limit();
  v1::ListEventsReply reply;
  const EventRing& ring = host_->registry().events();
  for (const EventPtr& event : ring.Before(parsed, request.before_revision(), limit + 1)) {
    if (reply.events_size() == limit) {
      reply.set_reaches_back(true);
      break;
    }
    v1::ListEventsReply::Entry& entry = *reply.add_events();
    entry.set_revision(event->revision);
    entry.set_unix_ms(event->instance.stamp.time.unix_ms());
    entry.set_path(event->path());
    entry.set_what(WhatOf(*event));
    entry.set_who(NameOf(event->instance.stamp.dot.origin.node));
    entry.set_why(WhyOf(*event));
  }
  return reply;
}

Result<v1::OverrideProtectionReply> ClusterService::OverrideProtection(
    ServerContext&, const v1::OverrideProtectionRequest& request) {
  BELLROCK_TRY(CheckOverride(request));
  const Time now = host_->Now().now;
  const Duration lasts = request.lasts_ms() == 0
                             ? kOverrideDefault
                             : Duration(std::chrono::milliseconds(request.lasts_ms()));
  protect::Protection& protection = host_->node().protection();
  if (request.name() == "freeze") {
    Set(protection.freeze().override_slot(), request, lasts, now);
  } else if (request.name() == "push_pause") {
    Set(protection.push_pause().override_slot(), request, lasts, now);
  } else if (request.name() == "threshold") {
    BELLROCK_TRY(SetThreshold(protection.threshold(), request, lasts, now));
  } else {
    return InvalidArgumentError(
        fmt::format("name \"{}\": use freeze, threshold or push_pause", request.name()));
  }
  v1::OverrideProtectionReply reply;
  FillProtections(protection, now, *reply.mutable_protections());
  return reply;
}

Status ClusterService::Rebuild(ServerContext&, const v1::RebuildRequest& request,
                               Writer<v1::RebuildProgress>& writer) {
  const auto host = host_;
  const replica::RepairFigures before = host->node().repair_figures();
  if (cluster_ == nullptr || !host->node().DemandRepair(request.from(), host->Now().now)) {
    return NotFoundError(
        fmt::format("from \"{}\": no member of that name is known; see `bellrock naming cluster`",
                    request.from()));
  }
  const uint64_t number = node::NodeNumber(request.from());
  cluster_->Reconcile();
  for (bool done = false; !done;) {
    if (host->stopping()) return UnavailableError("the naming server is stopping");
    BELLROCK_TRY(fiber::SleepFor(kProgressEvery));
    const auto source = host->node().sources().find(number);
    done = source == host->node().sources().end() || !source->second->sync.repairing();
    const replica::RepairFigures now = host->node().repair_figures();
    v1::RebuildProgress progress;
    progress.set_directories(now.nodes - std::min(before.nodes, now.nodes));
    progress.set_records(now.records - std::min(before.records, now.records));
    progress.set_instances(static_cast<int64_t>(host->registry().tree().size()));
    progress.set_done(done);
    if (!done) progress.set_problem(source->second->sync.figures().problem);
    BELLROCK_TRY(writer.Write(progress));
  }
  return Status::Ok();
}

}  // namespace bellrock::naming::server
