// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "message_network.h"
#include "naming/cluster/cluster_node.h"

namespace bellrock {

// Server nodes joined by a MessageNetwork of datagrams, all from one seed: crashes, pauses, and a
// clock of its own for each node. Faster than testing::World, since the state machines need no
// fibers: every message passes the codec, nothing else is between them. Single-threaded and
// deterministic.
class ClusterWorld {
 public:
  using Wire = MessageNetwork::Wire;
  struct Node {
    std::string name;
    std::string site;
    Address address;
    std::unique_ptr<naming::cluster::ClusterNode> node;  // nullptr: crashed or gone
    uint64_t starts = 0;
    Duration clock_offset{};
    int64_t clock_ppm = 0;  // how much faster it runs
    Time paused_until{};
    Time tick_at = kNever;
    uint64_t bytes_sent = 0;    // ever
    uint64_t second_bytes = 0;  // in this second
    uint64_t second_bytes_max = 0;
    uint64_t leaderships = 0;
  };

  ClusterWorld(uint64_t seed, int nodes, int sites, bool trace);

  void Start(int i);
  void Crash(int i) { nodes_[static_cast<size_t>(i)].node.reset(); }
  void Leave(int i);
  // Stopped, as by a debugger: what arrives waits for it.
  void Pause(int i, Duration how_long);
  void CutOneWay(int from, int to) { network_.CutOneWay(from, to); }
  void Cut(int a, int b) { network_.Cut(a, b); }
  void HealAll();
  bool Passes(int from, int to) const { return network_.Passes(from, to); }

  void RunUntil(Time when) { network_.RunUntil(when); }
  Time now() const { return network_.now(); }
  Wire& wire() { return network_.wire(); }
  std::vector<Node>& nodes() { return nodes_; }
  int size() const { return static_cast<int>(nodes_.size()); }
  // Messages that a node could not read; always 0.
  uint64_t unreadable() const { return unreadable_; }
  void Trace(const std::string& line) const;

 private:
  Time LocalTime(const Node& node) const;
  Time GlobalTime(const Node& node, Time local) const;
  void Take(int i, naming::cluster::ClusterEffects effects);
  void Send(int from, const naming::cluster::Outgoing& outgoing);
  void CountBytes(Node& sender, size_t bytes);
  void Arrive(int from, int to, const std::string& bytes);
  void ScheduleTick(int i);
  void TickAt(int i, Time at);
  void Tick(int i);

  MessageNetwork network_;
  const bool trace_;
  Time second_;
  std::vector<Node> nodes_;
  uint64_t unreadable_ = 0;
};

}  // namespace bellrock
