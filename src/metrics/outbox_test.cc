// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/outbox.h"

#include <gtest/gtest.h>

namespace bellrock::metrics {
namespace {

v1::PushRequest Calls(uint32_t calls) {
  v1::PushRequest push;
  v1::Card& card = *push.add_cards();
  card.add_latency_us_delta(1);
  card.add_count(calls);
  return push;
}

TEST(Outbox, NumbersPushesAndSumsTheirCalls) {
  Outbox outbox("h:1", 9);
  outbox.Add(Calls(3));
  outbox.Add(Calls(4));
  EXPECT_EQ(outbox.Try().sequence(), 1u);
  EXPECT_EQ(outbox.Try().calls_total(), 3u);
  EXPECT_EQ(outbox.Try().epoch(), 9u);
  outbox.Acknowledge();
  EXPECT_EQ(outbox.Try().sequence(), 2u);
  EXPECT_EQ(outbox.Try().calls_total(), 7u);
  outbox.Acknowledge();
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, WhatAMetricCountsIsNoCall) {
  Outbox outbox("h:1", 9);
  v1::PushRequest push = Calls(3);
  *push.add_cards() = push.cards(0);
  push.mutable_cards(1)->mutable_dimensions()->set_callee("custom:shop/cart");
  outbox.Add(std::move(push));
  EXPECT_EQ(outbox.Try().cards_size(), 2);
  EXPECT_EQ(outbox.calls_total(), 3u);
}

TEST(Outbox, BeyondItsPushesCardsJoinTheNewestUntriedPush) {
  Outbox outbox("h:1", 1, {.pushes_max = 2});
  outbox.Add(Calls(1));
  outbox.Try();
  for (int i = 0; i < 10; ++i) outbox.Add(Calls(1));
  EXPECT_EQ(outbox.size(), 2u);
  EXPECT_EQ(outbox.calls_dropped(), 0u);
  EXPECT_EQ(outbox.Try().cards_size(), 1);
  outbox.Acknowledge();
  EXPECT_EQ(outbox.Try().cards_size(), 10);
  EXPECT_EQ(outbox.Try().sequence(), 2u);
  EXPECT_EQ(outbox.Try().calls_total(), 11u);
}

TEST(Outbox, NeverChangesAPushThatWasTried) {
  Outbox outbox("h:1", 1, {.pushes_max = 1});
  outbox.Add(Calls(1));
  outbox.Try();
  outbox.Add(Calls(5));
  EXPECT_EQ(outbox.Try().cards_size(), 1);
  EXPECT_EQ(outbox.Try().calls_total(), 1u);
  EXPECT_EQ(outbox.calls_dropped(), 5u);
  outbox.Acknowledge();
  outbox.Add(Calls(2));
  EXPECT_EQ(outbox.Try().calls_total(), 8u);  // dropped ones included
}

TEST(Outbox, BeyondItsBytesCallsAreDroppedAndCounted) {
  const size_t one = Calls(1).ByteSizeLong();
  Outbox outbox("h:1", 1, {.bytes_max = 3 * one});
  for (int i = 0; i < 5; ++i) outbox.Add(Calls(1));
  EXPECT_EQ(outbox.size(), 3u);
  EXPECT_EQ(outbox.calls_dropped(), 2u);
  EXPECT_EQ(outbox.calls_total(), 5u);
  outbox.Try();
  outbox.Acknowledge();
  outbox.Add(Calls(1));  // room again
  EXPECT_EQ(outbox.size(), 3u);
}

TEST(Outbox, WhatIsRefusedForGoodIsDroppedAndCounted) {
  Outbox outbox("h:1", 1);
  outbox.Add(Calls(6));
  outbox.Lose(2, 100);
  outbox.Try();
  outbox.Refuse();
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.calls_dropped(), 8u);
  EXPECT_EQ(outbox.calls_total(), 8u);
}

TEST(Outbox, WhatWasDroppedIsToldWithTheNextPush) {
  Outbox outbox("h:1", 1, {.pushes_max = 1});
  outbox.Add(Calls(1));
  outbox.Try();
  v1::PushRequest dropped = Calls(5);
  dropped.mutable_cards(0)->set_second(77);
  dropped.mutable_cards(0)->mutable_dimensions()->set_callee("a/b");
  outbox.Add(dropped);
  outbox.Lose(3, 78);
  outbox.Acknowledge();
  outbox.Add(Calls(2));
  ASSERT_EQ(outbox.Try().lost_size(), 2);
  EXPECT_EQ(outbox.Try().lost(0).callee(), kOverflowName);
  EXPECT_EQ(outbox.Try().lost(0).calls(), 3u);
  EXPECT_EQ(outbox.Try().lost(1).callee(), "a/b");
  EXPECT_EQ(outbox.Try().lost(1).second(), 77);
  EXPECT_EQ(outbox.Try().lost(1).calls(), 5u);
  outbox.Refuse();  // told to nobody
  outbox.Add(Calls(1));
  EXPECT_EQ(outbox.Try().lost_size(), 3);
}

TEST(Outbox, APushKeepsTheSpreadsItWasMadeWith) {
  Outbox outbox("h:1", 1);
  v1::ServiceSpread spread;
  spread.set_callee("a/b");
  spread.set_partitions(4);
  outbox.Add(Calls(1));
  outbox.SetSpreads({spread});
  EXPECT_EQ(outbox.Try().spreads_size(), 0);
  outbox.Acknowledge();
  outbox.Add(Calls(1));
  ASSERT_EQ(outbox.Try().spreads_size(), 1);
  EXPECT_EQ(outbox.Try().spreads(0).partitions(), 4u);
}

}  // namespace
}  // namespace bellrock::metrics
