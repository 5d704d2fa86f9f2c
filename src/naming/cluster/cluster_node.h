// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "naming/cluster/election.h"
#include "naming/cluster/membership.h"

namespace bellrock::naming::cluster {

struct ClusterNodeOptions {
  MembershipOptions membership;
  uint64_t boot = 0;            // another one at each start
  bool expects_others = false;  // seeds are configured
};

struct ClusterEffects {
  std::vector<Outgoing> messages;
  std::vector<MemberEvent> member_events;
  std::vector<ElectionEvent> election_events;
};

// A server node in its cluster: membership over all sites and the election in its own, each fed
// with what the other says. Pure; owned by the server place and used on its loop only, which ticks
// it at NextTick(), gives it datagrams and sends what it returns.
class ClusterNode {
 public:
  // Options must have passed Membership::Check().
  ClusterNode(const ClusterNodeOptions& options, Time now);

  ClusterEffects Join(const std::vector<Address>& seeds, Time now);
  ClusterEffects Tick(Time now);
  ClusterEffects Receive(const Message& message, const Address& from, Time now);
  // Hands the leadership over and says goodbye. Tick() on for a second or two.
  ClusterEffects Leave(Time now);
  void SetProgress(uint64_t progress) { election_.SetProgress(progress); }
  // Told to the others, and acted upon, by the next Tick().
  void SetDiskFails(bool fails) { election_.SetDiskFails(fails); }
  Time NextTick() const;

  const Membership& membership() const { return membership_; }
  const Election& election() const { return election_; }

 private:
  void Take(MembershipEffects effects, Time now);
  void Take(ElectionEffects effects, Time now);
  void TellMetadata(Time now);
  SiteView MakeView() const;
  Metadata OwnMetadata() const;
  ClusterEffects TakeEffects();

  Membership membership_;
  Election election_;
  ClusterEffects effects_;
};

}  // namespace bellrock::naming::cluster
