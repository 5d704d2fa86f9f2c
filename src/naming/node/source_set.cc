// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/source_set.h"

#include <algorithm>
#include <vector>

namespace bellrock::naming::node {
namespace {

bool IsPlanned(const Plan& plan, const Peer& peer) {
  return std::find(plan.sources.begin(), plan.sources.end(), peer) != plan.sources.end();
}

bool IsPlanned(const Plan& plan, uint64_t number) {
  return std::any_of(plan.sources.begin(), plan.sources.end(),
                     [&](const Peer& peer) { return peer.number == number; });
}

bool Stays(const SourceSet::Source& source, const Plan& plan) {
  const uint64_t number = source.peer.number;
  switch (source.why) {
    case SourceSet::Why::kPlanned:
      return IsPlanned(plan, source.peer);
    case SourceSet::Why::kPullBack:
      return plan.members.contains(number);
    case SourceSet::Why::kStandIn:
      return plan.reachable.contains(number) && IsPlanned(plan, source.stands_for);
  }
  return false;
}

bool Fails(const SourceSet::Source& source, Time now) {
  return source.sync.FailingFor(now) >= SourceSet::kStandInAfter;
}

}  // namespace

void SourceSet::SetPlan(const Plan& plan, Time now) {
  for (auto at = sources_.begin(); at != sources_.end();) {
    const auto next = std::next(at);
    if (!Stays(*at->second, plan)) Drop(at);
    at = next;
  }
  for (const Peer& peer : plan.sources) Have(peer, Why::kPlanned, now).why = Why::kPlanned;
}

void SourceSet::PullBack(const Peer& member, Time now) {
  Have(member, Why::kPullBack, now);
}

void SourceSet::DemandRepair(const Peer& member, Time now) {
  Have(member, Why::kPullBack, now).sync.DemandRepair();
}

void SourceSet::Settle(uint64_t number, const Plan& plan, Time now) {
  const auto at = sources_.find(number);
  if (at == sources_.end()) return;
  Source& source = *at->second;
  if (source.why == Why::kPullBack) {
    if (source.sync.drained() && !source.sync.repairing()) Drop(at);
    return;
  }
  if (source.why == Why::kPlanned) {
    const auto stand_in = StandInFor(number);
    if (Fails(source, now) && stand_in == sources_.end()) {
      AddStandIn(source.peer, number, plan, now);
    } else if (source.sync.FailingFor(now) == Duration{0} && stand_in != sources_.end()) {
      stand_in->second->why = Why::kPullBack;
    }
    return;
  }
  if (!Fails(source, now) && now - source.since < kStandInFor) return;
  const auto missing = plan.members.find(source.stands_for);
  Drop(at);
  if (missing != plan.members.end()) AddStandIn(missing->second, number, plan, now);
}

// Of the same site if there is one, since there is more of what the missing one has.
void SourceSet::AddStandIn(const Peer& missing, uint64_t except, const Plan& plan, Time now) {
  std::vector<const Peer*> near, all;
  for (const auto& [number, peer] : plan.members) {
    if (number == except || sources_.contains(number) || !plan.reachable.contains(number)) continue;
    all.push_back(&peer);
    if (peer.site == missing.site) near.push_back(&peer);
  }
  const auto& choice = near.empty() ? all : near;
  if (choice.empty()) return;
  Source& source = Have(*choice[random_.Next() % choice.size()], Why::kStandIn, now);
  source.stands_for = missing.number;
}

SourceSet::Sources::iterator SourceSet::StandInFor(uint64_t number) {
  return std::find_if(sources_.begin(), sources_.end(), [&](const auto& at) {
    return at.second->why == Why::kStandIn && at.second->stands_for == number;
  });
}

SourceSet::Source& SourceSet::Have(const Peer& peer, Why why, Time now) {
  std::shared_ptr<Source>& source = sources_[peer.number];
  if (source == nullptr) {
    source = std::make_shared<Source>(
        Source{peer, why, 0, now, SourceSync(replica_, random_.Next(), now)});
  }
  return *source;
}

void SourceSet::Drop(Sources::iterator at) {
  ended_ += at->second->sync.figures().repair;
  sources_.erase(at);
}

replica::RepairFigures SourceSet::repair_figures() const {
  replica::RepairFigures sum = ended_;
  for (const auto& [number, source] : sources_) sum += source->sync.figures().repair;
  return sum;
}

}  // namespace bellrock::naming::node
