// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "routing/policy/keyed.h"

namespace bellrock::routing::policy {

// Jump consistent hash (Lamping and Veach, arXiv 1406.2294). Buckets are numbered, the members by
// rank: no table at all and the best balance, and a member that comes at the end takes 1/n of the
// keys. One that leaves renumbers all that come after it, and their keys move: for shards that are
// numbered and only ever added.
class Jump final : public KeyTable {
 public:
  // Of the buckets that a key jumps to, each is its own with the probability of its weight over the
  // heaviest; with equal weights the first. After so many the next is taken as it comes.
  static constexpr uint64_t kTriesMax = 64;

  // `members` by rank (ByRank).
  explicit Jump(std::span<const KeyedMember> members);

  size_t Choose(std::string_view key, std::span<uint16_t> out) const override;

  // The paper's function. `buckets` is not 0.
  static uint32_t BucketOf(uint64_t key, uint32_t buckets);

 private:
  bool Accepts(uint64_t hash, uint32_t bucket) const;

  std::vector<uint16_t> slots_;
  std::vector<uint32_t> weights_;  // empty: all are equal
  uint32_t heaviest_ = 1;
};

}  // namespace bellrock::routing::policy
