// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/partition.h"

#include <gtest/gtest.h>

namespace bellrock::metrics::compute {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kBegin = 1'800'000'000;  // begins a minute

class PartitionTest : public ::testing::Test {
 protected:
  // The word of a collector, as the next record.
  void Tell(const std::string& collector, int64_t second) {
    v1::CardMessage message;
    message.mutable_marker()->set_collector(collector);
    message.mutable_marker()->set_second(second);
    partition_.Apply(partition_.next(), message.SerializeAsString());
  }
  void Cut(int64_t unix_second) {
    partition_.BeginCut(unix_second);
    (void)partition_.TakeCut();
  }

  std::vector<DimensionSet> sets_ = {*ParseDimensionSet("callee/s")};
  Partition partition_{sets_};
};

TEST_F(PartitionTest, ACutIsDueWhenTheCollectorsHaveToldOfTheWholeMinute) {
  Tell("c1", kBegin + 30);
  Cut(kBegin + 33);
  Tell("c1", kBegin + 59);
  EXPECT_FALSE(partition_.CutDue(kBegin + kMinute + 3));
  Tell("c1", kBegin + kMinute);
  EXPECT_FALSE(partition_.CutDue(kBegin + kMinute + 2));
  EXPECT_TRUE(partition_.CutDue(kBegin + kMinute + 3));
}

TEST_F(PartitionTest, ACutWaitsForALateCollectorForAWhileOnly) {
  Tell("c1", kBegin + 30);
  Cut(kBegin + 33);
  Tell("c1", kBegin + 40);
  EXPECT_FALSE(partition_.CutDue(kBegin + kMinute + kCutLateSeconds - 1));
  EXPECT_TRUE(partition_.CutDue(kBegin + kMinute + kCutLateSeconds));
}

TEST_F(PartitionTest, WhatWasNotReadYetIsNotCut) {
  Tell("c1", kBegin - 20);
  Cut(kBegin + 5);
  EXPECT_EQ(partition_.cut_until(), kBegin - 20);
  Tell("c1", kBegin + 3);
  Cut(kBegin + 6);
  EXPECT_EQ(partition_.cut_until(), kBegin);
}

TEST_F(PartitionTest, TheNextOwnerKnowsAllCollectorsAndWhatIsCut) {
  Tell("c1", kBegin + 2);
  Tell("c2", kBegin + 1);
  Cut(kBegin + 5);
  Partition next(sets_);
  ASSERT_TRUE(next.Begin(partition_.next(), partition_.SaveMemory()).ok());
  EXPECT_EQ(next.cut_until(), kBegin);
  EXPECT_EQ(next.complete_until(), kBegin + 1);
  v1::CardMessage message;
  message.mutable_marker()->set_collector("c1");
  message.mutable_marker()->set_second(kBegin + 9);
  next.Apply(next.next(), message.SerializeAsString());
  EXPECT_EQ(next.complete_until(), kBegin + 1) << "the other has not told of more";
  EXPECT_FALSE(next.CutDue(kBegin + 30)) << "its minute was cut before";
}

TEST_F(PartitionTest, AMemoryThatCannotBeReadIsRefused) {
  EXPECT_EQ(partition_.Begin(7, "\xFF").code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bellrock::metrics::compute
