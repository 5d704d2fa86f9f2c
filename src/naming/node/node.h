// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "naming/node/plan.h"
#include "naming/node/source_set.h"
#include "naming/protect/protection.h"
#include "naming/registry.h"

namespace bellrock::naming::node {

// A registry node without its disk and network, as a pure state machine: the registry with the
// leases it holds, the protections that are asked before one ends, and what it exchanges with which
// other nodes. The server place gives it time, the cluster's plan and messages; the simulator does
// the same with whole clusters. Used on one loop.
class Node {
 public:
  Node(const replica::Origin& self, const RegistryOptions& options, uint64_t seed);

  Registry& registry() { return registry_; }
  const Registry& registry() const { return registry_; }
  protect::Protection& protection() { return protection_; }

  void SetPlan(Plan plan, Time now);
  const Plan& plan() const { return plan_; }

  // Ends leases, feeds the protections and sweeps once a second. True: call again at once, after
  // others had a turn.
  bool Tick(const Moment& at);
  Time NextTick() const { return std::min(registry_.NextExpiry(), next_second_); }
  // This node was away so long that heartbeats could not be heard: nobody is to blame.
  void Away(Time now) { registry_.RestartLeases(now); }

  // Whether there is something for a puller who has seen that.
  bool HasNewsFor(const replica::PullRequest& request) const {
    return !request.seen.Covers(registry_.replica().seen());
  }
  replica::PullReply AnswerPull(const replica::PullRequest& request, Time now);
  replica::RepairReply AnswerRepair(const replica::RepairRequest& request, const Moment& at);

  // Whom to exchange with now. Changes with SetPlan(), AnswerPull() and Settle(); a source that is
  // gone from it is not to be used any more.
  using Source = SourceSet::Source;
  const SourceSet::Sources& sources() const { return sources_.all(); }
  // After each exchange with that source, also one that failed.
  void Settle(uint64_t number, Time now) { sources_.Settle(number, plan_, now); }
  // Compares everything with that member, both ways. False: nobody is known by the name.
  bool DemandRepair(const std::string& name, Time now);
  replica::RepairFigures repair_figures() const { return sources_.repair_figures(); }

 private:
  // Also who is known by its words only, for so long: after a start the cluster is not met at once,
  // and what was forgotten or folded without somebody would seem removed to him.
  static constexpr Duration kUnmetMax = std::chrono::hours(24);
  std::set<uint64_t> PeersAt(Time now);
  // How long after a start a seed at which nobody lives is somebody who is lost, and a node of
  // which there are but words one that may lead elsewhere: shorter than these should hold leases,
  // longer than a cluster takes to come up again.
  static constexpr Duration kExpectedMax = std::chrono::hours(1);
  void TellFreeze(Time now);
  // A leader is a rival when it stays one for longer than a leadership takes to pass on.
  static constexpr Duration kRivalAfter = std::chrono::seconds(5);
  void TakeRivals(Time now);
  void SettleRivals(Time now);
  bool Owns(const Instance& instance) const;
  bool MayEnd(const Instance& instance, Time now);
  bool MayBeHeardElsewhere(const Instance& instance, Time now) const;
  void OnSecond(const Moment& at);

  Registry registry_;
  protect::Protection protection_;
  Plan plan_;
  SourceSet sources_;
  std::optional<Time> planned_since_;
  std::set<uint64_t> met_;  // in this life
  std::optional<Time> leading_since_;
  std::map<uint64_t, Time> other_leaders_;  // of this site, and since when
  std::set<uint64_t> rivals_;               // of those
  Time next_second_{};
};

}  // namespace bellrock::naming::node
