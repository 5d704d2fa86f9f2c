// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/value_shards.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace bellrock::metrics::client {
namespace {

TEST(ValueShardsTest, NothingIsLostWhoeverAddsWhileOthersTake) {
  constexpr int kThreads = 10;
  constexpr uint32_t kValues = 20'000;
  ValueShards shards({.values_max = 100});
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&shards] {
      for (uint32_t value = 0; value < kValues; ++value) shards.Add(value % 50);
    });
  }
  Card sum;
  while (sum.calls() < uint64_t{kThreads} * kValues) sum.Merge(shards.Take());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum.calls(), uint64_t{kThreads} * kValues);
  ASSERT_EQ(sum.buckets().size(), 50u);
  for (const Card::Bucket& bucket : sum.buckets()) EXPECT_EQ(bucket.count, kThreads * kValues / 50);
  EXPECT_EQ(shards.TakeLost(), 0u);
}

TEST(ValueShardsTest, TellsWhatItHadNoRoomFor) {
  ValueShards shards({.values_max = 10, .buckets_max = 10});
  for (uint32_t value = 0; value < 35; ++value) shards.Add(value);
  EXPECT_EQ(shards.Take().calls(), 15u);
  EXPECT_EQ(shards.TakeLost(), 20u);
  EXPECT_EQ(shards.TakeLost(), 0u);
}

}  // namespace
}  // namespace bellrock::metrics::client
