// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/value_shards.h"

#include <atomic>
#include <utility>

namespace bellrock::metrics::client {
namespace {

std::atomic<size_t> next_thread{0};

// Threads in turn. Called anew for each value, for its caller may go on in another thread.
[[gnu::noinline]] size_t NumberOfThisThread() {
  thread_local const size_t number = next_thread.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

void ValueShards::Add(uint32_t value) {
  Shard& shard = shards_[NumberOfThisThread() % kShards];
  std::lock_guard<std::mutex> lock(shard.mutex);
  shard.values.push_back(value);
  if (shard.values.size() < bounds_.values_max) return;
  if (shard.card.buckets().size() >= bounds_.buckets_max) {
    shard.lost += shard.values.size();
  } else {
    shard.card.Merge(Card::FromLatencies(shard.values));
  }
  shard.values.clear();
}

Card ValueShards::Take() {
  Card sum;
  for (Shard& shard : shards_) {
    std::vector<uint32_t> values;
    Card card;
    {
      std::lock_guard<std::mutex> lock(shard.mutex);
      values.swap(shard.values);
      card = std::exchange(shard.card, Card());
    }
    if (card.calls() > 0) sum.Merge(card);
    if (!values.empty()) sum.Merge(Card::FromLatencies(values));
  }
  return sum;
}

uint64_t ValueShards::TakeLost() {
  uint64_t lost = 0;
  for (Shard& shard : shards_) {
    std::lock_guard<std::mutex> lock(shard.mutex);
    lost += std::exchange(shard.lost, 0);
  }
  return lost;
}

}  // namespace bellrock::metrics::client
