// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/hybrid_clock.h"

#include <gtest/gtest.h>

#include <random>

namespace bellrock::naming::replica {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

TEST(HybridClock, FollowsTheWallClockAndCountsWithinAMillisecond) {
  HybridClock clock;
  const Hlc first = clock.Stamp(kNow);
  EXPECT_EQ(first.unix_ms(), kNow);
  const Hlc second = clock.Stamp(kNow);
  EXPECT_LT(first, second);
  EXPECT_EQ(second.unix_ms(), kNow);
  EXPECT_EQ(clock.Stamp(kNow + 1).unix_ms(), kNow + 1);
}

TEST(HybridClock, AJumpBackNeverGivesAnEarlierTimestamp) {
  HybridClock clock;
  const Hlc before = clock.Stamp(kNow);
  const Hlc after = clock.Stamp(kNow - 5'000);
  EXPECT_LT(before, after);
  EXPECT_EQ(after.unix_ms(), kNow);
}

TEST(HybridClock, WhatWasSeenIsEarlierThanWhatFollowsDespiteASkewOfTenSeconds) {
  HybridClock fast, slow;
  const Hlc seen = fast.Stamp(kNow + 5'000);
  EXPECT_TRUE(slow.Observe(seen, kNow - 5'000));
  EXPECT_LT(seen, slow.Stamp(kNow - 5'000));
}

TEST(HybridClock, ATimestampFromABrokenClockDoesNotDragOursButIsOverwritten) {
  HybridClock clock;
  const Hlc poison{static_cast<uint64_t>(kNow + 3'600'000) << 16};
  EXPECT_FALSE(clock.Observe(poison, kNow));
  EXPECT_EQ(clock.refused(), 1u);
  EXPECT_EQ(clock.Stamp(kNow).unix_ms(), kNow);
  EXPECT_LT(poison, clock.Stamp(kNow, poison));
  EXPECT_EQ(clock.Stamp(kNow + 1).unix_ms(), kNow + 1);
}

TEST(HybridClock, ACountThatOverflowsCarriesIntoTheMilliseconds) {
  HybridClock clock;
  Hlc last = clock.Stamp(kNow);
  for (int i = 0; i < 70'000; ++i) {
    const Hlc next = clock.Stamp(kNow);
    ASSERT_LT(last, next);
    last = next;
  }
  EXPECT_EQ(last.unix_ms(), kNow + 1);
}

// The bound of the paper: never further ahead than the fastest clock that was heard.
TEST(HybridClock, StaysWithinTheSkewOfTheClocksThatTalk) {
  std::mt19937_64 random(20260301);
  constexpr int64_t kSkews[] = {-5'000, 0, 5'000};
  HybridClock clocks[3];
  for (int64_t now = kNow; now < kNow + 20'000; now += 1 + static_cast<int64_t>(random() % 20)) {
    const size_t from = random() % 3, to = random() % 3;
    const Hlc sent = clocks[from].Stamp(now + kSkews[from]);
    ASSERT_TRUE(clocks[to].Observe(sent, now + kSkews[to]));
    ASSERT_LE(sent.unix_ms(), now + 5'000 + 1);
  }
}

}  // namespace
}  // namespace bellrock::naming::replica
