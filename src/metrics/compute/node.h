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
  static constexpr Duration kMoveMax = std::chrono::seconds(10);

  struct Held {
    uint32_t partition = 0;
    bool counts = false;     // took over; else still reading what was before
    uint64_t cut = 0;        // number of the last
    uint64_t next = 0;       // offset of the next record
    uint64_t takeovers = 0;  // by this node
    Partition::Counts counted;
    std::string error;  // of the last failure; "" if it works
  };

  // The queue and the store are borrowed.
  Node(fiber::Environment environment, queue::Queue& queue, store::Store& store,
       NodeOptions options);
  ~Node();  // Stop() first
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Who is alive, this node included if it is. Partitions that fell to others are cut and left.
  void SetAlive(const std::vector<std::string>& nodes);
  // Cuts and leaves all. Blocks until `deadline` at most; what is not cut by then its next owner
  // reads again.
  void Stop(Time deadline);

  // What the cards of the coarse set `set` since the last cut come to, of all partitions that this
  // node works, by the second. Tables may hold rows of the same key and second.
  std::vector<CardTable> Live(const std::string& set);
  // A collector of this process says that all it appended to the partition lies before `next`, and
  // `marker` of that. Nothing if the partition is not worked here, or not yet up to there.
  void Hear(uint32_t partition, uint64_t next, const v1::Marker& marker);
  // The least second that is complete in all partitions worked here; 0 if one is not worked yet.
  int64_t complete_until() const;
  // The same for what the store has.
  int64_t cut_until() const;
  // Blocks until no calls are on their way from Live() to the store, which Live() wants; for the
  // moment. kUnavailable if that takes kMoveMax.
  Status Settle();
  // Changes whenever what Live() tells may have moved to the store.
  uint64_t generation() const;
  std::vector<Held> held() const;

 private:
  struct Worker;
  int64_t LeastOf(int64_t (Partition::*second)() const) const;
  bool Moving() const;
  void Start(uint32_t partition);
  void Leave(uint32_t partition);
  void Run(Worker& worker);
  Status Work(Worker& worker);

  fiber::Environment environment_;
  queue::Queue& queue_;
  store::Store& store_;
  const NodeOptions options_;
  std::map<uint32_t, std::unique_ptr<Worker>> workers_;
  uint64_t generation_ = 0;
};

}  // namespace bellrock::metrics::compute
