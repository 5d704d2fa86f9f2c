// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "naming/cluster/cluster_node.h"
#include "testing/sim_clock.h"

namespace bellrock {

// Server nodes joined by a network of datagrams, all from one seed: loss, delay, duplicates,
// reordering, links cut in one or both directions, crashes, pauses, and a clock of its own for each
// node. Faster than testing::World, since the state machines need no fibers: every message passes
// the codec, nothing else is between them. Single-threaded and deterministic.
class ClusterWorld {
 public:
  struct Wire {
    double loss = 0;
    double duplicates = 0;
    Duration delay_max = std::chrono::milliseconds(5);
  };
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
  void CutOneWay(int from, int to) { cut_[Pair(from, to)] = true; }
  void Cut(int a, int b);
  void HealAll();
  bool Passes(int from, int to) const { return !cut_[Pair(from, to)]; }

  void RunUntil(Time when);
  Time now() const { return now_; }
  Wire& wire() { return wire_; }
  std::vector<Node>& nodes() { return nodes_; }
  int size() const { return static_cast<int>(nodes_.size()); }
  testing::SimRandom& random() { return random_; }
  bool Chance(double probability);
  // Messages that a node could not read; always 0.
  uint64_t unreadable() const { return unreadable_; }
  void Trace(const std::string& line) const;

 private:
  struct Event {
    Time at;
    uint64_t order;
    int node;
    int from;           // -1: a tick
    std::string bytes;  // of the datagram
    bool operator>(const Event& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  size_t Pair(int from, int to) const { return static_cast<size_t>(from * size() + to); }
  Time LocalTime(const Node& node) const;
  Time GlobalTime(const Node& node, Time local) const;
  void Take(int i, naming::cluster::ClusterEffects effects);
  void Send(int from, const naming::cluster::Outgoing& outgoing);
  void ScheduleTick(int i);
  void Happen(Event event);

  testing::SimRandom random_;
  const bool trace_;
  Time now_{std::chrono::seconds(1000)};
  Time second_;
  Wire wire_;
  std::vector<Node> nodes_;
  std::vector<bool> cut_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t order_ = 0;
  uint64_t unreadable_ = 0;
};

}  // namespace bellrock
