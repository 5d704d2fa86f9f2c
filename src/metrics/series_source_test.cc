// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_source.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "metrics/bounds.h"

namespace bellrock::metrics {
namespace {

constexpr SeriesName kName{"custom:shop/cart", "logins", "/sz/d/shop/cart/default/1", "vip=yes"};

TEST(SeriesSourceTest, ACounterKeepsCountsBeyond32Bits) {
  v1::PushRequest push;
  AddCounter(kName, 7, 10'000'000'000, push);
  ASSERT_EQ(push.cards_size(), 1);
  EXPECT_EQ(push.cards(0).second(), 7);
  EXPECT_EQ(push.cards(0).dimensions().result(), "COUNTER");
  EXPECT_EQ(push.cards(0).dimensions().caller(), "vip=yes");
  const auto card = Card::Decode(push.cards(0));
  ASSERT_TRUE(card.ok()) << card.status().ToString();
  EXPECT_EQ(card->calls(), 10'000'000'000u);
  EXPECT_EQ(card->max_us(), 0u);
}

TEST(SeriesSourceTest, NothingIsToldOfACounterThatStoodStill) {
  v1::PushRequest push;
  AddCounter(kName, 7, 0, push);
  EXPECT_EQ(push.cards_size(), 0);
}

TEST(SeriesSourceTest, AGaugeIsOneSampleOfItsValueAtMost32Bits) {
  v1::PushRequest push;
  AddGauge(kName, 7, 0, push);
  AddGauge(kName, 7, uint64_t{1} << 40, push);
  ASSERT_EQ(push.cards_size(), 2);
  EXPECT_EQ(Card::Decode(push.cards(0))->max_us(), 0u);
  EXPECT_EQ(Card::Decode(push.cards(0))->calls(), 1u);
  EXPECT_EQ(Card::Decode(push.cards(1))->max_us(), std::numeric_limits<uint32_t>::max());
}

TEST(SeriesSourceTest, ADistributionOfManyValuesIsToldInSeveralCards) {
  std::vector<uint32_t> values(kBucketsPerCardMax + 10);
  for (uint32_t i = 0; i < values.size(); ++i) values[i] = i;
  v1::PushRequest push;
  AddCard(kName, 7, Card::FromLatencies(values), push);
  ASSERT_EQ(push.cards_size(), 2);
  Card sum = *Card::Decode(push.cards(0));
  sum.Merge(*Card::Decode(push.cards(1)));
  EXPECT_EQ(sum, Card::FromLatencies(values));
}

}  // namespace
}  // namespace bellrock::metrics
