// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/upkeep.h"

#include <gtest/gtest.h>

#include "metrics/store/memory_store.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

constexpr int64_t kNow = 1'800'000'000;  // begins a minute
constexpr int64_t kMinute = 60;

class UpkeepTest : public ::testing::Test {
 protected:
  void Write(uint64_t cut, int64_t window, const std::string& callee = "a/b",
             store::Grain grain = store::Grain::kMinute) {
    CardTable table;
    table.dimensions = {Dimension::kCallee};
    table.names = {callee};
    table.keys = {{0}};
    table.seconds = {window};
    table.buckets = {{7, 1}};
    table.ends = {1};
    ASSERT_TRUE(store_.Write({0, cut}, {{{grain, "callee", callee}, window, table}}).ok());
  }
  size_t Blocks(int64_t window, const std::string& callee = "a/b",
                store::Grain grain = store::Grain::kMinute) {
    size_t blocks = 0;
    const Status status =
        store_.Scan({grain, "callee", callee}, window, window + 1, [&](const store::Block&) {
          ++blocks;
          return true;
        });
    EXPECT_TRUE(status.ok());
    return blocks;
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  store::MemoryStore store_;
  std::vector<DimensionSet> sets_ = {*ParseDimensionSet("callee")};
  Upkeep upkeep_{environment_, store_, sets_};
};

TEST_F(UpkeepTest, AWindowIsMergedWhenStragglersHadTheirTime) {
  const int64_t window = kNow - Upkeep::kMergeAfterSeconds;
  Write(1, window);
  Write(2, window);
  Write(1, window + kMinute);
  Write(2, window + kMinute);
  while (Blocks(window) > 1) ASSERT_TRUE(upkeep_.Round(kNow).ok());
  EXPECT_EQ(Blocks(window + kMinute), 2u);
  ASSERT_TRUE(upkeep_.Round(kNow + kMinute).ok());
  EXPECT_EQ(Blocks(window + kMinute), 1u);
}

TEST_F(UpkeepTest, RoundsThatWereMissedAreMadeUpFor) {
  ASSERT_TRUE(upkeep_.Round(kNow).ok());
  const int64_t window = kNow + kMinute;
  Write(1, window);
  Write(2, window);
  for (int round = 0; round < 10; ++round) ASSERT_TRUE(upkeep_.Round(kNow + 3600).ok());
  EXPECT_EQ(Blocks(window), 1u);
}

TEST_F(UpkeepTest, AnHourIsMergedWhenItHasEndedAndItsDayWithIt) {
  const int64_t hour = kNow - kNow % 3600;
  const int64_t day = kNow - kNow % 86400;
  for (const uint64_t cut : {1, 2}) {
    Write(cut, hour, "a/b", store::Grain::kHour);
    Write(cut, day, "a/b", store::Grain::kDay);
  }
  const int64_t settled = hour + 3600 + Upkeep::kMergeAfterSeconds;
  for (int round = 0; round < 5; ++round) ASSERT_TRUE(upkeep_.Round(settled - 1).ok());
  EXPECT_EQ(Blocks(hour, "a/b", store::Grain::kHour), 2u);
  ASSERT_TRUE(upkeep_.Round(settled).ok());
  EXPECT_EQ(Blocks(hour, "a/b", store::Grain::kHour), 1u);
  EXPECT_EQ(Blocks(day, "a/b", store::Grain::kDay), 1u);
}

TEST_F(UpkeepTest, WhatCameDaysLateIsMergedToo) {
  const int64_t day = kNow - kNow % 86400;
  int rounds = 0;
  const int64_t late = day - Upkeep::kMergedAgainDays * 86400;
  for (const uint64_t cut : {1, 2}) {
    Write(cut, late + 3600, "a/b", store::Grain::kHour);
    Write(cut, late, "a/b", store::Grain::kDay);
  }
  while (Blocks(late, "a/b", store::Grain::kDay) > 1 && rounds++ < 10) {
    ASSERT_TRUE(upkeep_.Round(day + 86400 + Upkeep::kMergeAfterSeconds).ok());
  }
  EXPECT_EQ(Blocks(late + 3600, "a/b", store::Grain::kHour), 1u);
  EXPECT_EQ(Blocks(late, "a/b", store::Grain::kDay), 1u);
}

TEST_F(UpkeepTest, WhatIsOlderThanTheRetentionIsForgotten) {
  Write(1, kNow - Retention().minutes - kMinute);
  Write(1, kNow - Retention().minutes);
  ASSERT_TRUE(upkeep_.Round(kNow).ok());
  EXPECT_EQ(Blocks(kNow - Retention().minutes - kMinute), 0u);
  EXPECT_EQ(Blocks(kNow - Retention().minutes), 1u);
}

}  // namespace
}  // namespace bellrock::metrics::server
