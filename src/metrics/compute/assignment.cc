// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/assignment.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/splitmix.h"

namespace bellrock::metrics::compute {
namespace {

struct Candidate {
  const std::string* node;
  uint64_t hash;
  uint32_t held = 0;
};

// The one with the highest weight for this partition that has room.
Candidate& Choose(uint32_t partition, uint32_t share, std::vector<Candidate>& candidates) {
  const auto weight = [&](const Candidate& candidate) {
    return std::pair(candidate.held < share, MixBits(candidate.hash ^ MixBits(partition)));
  };
  return *std::max_element(candidates.begin(), candidates.end(),
                           [&](const auto& a, const auto& b) { return weight(a) < weight(b); });
}

}  // namespace

std::vector<uint32_t> PartitionsOf(const std::string& node, const std::vector<std::string>& nodes,
                                   uint32_t partitions) {
  std::vector<std::string> alive = nodes;
  std::sort(alive.begin(), alive.end());
  alive.erase(std::unique(alive.begin(), alive.end()), alive.end());
  std::vector<Candidate> candidates;
  for (const std::string& name : alive) {
    candidates.push_back({.node = &name, .hash = XXH3_64bits(name.data(), name.size())});
  }
  std::vector<uint32_t> mine;
  if (candidates.empty()) return mine;
  const auto count = static_cast<uint32_t>(candidates.size());
  const uint32_t share = (partitions + count - 1) / count;
  for (uint32_t partition = 0; partition < partitions; ++partition) {
    Candidate& chosen = Choose(partition, share, candidates);
    ++chosen.held;
    if (*chosen.node == node) mine.push_back(partition);
  }
  return mine;
}

}  // namespace bellrock::metrics::compute
