// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "message_network.h"
#include "naming/replica/repair.h"

namespace bellrock::naming::replica {

// Several replicas on a MessageNetwork that loses, repeats and reorders, with disks that lose what
// was not synced, and clocks that are wrong. The owner of a node does what a server will: pulls,
// checks, syncs, acknowledges, keeps leases. All chance comes from one generator.
class Cluster {
 public:
  struct Options {
    int nodes = 3;
    int sites = 1;
    bool star = false;  // a site's nodes pull from its first one that is up, those from each other
    ReplicaOptions replica;
  };
  using Acknowledge = std::function<void()>;

  Cluster(const Options& options, std::mt19937_64& random);

  // Moves time on by one step.
  void Step();
  static constexpr int64_t kStepMs = 50;
  int64_t now_ms() const;

  // Words at a node that is up; `acknowledge` runs when the disk has them.
  Replica& At(int node) { return *nodes_[node].replica; }
  Moment MomentOf(int node) const;
  void Accepted(int node, Acknowledge acknowledge);
  // Renews the lease of an instance whose record lives here under that incarnation.
  bool Heartbeat(int node, const std::string& path, uint64_t incarnation, uint64_t count);

  void Crash(int node);
  void Start(int node);
  void Skew(int node, int64_t skew_ms) { nodes_[node].skew_ms = skew_ms; }
  void Cut(int from, int to) { network_.CutOneWay(from, to); }
  void Heal() { network_.HealAll(); }
  void SetLoss(double share) { network_.wire().loss = network_.wire().duplicates = share; }

  int size() const { return static_cast<int>(nodes_.size()); }
  int site_of(int node) const { return node % options_.sites; }
  bool up(int node) const { return nodes_[node].replica != nullptr; }
  // A client beside `from` can talk to `to`.
  bool Reaches(int from, int to) const;
  const RepairFigures& figures() const { return figures_; }
  void ForgetFigures() { figures_ = {}; }
  uint64_t forced() const;
  uint64_t conflicts() const { return conflicts_; }
  uint64_t contested() const { return contested_; }
  // The first bound that does not hold, or "".
  std::string BrokenBound() const;

 private:
  struct Unit {  // what one step changed, in the journal
    std::vector<std::pair<std::string, Record>> records;
    VersionVector seen;
    std::vector<Acknowledge> acknowledge;
  };
  struct DiskState {
    std::map<std::string, Record> records;
    VersionVector seen;
    uint64_t epoch = 0;
  };
  struct Lease {
    uint64_t incarnation = 0;
    uint64_t count = 0;
    int64_t expires_ms = 0;
  };
  struct Node {
    std::unique_ptr<Replica> replica;  // nullptr: crashed
    std::optional<RepairSession> session;
    int session_with = 0;
    int64_t session_sent_ms = 0;
    uint64_t sessions = 0;
    int lagging = 0;
    int64_t skew_ms = 0;
    std::map<std::string, Lease> leases;
    DiskState disk;
    std::vector<Unit> unsynced;
  };
  struct Share {
    std::vector<SeenBy> heard;
    bool answer = false;
  };
  using Message = std::variant<PullRequest, PullReply, RepairRequest, RepairReply, Share>;
  void Act(int node);
  void Send(int from, int to, Message message);
  void Deliver(int from, int to, const Message& message);
  void On(int to, int from, const PullRequest& request);
  void On(int to, int from, const PullReply& reply);
  void On(int to, int from, const RepairRequest& request);
  void On(int to, int from, const RepairReply& reply);
  void On(int to, int from, const Share& share);
  std::optional<int> PickPeer(int node);
  int FirstUpOf(int site) const;
  void StartSession(int node, int peer, RepairSession::Kind kind);
  void DriveSession(int node);
  void EndSession(int node);
  void EndLeases(int node);
  void Journal(int node);
  static void Write(DiskState& disk, const Unit& unit);
  void Sync(int node);
  bool Every(int64_t period_ms, int node) const;

  const Options options_;
  std::mt19937_64& random_;
  MessageNetwork network_;
  std::vector<Node> nodes_;
  RepairFigures figures_;
  uint64_t conflicts_ = 0;
  uint64_t contested_ = 0;
  uint64_t forced_ = 0;
};

}  // namespace bellrock::naming::replica
