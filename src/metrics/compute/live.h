// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/compute/partition.h"

namespace bellrock::metrics::compute {

// What a node says of a partition that it works.
struct LivePartition {
  uint32_t number = 0;
  // Took over, and has lately seen that nobody else did; else the rest may be of another's time.
  bool counts = false;
  uint64_t epoch = 0;  // of its takeover
  // Odd while calls are on their way to the store: then no table of it is told. The same epoch and
  // number of moves before and after a look at the store mean that nothing has moved meanwhile.
  uint64_t moves = 0;
  int64_t complete_until = 0;  // second up to which its calls are told, or stored
  int64_t cut_until = 0;       // second up to which they are stored
  uint64_t cut = 0;            // number of the last
  uint64_t next = 0;           // offset of the next record
  uint64_t takeovers = 0;      // by this node
  Partition::Counts counted;
  std::string error;  // why it is not worked, or of the last failure; "" if all is well
};

struct LiveTable {
  uint32_t partition = 0;
  CardTable table;
};

// What a node knows and the store does not have yet, as of one moment. Tables may hold rows of the
// same key and second.
struct NodeLive {
  std::string node;  // the run of the process
  std::vector<LivePartition> partitions;
  std::vector<LiveTable> tables;
};

// Asks one node, this process's or another's.
class LivePeer {
 public:
  virtual ~LivePeer() = default;
  // As Node::Live(). Blocks the fiber.
  virtual Result<NodeLive> Ask(const std::string& set, const std::string& callee) = 0;
};

}  // namespace bellrock::metrics::compute
