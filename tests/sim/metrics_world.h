// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fiber/environment.h"
#include "metrics_backend.h"
#include "metrics_node.h"
#include "metrics_sent.h"
#include "metrics_sources.h"
#include "metrics_watch.h"

namespace bellrock::metrics {

// A whole data centre: sources, two collectors, the queue, six compute nodes and the store. What a
// story does to it, and when, is the story's matter. All of it lives on one loop; members block.
class MetricsWorld {
 public:
  static constexpr size_t kNodes = 6;
  static constexpr uint32_t kPartitions = 12;
  static constexpr size_t kSources = 8;

  using Trace = std::function<void(const std::string& what)>;

  MetricsWorld(fiber::Environment environment, testing::SimRandom& dice,
               MetricsWatch::Complain complain, Trace trace);
  ~MetricsWorld();

  Time now() { return environment_.clock.Now(); }
  int64_t unix_second();
  MetricsBackend& backend() { return backend_; }
  SimCollectors& collectors() { return collectors_; }
  SimSources& sources() { return sources_; }
  SentCalls& sent() { return sent_; }
  MetricsWatch& watch() { return watch_; }
  SimNodes& nodes() { return nodes_; }
  size_t running() const;

  void StartNode();
  void KillNode(size_t at);
  void LeaveNode(size_t at);
  // Makes one block of the contributions to some window, as the store's upkeep does.
  void MergeSomewhere();

 private:
  void Look();

  fiber::Environment environment_;
  testing::SimRandom& dice_;
  const Trace trace_;
  const std::vector<DimensionSet> sets_;
  const std::vector<std::string> services_;
  MetricsBackend backend_;
  SimLeases leases_;
  SentCalls sent_;
  SimCollectors collectors_;
  SimSources sources_;
  SimNodes nodes_;
  MetricsWatch watch_;
  int started_ = 0;
  fiber::JoinHandle looking_;
  fiber::JoinHandle asking_;
};

}  // namespace bellrock::metrics
