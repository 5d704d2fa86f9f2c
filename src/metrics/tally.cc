// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tally.h"

#include <algorithm>

namespace bellrock::metrics {

Tally::Tally() : dense_(kDense) {}

void Tally::Add(const Card& card) {
  calls_ += card.calls();
  max_us_ = std::max(max_us_, card.max_us());
  for (const Card::Bucket& bucket : card.buckets()) {
    if (bucket.latency_us < kDense) {
      dense_[bucket.latency_us] += bucket.count;
      block_calls_[bucket.latency_us / kBlockSize] += bucket.count;
      dense_calls_ += bucket.count;
    } else {
      slow_.push_back(bucket);
      slow_sorted_ = false;
    }
  }
}

uint32_t Tally::PercentileUs(Quantile quantile) {
  const uint64_t rank = NearestRank(quantile, calls_);
  if (rank == 0) return 0;
  uint64_t seen = 0;
  if (rank <= dense_calls_) {
    uint32_t block = 0;
    while (seen + block_calls_[block] < rank) seen += block_calls_[block++];
    uint32_t latency_us = block * kBlockSize;
    while (seen + dense_[latency_us] < rank) seen += dense_[latency_us++];
    return latency_us;
  }
  if (!slow_sorted_) {
    std::sort(slow_.begin(), slow_.end(), [](const Card::Bucket& a, const Card::Bucket& b) {
      return a.latency_us < b.latency_us;
    });
    slow_sorted_ = true;
  }
  seen = dense_calls_;
  auto bucket = slow_.begin();
  while (seen + bucket->count < rank) seen += bucket++->count;
  return bucket->latency_us;
}

void Tally::Clear() {
  for (uint32_t block = 0; block < kBlocks; ++block) {
    if (block_calls_[block] == 0) continue;
    std::fill_n(dense_.begin() + block * kBlockSize, kBlockSize, 0);
    block_calls_[block] = 0;
  }
  slow_.clear();
  slow_sorted_ = true;
  dense_calls_ = calls_ = 0;
  max_us_ = 0;
}

}  // namespace bellrock::metrics
