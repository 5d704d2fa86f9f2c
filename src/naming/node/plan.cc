// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/plan.h"

#include <xxhash.h>

#include <utility>

namespace bellrock::naming::node {
namespace {

Peer PeerOf(const std::string& name, const cluster::Member& member) {
  const cluster::Metadata& metadata = member.profile.metadata;
  return {NodeNumber(name), name, metadata.site, metadata.service_address};
}

bool IsSource(const Plan& plan, const std::string& name, const cluster::Member& member) {
  if (!member.reachable()) return false;
  const cluster::Metadata& metadata = member.profile.metadata;
  if (!plan.leading) return plan.leader && plan.leader->name == name;
  return metadata.site != plan.site && metadata.role == cluster::Role::kLeader;
}

bool IsRival(const Plan& plan, const cluster::Member& member) {
  const cluster::Metadata& metadata = member.profile.metadata;
  return plan.leading && member.reachable() && metadata.site == plan.site &&
         metadata.role == cluster::Role::kLeader;
}

}  // namespace

uint64_t NodeNumber(std::string_view name) {
  return XXH3_64bits(name.data(), name.size());
}

Plan MakePlan(const cluster::ClusterNode& node) {
  const cluster::Membership& membership = node.membership();
  const cluster::Election& election = node.election();
  Plan plan;
  plan.clustered = true;
  plan.unmet_seeds = membership.UnmetSeeds();
  plan.site = membership.self().profile.metadata.site;
  plan.leading = election.leading();
  plan.mandate = {election.claim().term, election.claim().island};
  const auto leader = membership.members().find(election.claim().leader);
  if (election.claim().exists() && leader != membership.members().end()) {
    plan.leader = PeerOf(leader->first, leader->second);
  }
  for (const auto& [name, member] : membership.members()) {
    if (name == membership.name()) continue;
    Peer peer = PeerOf(name, member);
    if (member.liveness != cluster::Liveness::kLeft) {
      ++plan.known;
      if (member.liveness != cluster::Liveness::kAlive) ++plan.lost;
    }
    if (IsSource(plan, name, member)) plan.sources.push_back(peer);
    if (member.reachable()) plan.reachable.insert(peer.number);
    if (IsRival(plan, member)) plan.rivals.insert(peer.number);
    plan.members.emplace(peer.number, std::move(peer));
  }
  return plan;
}

Plan AlonePlan(Peer self) {
  Plan plan;
  plan.leading = true;
  plan.site = self.site;
  plan.leader = std::move(self);
  return plan;
}

}  // namespace bellrock::naming::node
