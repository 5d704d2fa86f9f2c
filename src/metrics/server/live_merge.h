// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/compute/live.h"

namespace bellrock::metrics::server {

// What all nodes together know and the store does not have yet.
struct LiveSum {
  std::vector<CardTable> tables;
  int64_t complete_until = 0;  // the least of all partitions
  int64_t cut_until = 0;
  // The same number before and after a look at the store: nothing has moved meanwhile.
  uint64_t version = 0;
  bool settled = true;  // no calls are on their way to the store
};

// Puts together what nodes tell. Of a partition that several tell of, as while it passes from one
// to the other, the one with the highest epoch counts, and none counts that is older than one heard
// of before. A partition that nobody tells of holds back what is complete, at what its cuts had
// brought to the store when it was last heard of. Pure; not thread-safe.
class LiveMerge {
 public:
  explicit LiveMerge(uint32_t partitions) : known_(partitions) {}

  LiveSum Merge(std::vector<compute::NodeLive> nodes);

  // Who works a partition.
  struct Row {
    std::string node;
    compute::LivePartition told;
  };
  // One for each partition; of those that nobody works, `told.counts` is false.
  std::vector<Row> Rows(const std::vector<compute::NodeLive>& nodes);

 private:
  struct Known {
    uint64_t epoch = 0;
    int64_t cut_until = 0;
  };
  // By partition; node is none if nobody works it.
  struct Winner {
    const compute::NodeLive* node = nullptr;
    const compute::LivePartition* told = nullptr;
  };
  std::vector<Winner> Winners(const std::vector<compute::NodeLive>& nodes);

  std::vector<Known> known_;
};

}  // namespace bellrock::metrics::server
