// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "naming/registry.h"
#include "naming/server/cluster_secret.h"
#include "naming/server/seed_list.h"

namespace bellrock::naming::server {

// The cluster that a node belongs to.
struct ClusterOptions {
  std::string name = "bellrock";  // nodes of other clusters are refused
  std::string zone;
  // Of all servers of a site or of none: it holds everything, serves reads, and takes no
  // registrations and heartbeats (VIN-082).
  bool standby = false;
  // Whom to meet first: any member will do. Empty: the first node of a cluster, or one that knows
  // the others from its data directory.
  std::vector<Seed> seeds;
  // What the others and clients call when the listening address is a wildcard.
  std::string advertise_host;
  // Who does not have it is refused. Without one, whoever reaches the port can join.
  std::optional<ClusterSecret> secret;
};

struct NamingServerOptions {
  // Where journal, snapshots and epoch lie; "" keeps everything in memory only.
  std::string data_dir;
  // Unique in the cluster, the same after a restart.
  std::string node = "bellrock";
  std::string site = "local";
  std::optional<ClusterOptions> cluster;  // without one the node is on its own and leads
  RegistryOptions registry;
  // A snapshot is taken when the journal holds this much since the last one.
  uint64_t snapshot_units = 1'000'000;
  uint64_t snapshot_bytes = 128 << 20;
  uint64_t segment_bytes = 64 << 20;
  // What the network carries of pushes: above 70 % of it they pause (VIN-069). 1 Gbit/s.
  uint64_t push_capacity_bytes_per_s = 125'000'000;
};

}  // namespace bellrock::naming::server
