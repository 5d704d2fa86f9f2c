// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/server/data_centre.h"
#include "naming/client/announcer.h"
#include "naming/client/naming_watcher.h"
#include "naming/client/registry_calls.h"
#include "naming/client/server_directory.h"
#include "rpc/client.h"

namespace bellrock::server {

// Compute nodes are instances of this service; those of one data centre are a cluster of it, named
// by the centre's identity.
inline constexpr char kComputeService[] = "bellrock/compute";
// A third of the nodes down heals itself within 2 s (OCTO-087): the lease runs out within 1 s, and
// the takeover has the other. Heartbeats go out each third of it.
inline constexpr Duration kComputeLease = std::chrono::seconds(1);
// After a server without a data directory was started anew, its data centre is another.
inline constexpr Duration kIdentityCheck = std::chrono::seconds(5);

struct ComputeMembersOptions {
  std::string site = "local";
  std::string run;  // of this run of this process: the node's name in the data centre
  Address address;  // where this process tells what it knows; its instance is named by it
  bool computes = true;
};

// The data centre's compute nodes as the registry has them.
struct SeenMembers {
  std::vector<metrics::server::Member> members;
  bool own_is_off = false;  // an operator said so
};
// Pure. Those that work and are not switched off.
SeenMembers MembersIn(const std::vector<naming::v1::Instance>& instances, const std::string& run);

// Keeps a data centre told of its compute nodes, and the registry of this one. With engines that
// nobody else uses, nothing is registered before another node is seen. While the registry is away
// the last list stands. Lives on one loop.
class ComputeMembers {
 public:
  // The servers of the registry; `centre` is borrowed.
  ComputeMembers(fiber::Environment environment, std::vector<naming::client::ServerEntry> servers,
                 metrics::server::DataCentre& centre, ComputeMembersOptions options);
  ~ComputeMembers();  // Stop()

  void Start();
  // Tells the registry that this node is gone. Blocks for some seconds at most. After
  // DataCentre::Leave(), so that others go on where this one ended.
  void Stop();
  // Others know of this node.
  bool announced() const { return announcer_ != nullptr; }

 private:
  void Run();
  void CheckIdentity();
  void Tell();
  void Follow(const std::string& identity);
  void Announce();

  fiber::Environment environment_;
  metrics::server::DataCentre& centre_;
  const ComputeMembersOptions options_;
  naming::client::ServerDirectory directory_;
  rpc::Client any_server_;
  naming::client::RegistryCalls registry_;
  std::string identity_;
  std::unique_ptr<naming::client::Watcher> watcher_;
  std::unique_ptr<naming::client::Announcer> announcer_;
  std::vector<naming::v1::Instance> list_;
  fiber::Event changed_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::server
