// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/cluster_node.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::cluster {
namespace {

template <typename T>
void Append(std::vector<T>& to, std::vector<T> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

ElectionOptions ForElection(const ClusterNodeOptions& options) {
  constexpr uint64_t kOtherStream = 0x5851f42d4c957f2d;
  return {options.membership.name, options.boot, options.membership.seed ^ kOtherStream,
          options.expects_others};
}

LeaderClaim ClaimOf(const std::string& name, const Metadata& metadata) {
  if (metadata.role != Role::kLeader) return {};
  return {name, metadata.term, metadata.island, metadata.majority};
}

}  // namespace

ClusterNode::ClusterNode(const ClusterNodeOptions& options, Time now)
    : membership_(options.membership, now), election_(ForElection(options), now) {}

ClusterEffects ClusterNode::Join(const std::vector<Address>& seeds, Time now) {
  Take(membership_.Join(seeds, now), now);
  return TakeEffects();
}

ClusterEffects ClusterNode::Tick(Time now) {
  if (election_.disk_fails() != membership_.self().profile.metadata.disk_fails) TellMetadata(now);
  if (now >= membership_.NextTick()) Take(membership_.Tick(now), now);
  if (now >= election_.NextTick()) Take(election_.Tick(now), now);
  return TakeEffects();
}

ClusterEffects ClusterNode::Receive(const Message& message, const Address& from, Time now) {
  Take(membership_.Receive(message, from, now), now);
  Take(election_.Receive(message.from, message.body, now), now);
  return TakeEffects();
}

ClusterEffects ClusterNode::Leave(Time now) {
  Take(election_.Resign(now), now);
  Take(membership_.Leave(now), now);
  return TakeEffects();
}

Time ClusterNode::NextTick() const {
  return std::min(membership_.NextTick(), election_.NextTick());
}

void ClusterNode::Take(MembershipEffects effects, Time now) {
  Append(effects_.messages, std::move(effects.messages));
  const bool changed = !effects.events.empty() || effects.reach_changed;
  Append(effects_.member_events, std::move(effects.events));
  if (changed) Take(election_.SetView(MakeView(), now), now);
  if (!effects.answered.empty()) election_.Answered(effects.answered);
}

void ClusterNode::Take(ElectionEffects effects, Time now) {
  for (ElectionEffects::Letter& letter : effects.letters) {
    const Address& to = membership_.members().at(letter.to).profile.address;
    effects_.messages.push_back({to, {membership_.name(), std::move(letter.body), {}}});
  }
  for (const std::string& name : effects.doubted) membership_.ProbeNext(name);
  if (effects.events.empty()) return;
  Append(effects_.election_events, std::move(effects.events));
  TellMetadata(now);
}

void ClusterNode::TellMetadata(Time now) {
  MembershipEffects told = membership_.SetMetadata(OwnMetadata(), now);
  Append(effects_.messages, std::move(told.messages));
  Append(effects_.member_events, std::move(told.events));
}

SiteView ClusterNode::MakeView() const {
  const std::string& site = membership_.self().profile.metadata.site;
  SiteView view;
  for (const auto& [name, member] : membership_.members()) {
    if (name == membership_.name() || member.profile.metadata.site != site) continue;
    if (member.liveness == Liveness::kDead) ++view.dead;
    if (!member.reachable()) continue;
    const bool suspect = member.liveness == Liveness::kSuspect || member.out_of_reach;
    const Metadata& metadata = member.profile.metadata;
    view.peers[name] = {suspect, ClaimOf(name, metadata), metadata.disk_fails};
  }
  return view;
}

Metadata ClusterNode::OwnMetadata() const {
  Metadata metadata = membership_.self().profile.metadata;
  metadata.role = election_.leading() ? Role::kLeader : Role::kFollower;
  metadata.term = election_.claim().term;
  metadata.island = election_.claim().island;
  metadata.majority = election_.leading() && election_.claim().majority;
  metadata.disk_fails = election_.disk_fails();
  return metadata;
}

ClusterEffects ClusterNode::TakeEffects() {
  return std::exchange(effects_, {});
}

}  // namespace bellrock::naming::cluster
