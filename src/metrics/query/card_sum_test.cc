// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/card_sum.h"

#include <gtest/gtest.h>

#include <vector>

namespace bellrock::metrics::query {
namespace {

Card CardOf(std::vector<uint32_t> latencies) {
  return Card::FromLatencies(latencies);
}

TEST(CardSum, SlidesLikeTheSumOfItsWindow) {
  const std::vector<Card> cards = {CardOf({1, 1, 5}), CardOf({5, 9}), CardOf({2}), CardOf({})};
  CardSum sliding;
  for (const Card& card : cards) sliding.Add(card);
  sliding.Subtract(cards[0]);
  CardSum fresh;
  for (size_t i = 1; i < cards.size(); ++i) fresh.Add(cards[i]);
  EXPECT_EQ(sliding, fresh);
  EXPECT_EQ(sliding.calls(), 3u);
  EXPECT_EQ(sliding.sum_us(), 16u);
  for (size_t i = 1; i < cards.size(); ++i) sliding.Subtract(cards[i]);
  EXPECT_EQ(sliding, CardSum());
}

TEST(CardSum, APercentileIsTheLatencyOfTheCallAtTheNearestRank) {
  std::vector<uint32_t> latencies;
  for (uint32_t i = 1; i <= 100; ++i) latencies.push_back(i * 10);
  CardSum sum;
  sum.Add(CardOf(latencies));
  EXPECT_EQ(sum.PercentileUs(0.07), 70u);  // 0.07 * 100 is a little more than 7 in a double
  EXPECT_EQ(sum.PercentileUs(0.071), 80u);
  EXPECT_EQ(sum.PercentileUs(0.5), 500u);
  EXPECT_EQ(sum.PercentileUs(0.999999), 1000u);
  EXPECT_EQ(sum.PercentileUs(0), 10u);
  EXPECT_EQ(sum.PercentileUs(1), 1000u);
  EXPECT_EQ(CardSum().PercentileUs(0.5), 0u);
}

TEST(CardSum, ABucketHoldsItsBound) {
  CardSum sum;
  sum.Add(CardOf({10, 10, 20}));
  EXPECT_EQ(sum.CallsUpTo(9), 0u);
  EXPECT_EQ(sum.CallsUpTo(10), 2u);
  EXPECT_EQ(sum.CallsUpTo(20), 3u);
}

TEST(CardSum, KeepsCountsBeyond32Bits) {
  CardSum sum;
  CardSum many;
  many.Add(CardOf({7}));
  for (int i = 0; i < 33; ++i) many.Add(CardSum(many));
  sum.Add(many);
  EXPECT_EQ(sum.calls(), uint64_t{1} << 33);
  ASSERT_EQ(sum.counts().size(), 1u);
}

}  // namespace
}  // namespace bellrock::metrics::query
