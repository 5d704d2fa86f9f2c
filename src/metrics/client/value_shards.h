// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "metrics/bounds.h"
#include "metrics/card.h"

namespace bellrock::metrics::client {

struct ValueShardBounds {
  size_t values_max = 1 << 16;                  // of a shard before they are made into a card
  size_t buckets_max = kBucketsPerCardMax / 4;  // of a shard's card; beyond it values are lost
};

// Values of a distribution on their way to a card. Threads write to different shards, each behind a
// lock that is hardly ever contended. Many values are made into a card at once, so that memory goes
// with the distinct ones. Any thread.
class ValueShards {
 public:
  explicit ValueShards(ValueShardBounds bounds = {}) : bounds_(bounds) {}

  void Add(uint32_t value);
  // All that was added since the last time.
  Card Take();
  // How many were lost since the last time, for want of room.
  uint64_t TakeLost();

 private:
  static constexpr size_t kShards = 8;
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<uint32_t> values;
    Card card;
    uint64_t lost = 0;
  };

  const ValueShardBounds bounds_;
  std::array<Shard, kShards> shards_;
};

}  // namespace bellrock::metrics::client
