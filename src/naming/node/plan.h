// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "naming/cluster/cluster_node.h"
#include "naming/replica/stamp.h"

namespace bellrock::naming::node {

// A node's number in events and vectors: a hash of its name, the same after a restart.
uint64_t NodeNumber(std::string_view name);

struct Peer {
  uint64_t number = 0;
  std::string name;
  std::string site;
  std::string address;  // where it serves

  friend bool operator==(const Peer&, const Peer&) = default;
};

// What a registry node does as things stand in its cluster: whether it leads its site, who does,
// from whom it pulls, whom it shares the data with. A value, made anew at each change.
struct Plan {
  bool clustered = false;  // there are others, known or not
  bool leading = false;
  std::optional<Peer> leader;  // of this site; itself too
  replica::Mandate mandate;
  // A follower pulls from its leader, a leader from the leaders of all other sites (VIN-021,
  // VIN-022, VIN-074).
  std::vector<Peer> sources;
  std::map<uint64_t, Peer> members;  // all others that are known, also those out of reach
  std::set<uint64_t> reachable;      // of those
  // Other leaders of this site that are alive: cut off within it, but not from the rest.
  std::set<uint64_t> rivals;
  size_t unmet_seeds = 0;  // addresses where others are expected and none is known
  std::string site;
  // For the freeze: how many there are, itself too, and how many of them are not heard.
  size_t known = 1;
  size_t lost = 0;
};

Plan MakePlan(const cluster::ClusterNode& node);
// Of a node without a cluster: it leads itself.
Plan AlonePlan(Peer self);

}  // namespace bellrock::naming::node
