// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/compute/live.h"
#include "metrics/compute/owner.h"

namespace bellrock::metrics::compute {

struct NodeOptions {
  std::string name;  // of this run of this process
  uint32_t partitions = kPartitionsDefault;
  std::vector<DimensionSet> sets;
  PartitionBounds bounds = {};
};

// The compute role of a process: works the partitions that fall to it among the nodes that are
// alive, a fiber each. A partition that fails is taken over again after a pause that grows. Lives
// on one loop; all members are for fibers of that loop.
class Node {
 public:
  // The queue and the store are borrowed.
  Node(fiber::Environment environment, queue::Queue& queue, store::Store& store,
       NodeOptions options);
  ~Node();  // Stop() first
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Who is alive, this node included if it is. Takes over what falls to it from now on; then
  // partitions that fell to others are cut and left, all at the same time, which blocks.
  void SetAlive(const std::vector<std::string>& nodes);
  // Cuts and leaves all. Blocks until `deadline` at most; what is not cut by then its next owner
  // reads again.
  void Stop(Time deadline);

  // What it works and, of the coarse set `set` ("": none), the cards of `callee` ("": of all) since
  // the last cut of each partition, by the second. As of one moment, and as far as it knows:
  // another node may have taken over since it last looked.
  NodeLive Live(const std::string& set, const std::string& callee) const;
  // The same of the partitions of which the cut log shows that nobody else had taken them over when
  // this was called; the others do not count. Blocks, for kConfirmMaxMs at most.
  NodeLive ConfirmedLive(const std::string& set, const std::string& callee) const;
  // Works that partition and counts.
  bool Counts(uint32_t partition) const;
  // A collector of this process says that all it appended to the partition lies before `next`, and
  // `marker` of that. Nothing if the partition is not worked here, or not yet up to there.
  void Hear(uint32_t partition, uint64_t next, const v1::Marker& marker);

 private:
  struct Worker;
  using Workers = std::map<uint32_t, std::unique_ptr<Worker>>;

  LivePartition Tell(const Worker& worker) const;
  std::map<uint32_t, uint64_t> ConfirmedEpochs() const;
  void Start(uint32_t partition);
  void Leave(std::vector<std::unique_ptr<Worker>> workers);
  void LastCut(Worker& worker);
  void Run(Worker& worker);
  Status Work(Worker& worker);

  fiber::Environment environment_;
  queue::Queue& queue_;
  store::Store& store_;
  const NodeOptions options_;
  Workers workers_;
};

}  // namespace bellrock::metrics::compute
