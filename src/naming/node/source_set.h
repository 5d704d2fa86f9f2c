// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "base/splitmix.h"
#include "naming/node/plan.h"
#include "naming/node/source_sync.h"

namespace bellrock::naming::node {

// Whom a node exchanges with at the moment, and for which reason: those its plan names, those that
// know more than it does until it has that, and those that stand in for one that cannot be called
// although it lives: a follower whose link to its leader is cut must not show a state of long ago.
// Pure; borrows the replica.
class SourceSet {
 public:
  // Longer than a leader that restarts or a call that was lost should matter.
  static constexpr Duration kStandInAfter = std::chrono::seconds(3);
  // Then another one's turn: this one may be cut off in the same way.
  static constexpr Duration kStandInFor = std::chrono::seconds(10);

  enum class Why : uint8_t { kPlanned, kPullBack, kStandIn };
  struct Source {
    Peer peer;
    Why why = Why::kPlanned;
    uint64_t stands_for = 0;  // kStandIn
    Time since;
    SourceSync sync;
  };
  using Sources = std::map<uint64_t, std::shared_ptr<Source>>;  // by number

  SourceSet(replica::Replica& replica, uint64_t seed) : replica_(replica), random_(seed) {}

  void SetPlan(const Plan& plan, Time now);
  // The member knows what is not here.
  void PullBack(const Peer& member, Time now);
  // Compares everything with the member.
  void DemandRepair(const Peer& member, Time now);
  // After an exchange with that source, or one that failed.
  void Settle(uint64_t number, const Plan& plan, Time now);

  // One that is gone from here is not to be used any more.
  const Sources& all() const { return sources_; }
  replica::RepairFigures repair_figures() const;  // also of those that are gone

 private:
  Source& Have(const Peer& peer, Why why, Time now);
  void Drop(Sources::iterator at);
  Sources::iterator StandInFor(uint64_t number);
  void AddStandIn(const Peer& missing, uint64_t except, const Plan& plan, Time now);

  replica::Replica& replica_;
  SplitMix64 random_;
  Sources sources_;
  replica::RepairFigures ended_;
};

}  // namespace bellrock::naming::node
