// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What time brings: probes and their ends, suspicions, gossip, exchanges.
#include <algorithm>
#include <utility>

#include "naming/cluster/membership.h"

namespace bellrock::naming::cluster {

// Nobody is accused of silence in a time in which this node could not have heard him.
void Membership::NoticePause(Time now) {
  const Duration late = now - NextDuty();
  if (late < kPauseMin) return;
  health_.Add(1);
  probe_.reset();
  for (auto& [name, member] : members_) {
    if (member.suspicion) member.suspicion->Postpone(late);
  }
}

void Membership::TickRelays(Time now) {
  for (auto& [sequence, relay] : relays_) {
    if (relay.nacked || now < relay.nack_at) continue;
    relay.nacked = true;
    Send(relay.origin, "", Nack{relay.origin_sequence});
  }
  std::erase_if(relays_, [&](const auto& entry) { return now >= entry.second.expires; });
}

void Membership::TickSuspicions(Time now) {
  for (auto& [name, member] : members_) {
    if (!member.suspicion || now < member.suspicion->deadline()) continue;
    SetLiveness(name, member, Liveness::kDead, now, name_);
    Tell(UpdateOf(name, member, false));
  }
}

void Membership::TickProbe(Time now) {
  if (probe_ && !probe_->acked && !probe_->asked_others && now >= probe_->ask_others) {
    AskOthers(now);
  }
  if (probe_ && (probe_->acked || now >= probe_->deadline)) EndProbe(now);
  if (!probe_ && now >= next_probe_) StartProbe(now);
}

std::string Membership::NextProbeTarget() {
  for (int rounds = 0; rounds < 2; ++rounds) {
    while (!probe_order_.empty()) {
      std::string name = std::move(probe_order_.back());
      probe_order_.pop_back();
      auto found = members_.find(name);
      if (found != members_.end() && found->second.reachable()) return name;
    }
    probe_order_ = Reachable(name_);
    random_.Shuffle(probe_order_);
  }
  return "";
}

void Membership::StartProbe(Time now) {
  const Duration interval = health_.Scale(kProbeInterval);
  next_probe_ = now + interval;
  std::string target = NextProbeTarget();
  if (target.empty()) return;
  Probe probe;
  probe.target = std::move(target);
  probe.sequence = ++sequence_;
  probe.ask_others = now + health_.Scale(kProbeTimeout);
  probe.deadline = now + interval;
  Send(members_.at(probe.target).profile.address, probe.target, Ping{probe.sequence, probe.target});
  probe_ = std::move(probe);
}

void Membership::AskOthers(Time) {
  probe_->asked_others = true;
  std::vector<std::string> others = Reachable(probe_->target);
  std::erase(others, name_);
  random_.Shuffle(others);
  if (others.size() > kIndirectProbes) others.resize(kIndirectProbes);
  const Address& address = members_.at(probe_->target).profile.address;
  for (const std::string& name : others) {
    Send(members_.at(name).profile.address, name,
         IndirectPing{probe_->sequence, probe_->target, address});
  }
  probe_->nacks_wanted = static_cast<int>(others.size());
}

void Membership::EndProbe(Time now) {
  const Probe probe = std::move(*probe_);
  probe_.reset();
  if (probe.acked) return health_.Add(-1);
  // Helpers that are not even heard to say no mean that the fault may be on this side.
  health_.Add(probe.nacks_wanted > 0 ? std::max(0, probe.nacks_wanted - probe.nacks) : 1);
  auto found = members_.find(probe.target);
  if (found == members_.end() || !found->second.reachable()) return;
  MemberUpdate update = UpdateOf(probe.target, found->second, false);
  update.liveness = Liveness::kSuspect;
  update.accuser = name_;
  MergeSuspect(update, now);
  Send(found->second.profile.address, probe.target, Gossip{});  // he is told first
}

void Membership::TickGossip(Time now) {
  if (now < next_gossip_ || news_.empty()) return;
  next_gossip_ = now + kGossipInterval;
  // Not to the dead: news is told only so many times, and telling them would use it up. They are
  // knocked at instead.
  std::vector<std::string> targets = Reachable(name_);
  if (targets.empty()) return;
  random_.Shuffle(targets);
  if (targets.size() > kGossipFanout) targets.resize(kGossipFanout);
  for (const std::string& name : targets) Send(members_.at(name).profile.address, name, Gossip{});
}

void Membership::TickExchanges(Time now) {
  if (now >= next_exchange_) {
    next_exchange_ = now + random_.Between(kExchangeInterval / 2, kExchangeInterval * 3 / 2);
    const std::vector<std::string> others = Reachable(name_);
    if (!others.empty()) {
      SendState(members_.at(others[random_.Below(others.size())]).profile.address, 1);
    }
  }
  if (now >= next_reconnect_) {
    next_reconnect_ = now + random_.Between(kReconnectInterval / 2, kReconnectInterval * 3 / 2);
    if (const auto lost = NextLost()) Knock(*lost);
  }
}

void Membership::TickForget(Time now) {
  if (now < next_forget_) return;
  next_forget_ = now + kForgetInterval;
  for (auto at = members_.begin(); at != members_.end();) {
    const Member& member = at->second;
    const Duration kept = member.liveness == Liveness::kLeft ? kLeftKept : kDeadKept;
    if (member.reachable() || now - member.since < kept) {
      ++at;
      continue;
    }
    Happened(MemberEvent::Kind::kForgotten, at->first);
    news_.Forget(at->first);
    at = members_.erase(at);
  }
}

}  // namespace bellrock::naming::cluster
