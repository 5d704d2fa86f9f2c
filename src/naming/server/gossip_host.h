// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/resolver.h"
#include "fiber/sync.h"
#include "naming/cluster/cluster_node.h"
#include "naming/server/cluster_secret.h"
#include "naming/server/complaint.h"
#include "naming/server/members_keeper.h"
#include "naming/server/seed_list.h"
#include "naming/server/seed_source.h"

namespace bellrock::naming::server {

struct GossipOptions {
  std::string cluster = "bellrock";  // servers of other clusters are refused
  std::string node;                  // unique in the cluster, the same after a restart
  std::string site;
  std::string zone;
  bool standby = false;
  std::string service_address;  // "host:port" that clients use
  Address listen;               // UDP: host and number of the service's TCP port
  // What the others send to. Must be given when `listen` is a wildcard; port 0: the bound one.
  Address advertised;
  std::vector<Seed> seeds;              // names are resolved again every kResolveInterval
  std::optional<ClusterSecret> secret;  // shared by all of the cluster, or had by none
  std::string data_dir;                 // where the file `members` lies; "" keeps none
  // Asked before each tick: a server whose disk fails does not lead while another can. Not empty.
  std::function<bool()> disk_fails = [] { return false; };
};

struct GossipCounters {
  uint64_t received = 0;
  uint64_t received_bytes = 0;
  uint64_t sent = 0;
  uint64_t sent_bytes = 0;
  uint64_t bad = 0;       // no message of ours, or damaged
  uint64_t foreign = 0;   // of another cluster
  uint64_t unsealed = 0;  // not made with the cluster's secret
  uint64_t send_failures = 0;
};

// Runs a ClusterNode: a UDP socket that feeds it, a timer that ticks it, its seeds and the file of
// its last known members (VIN-017, VIN-020, VIN-029, VIN-103). Decides nothing itself. Made, used
// and destroyed in fibers of one loop.
class GossipHost {
 public:
  static constexpr Duration kResolveInterval = std::chrono::seconds(30);
  static constexpr Duration kFarewell = std::chrono::seconds(1);
  // Then others have their turn on the loop.
  static constexpr int kDatagramsPerTurn = 64;

  // Called on the loop with member and election events in their order, after node() has changed and
  // before what it has to say is sent; never before Start() has returned. Must not block.
  using OnChange = std::function<void(const cluster::ClusterEffects&)>;

  // Blocks for the file of members only. kInvalidArgument with field and remedy; kAlreadyExists if
  // the UDP port is taken.
  static Result<std::unique_ptr<GossipHost>> Start(fiber::Environment environment,
                                                   fiber::Resolver& resolver,
                                                   const GossipOptions& options,
                                                   OnChange on_change);
  ~GossipHost() { Stop(); }
  // Hands leadership over, says goodbye and blocks for kFarewell while the others hear it.
  void Leave();
  // Falls silent at once, as a crash does. Idempotent.
  void Stop();

  // How complete this node's data is: of two candidates the one that has more is elected.
  void SetProgress(uint64_t progress) { node_.SetProgress(progress); }
  const cluster::ClusterNode& node() const { return node_; }
  const GossipCounters& counters() const { return counters_; }
  // The gossip address that the others are told.
  const Address& address() const { return node_.membership().self().profile.address; }

 private:
  GossipHost(fiber::Environment environment, std::unique_ptr<fiber::DatagramSocket> socket,
             std::unique_ptr<MembersKeeper> keeper, SeedSource seeds,
             const cluster::ClusterNodeOptions& node, const GossipOptions& options,
             OnChange on_change);

  void StartFibers();
  void RunReceive();
  void RunTimer();
  void RunResolve();
  void Receive(std::string_view bytes, const Address& from);
  void Refuse(const Status& why, const Address& from);
  void RefuseUnsealed(const Address& from);
  void Perform(cluster::ClusterEffects effects);
  void Send(const cluster::Outgoing& outgoing);
  Time Now() { return environment_.clock.Now(); }

  fiber::Environment environment_;
  std::unique_ptr<fiber::DatagramSocket> socket_;
  std::unique_ptr<MembersKeeper> keeper_;
  SeedSource seeds_;
  cluster::ClusterNode node_;
  const uint32_t cluster_number_;
  const std::optional<ClusterSecret> secret_;
  const OnChange on_change_;
  const std::function<bool()> disk_fails_;
  GossipCounters counters_;
  Complaint bad_complaint_;
  Complaint foreign_complaint_;
  Complaint unsealed_complaint_;
  Complaint send_complaint_;
  Complaint resolve_complaint_;
  bool stopping_ = false;
  bool leaving_ = false;
  Time timer_due_ = kNever;
  fiber::WaitQueue timer_wake_;
  fiber::JoinHandle receive_;
  fiber::JoinHandle timer_;
  fiber::JoinHandle resolve_;
};

}  // namespace bellrock::naming::server
