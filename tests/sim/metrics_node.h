// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "metrics/compute/node.h"
#include "metrics_backend.h"

namespace bellrock::metrics {

// Who is alive, by heartbeats, as the registry tells it.
class SimLeases {
 public:
  static constexpr Duration kLease = std::chrono::milliseconds(1000);  // as server::kComputeLease
  static constexpr Duration kBeat = std::chrono::milliseconds(333);
  static constexpr Duration kTold = std::chrono::milliseconds(50);  // after a change, at most

  void Beat(const std::string& name, Time now) { ends_[name] = now + kLease; }
  void Leave(const std::string& name) { ends_.erase(name); }
  std::vector<std::string> Alive(Time now) const;

 private:
  std::map<std::string, Time> ends_;
};

// A process with the compute role: heartbeats, hears who is alive, works its partitions.
class SimComputeNode {
 public:
  struct Options {
    std::string name;
    uint32_t partitions = 0;
    std::vector<DimensionSet> sets;
  };
  // All borrowed.
  SimComputeNode(fiber::Environment environment, MetricsBackend& backend, SimLeases& leases,
                 testing::SimRandom& dice, Options options);
  ~SimComputeNode();

  void Kill();   // as kill -9 does
  void Leave();  // as a process does that is asked to end; blocks
  SimProcess& process() { return process_; }
  compute::Node& node() { return node_; }
  const std::string& name() const { return options_.name; }

 private:
  void Beat();
  void Hear();

  fiber::Environment environment_;
  SimLeases& leases_;
  testing::SimRandom& dice_;
  const Options options_;
  SimProcess process_;
  ReachedQueue queue_;
  ReachedStore store_;
  compute::Node node_;
  fiber::JoinHandle beating_;
  fiber::JoinHandle hearing_;
};

}  // namespace bellrock::metrics
