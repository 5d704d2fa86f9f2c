// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics {

// Sums many cards to read exact percentiles from the sum, without building the merged card:
// latencies below 65.5 ms count in a dense array with a sum per block, so that adding is two
// additions and reading skips whole blocks; the rest is sorted when read. Reused between groups and
// seconds with Clear(). Not thread-safe.
class Tally {
 public:
  Tally();

  void Add(const Card& card);
  uint64_t calls() const { return calls_; }
  uint32_t max_us() const { return max_us_; }
  // 0 when empty.
  uint32_t PercentileUs(Quantile quantile);
  void Clear();

 private:
  static constexpr uint32_t kBlocks = 64;
  static constexpr uint32_t kBlockSize = 1024;
  static constexpr uint32_t kDense = kBlocks * kBlockSize;

  std::vector<uint64_t> dense_;
  std::array<uint64_t, kBlocks> block_calls_{};
  std::vector<Card::Bucket> slow_;
  bool slow_sorted_ = true;
  uint64_t dense_calls_ = 0;
  uint64_t calls_ = 0;
  uint32_t max_us_ = 0;
};

}  // namespace bellrock::metrics
