// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/live_merge.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/splitmix.h"

namespace bellrock::metrics::server {

std::vector<LiveMerge::Winner> LiveMerge::Winners(const std::vector<compute::NodeLive>& nodes) {
  std::vector<Winner> winners(known_.size());
  for (const compute::NodeLive& node : nodes) {
    for (const compute::LivePartition& told : node.partitions) {
      if (told.number >= known_.size() || !told.counts) continue;
      Known& known = known_[told.number];
      if (told.epoch < known.epoch) continue;
      known.epoch = told.epoch;
      known.cut_until = std::max(known.cut_until, told.cut_until);
      winners[told.number] = {&node, &told};
    }
  }
  return winners;
}

LiveSum LiveMerge::Merge(std::vector<compute::NodeLive> nodes) {
  const std::vector<Winner> winners = Winners(nodes);
  LiveSum sum;
  sum.complete_until = sum.cut_until = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < winners.size(); ++i) {
    const compute::LivePartition* told = winners[i].told;
    const int64_t stored = known_[i].cut_until;
    sum.complete_until =
        std::min(sum.complete_until, told == nullptr ? stored : told->complete_until);
    sum.cut_until = std::min(sum.cut_until, stored);
    sum.version = MixBits(sum.version ^ (told == nullptr ? 0 : told->epoch));
    sum.version = MixBits(sum.version ^ (told == nullptr ? 0 : told->moves));
    if (told != nullptr && told->moves % 2 == 1) sum.settled = false;
  }
  for (compute::NodeLive& node : nodes) {
    for (compute::LiveTable& live : node.tables) {
      if (live.partition >= winners.size() || winners[live.partition].node != &node) continue;
      sum.tables.push_back(std::move(live.table));
    }
  }
  return sum;
}

std::vector<LiveMerge::Row> LiveMerge::Rows(const std::vector<compute::NodeLive>& nodes) {
  std::vector<Row> rows(known_.size());
  // Of those that nobody works, who tries to and why it fails.
  for (const compute::NodeLive& node : nodes) {
    for (const compute::LivePartition& told : node.partitions) {
      if (told.number < rows.size()) rows[told.number] = {node.node, told};
    }
  }
  const std::vector<Winner> winners = Winners(nodes);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].told.number = static_cast<uint32_t>(i);
    rows[i].told.counts = false;
    if (winners[i].node != nullptr) rows[i] = {winners[i].node->node, *winners[i].told};
  }
  return rows;
}

}  // namespace bellrock::metrics::server
