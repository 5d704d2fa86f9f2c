// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "journal_disk.h"
#include "naming/cluster/cluster_node.h"
#include "naming/node/disk_trust.h"
#include "naming/node/node.h"
#include "naming/replica/journal.h"
#include "registry_calls.h"
#include "registry_watch.h"

namespace bellrock {

// Where all nodes of a simulation are, and what they are told of themselves.
struct RegistryNodeOptions {
  int endpoint = 0;
  std::string name;
  std::string site;
  std::vector<Address> first_seeds;  // of the first life
  std::vector<Address> later_seeds;  // whom it knew before
  naming::RegistryOptions registry;
};

inline Address AddressOf(int endpoint) {
  return Address::Tcp(
      "10.0." + std::to_string(endpoint / 250) + "." + std::to_string(endpoint % 250 + 1),
      static_cast<uint16_t>(7600 + endpoint));
}
inline int EndpointOf(const Address& address) {
  return address.port() - 7600;
}

// A word that is on the disk of the node that accepted it, whoever hears of it.
using OnDurable = std::function<void(const std::string& path, const naming::replica::Record&)>;
// Every word that a client's call made, before it is durable.
using OnAccepted = OnDurable;

// A registry node as the server place drives it, with the simulation's network, disk and clock in
// the place of the real ones: naming/server/{registry_host,cluster_host,peer_exchange,leader_gate}
// line by line, without fibers and bytes. Lives as long as the simulation; its lives come and go.
class RegistryNode {
 public:
  RegistryNode(MessageNetwork& network, CallNetwork& calls, RegistryNodeOptions options);

  void Start();
  void Crash();
  // Stopped, as by a debugger: what comes meanwhile is done afterwards.
  void Pause(Duration how_long) { paused_until_ = network_.now() + how_long; }
  bool paused() const { return network_.now() < paused_until_; }
  void LoseDisk() { disk_ = JournalDisk{disk_.life, {}, {}, disk_.sync, false}; }
  JournalDisk& disk() { return disk_; }
  void SetSkew(int64_t skew_ms) { skew_ms_ = skew_ms; }
  void SetListeners(OnAccepted accepted, OnDurable durable) {
    on_accepted_ = std::move(accepted);
    on_durable_ = std::move(durable);
  }
  // Told of every event of the registry, at once, in each life.
  void SetAudit(std::function<void(const naming::Event&)> audit) { audit_ = std::move(audit); }
  void SetTrace(std::function<void(const std::string&)> trace) { trace_ = std::move(trace); }

  bool up() const { return life_ != nullptr; }
  bool leads() const { return up() && life_->node.plan().leading; }
  // The endpoint it takes for the leader of its site, or -1.
  int leader() const;
  const std::string& site() const { return options_.site; }
  const std::string& name() const { return options_.name; }
  uint64_t epoch() const { return disk_.life; }
  naming::node::Node& node() { return life_->node; }
  naming::Registry& registry() { return life_->node.registry(); }
  const naming::cluster::ClusterNode& cluster() const { return life_->cluster; }
  naming::Moment Now() const;
  uint64_t lives() const { return lives_; }
  uint64_t unreadable() const { return unreadable_; }

  // A watch of that client, in the place of the one it had here.
  void Watch(const void* client, WatchSession::Asked asked, WatchSession::Deliver deliver);
  // Runs in this life, after any pause, or not at all.
  MessageNetwork::Work InThisLife(MessageNetwork::Work work);

 private:
  using SourcePtr = std::shared_ptr<naming::node::Node::Source>;
  struct Waiter {
    uint64_t position = 0;
    std::function<void(const Status&)> done;
  };
  struct WaitingPull {
    naming::replica::PullRequest from;
    naming::replica::PullReply first;
    Respond respond;
    bool answered = false;
  };
  struct Life {
    Life(const naming::replica::Origin& self, const naming::RegistryOptions& registry,
         const naming::cluster::ClusterNodeOptions& options, uint64_t seed, Time now)
        : node(self, registry, seed), cluster(options, now) {}

    naming::node::Node node;
    naming::cluster::ClusterNode cluster;
    naming::replica::Journal journal;
    std::string unit_in_flight;  // "": none
    bool writing = false;
    bool snapshotting = false;
    Status write_error;
    naming::node::DiskTrust disk;
    std::deque<Waiter> waiters;
    std::vector<std::shared_ptr<WaitingPull>> pulls;
    std::map<uint64_t, SourcePtr> running;
    Time timer_due = kNever;
    Time gossip_due = kNever;
    std::unique_ptr<naming::Watcher> audit;
    std::map<const void*, std::unique_ptr<WatchSession>> watches;
  };

  // registry_host
  void TakeChanges();
  void Changed();
  void AwaitDurable(std::function<void(const Status&)> done);
  void Release(const Status& failure);
  void WriteJournal();
  void OnUnitWritten();
  void MaybeSnapshot();
  void StepSnapshot(const std::shared_ptr<naming::replica::SnapshotCursor>& cursor,
                    const std::shared_ptr<std::vector<std::string>>& entries, size_t units);
  void ScheduleTimer(Time due);
  void RunTimer();

  // gossip_host, cluster_host
  naming::cluster::ClusterNodeOptions GossipOptions() const;
  void Perform(naming::cluster::ClusterEffects effects);
  void HearGossip(const std::string& bytes, const Address& from);
  void SendGossip(const naming::cluster::Outgoing& outgoing);
  void ScheduleGossip();
  void Replan();
  void TraceElection(const naming::cluster::ClusterEffects& effects) const;

  // peer_exchange
  bool InUse(const SourcePtr& source) const;
  void Reconcile();
  void Drive(const SourcePtr& source);
  void Ask(const SourcePtr& source, Duration timeout, RequestPtr request);
  void OnAnswer(const SourcePtr& source, const Reply& reply);

  // naming_service, replication_service, leader_gate
  void Serve(const RequestPtr& request, const Respond& respond);
  bool Elsewhere(const RequestPtr& request, const Respond& respond);
  void OnCall(const HeartbeatCall& call, const Respond& respond);
  void OnCall(const RegisterCall& call, const Respond& respond);
  void OnCall(const DeregisterCall& call, const Respond& respond);
  void OnCall(const OperateCall& call, const Respond& respond);
  void OnCall(const PullCall& call, const Respond& respond);
  void OnCall(const ShareCall& call, const Respond& respond);
  void OnCall(const RepairCall& call, const Respond& respond);
  void AnswerWord(const std::string& path, Reply reply, const Respond& respond);
  void AnswerPulls();

  MessageNetwork& network_;
  CallNetwork& calls_;
  const RegistryNodeOptions options_;
  JournalDisk disk_;
  int64_t skew_ms_ = 0;
  Time paused_until_{};
  uint64_t lives_ = 0;
  uint64_t unreadable_ = 0;
  OnAccepted on_accepted_;
  OnDurable on_durable_;
  std::function<void(const naming::Event&)> audit_;
  std::function<void(const std::string&)> trace_;
  std::unique_ptr<Life> life_;
};

}  // namespace bellrock
