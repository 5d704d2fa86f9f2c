// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/spread_plan.h"

#include <gtest/gtest.h>

#include <set>

#include "metrics/spread.h"

namespace bellrock::metrics {
namespace {

constexpr uint32_t kPartitions = 16;

void Period(SpreadPlan& plan, uint64_t big, uint64_t small) {
  plan.Count("big", big);
  for (int i = 0; i < 100; ++i) plan.Count("small" + std::to_string(i), small);
  plan.EndPeriod();
}

TEST(SpreadPlanTest, AServiceThatOutgrowsAPartitionIsSpreadAtOnce) {
  SpreadPlan plan(kPartitions);
  Period(plan, 1000, 1000);
  EXPECT_TRUE(plan.spreads().empty());
  // Nearly all calls are its own: every partition takes part.
  Period(plan, 1'000'000, 1);
  EXPECT_EQ(plan.spreads().at("big"), kPartitions);
  EXPECT_EQ(plan.spreads().size(), 1u);
}

TEST(SpreadPlanTest, ASpreadServiceIsLessThanTheShareOfEachPartition) {
  SpreadPlan plan(kPartitions);
  Period(plan, 25'000, 1'000);  // a fifth of all
  const double fair = 125'000.0 / kPartitions;
  EXPECT_LE(25'000.0 / plan.spreads().at("big"), fair * SpreadPlan::kHotShare);
}

TEST(SpreadPlanTest, ItComesTogetherAgainAfterALongCalm) {
  SpreadPlan plan(kPartitions);
  Period(plan, 1'000'000, 1);
  for (int i = 1; i < SpreadPlan::kCoolPeriods; ++i) Period(plan, 1000, 1000);
  EXPECT_EQ(plan.spreads().at("big"), kPartitions);
  Period(plan, 1000, 1000);
  EXPECT_EQ(plan.spreads().at("big"), kPartitions / 2);
  for (int i = 0; i < 3 * SpreadPlan::kCoolPeriods; ++i) plan.EndPeriod();
  EXPECT_TRUE(plan.spreads().empty());
}

TEST(SpreadPlanTest, AtLittleLoadNothingIsHot) {
  SpreadPlan plan(kPartitions);
  plan.Count("only", SpreadPlan::kEntriesMin - 1);
  plan.EndPeriod();
  EXPECT_TRUE(plan.spreads().empty());
}

TEST(SpreadTest, ASourceStaysAndSourcesSpread) {
  std::set<uint32_t> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string source = "host" + std::to_string(i);
    const uint32_t partition = PartitionOf("a/b", source, 4, kPartitions);
    EXPECT_EQ(partition, PartitionOf("a/b", source, 4, kPartitions));
    seen.insert(partition);
  }
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_EQ(PartitionOf("a/b", "x", 1, kPartitions), PartitionOf("a/b", "y", 1, kPartitions));
  EXPECT_LT(PartitionOf("a/b", "x", 99, 3), 3u);
}

}  // namespace
}  // namespace bellrock::metrics
