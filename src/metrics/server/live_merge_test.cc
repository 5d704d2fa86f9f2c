// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/live_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/table_builder.h"

namespace bellrock::metrics::server {
namespace {

using compute::LivePartition;
using compute::NodeLive;

constexpr uint32_t kPartitions = 2;

LivePartition Partition(uint32_t number, uint64_t epoch, int64_t complete_until,
                        int64_t cut_until) {
  LivePartition partition;
  partition.number = number;
  partition.counts = true;
  partition.epoch = epoch;
  partition.moves = 2;
  partition.complete_until = complete_until;
  partition.cut_until = cut_until;
  return partition;
}

CardTable Calls(uint32_t count) {
  TableBuilder builder({Dimension::kCallee});
  const Card::Bucket bucket{100, count};
  builder.Add(std::vector<std::string_view>{"a/x"}, 60, {&bucket, 1});
  return builder.Take();
}

NodeLive Node(const std::string& name, std::vector<LivePartition> partitions, uint32_t calls = 0) {
  NodeLive node{name, std::move(partitions), {}};
  if (calls == 0) return node;
  for (const LivePartition& partition : node.partitions) {
    node.tables.push_back({partition.number, Calls(calls)});
  }
  return node;
}

uint64_t CallsIn(const LiveSum& sum) {
  uint64_t calls = 0;
  for (const CardTable& table : sum.tables) {
    for (const Card::Bucket& bucket : table.buckets) calls += bucket.count;
  }
  return calls;
}

TEST(LiveMerge, IsTheSumOfAllNodesAndAsCompleteAsTheLastOfThem) {
  LiveMerge merge(kPartitions);
  const LiveSum sum = merge.Merge(
      {Node("n1", {Partition(0, 1, 130, 120)}, 5), Node("n2", {Partition(1, 1, 127, 60)}, 7)});
  EXPECT_EQ(CallsIn(sum), 12u);
  EXPECT_EQ(sum.complete_until, 127);
  EXPECT_EQ(sum.cut_until, 60);
  EXPECT_TRUE(sum.settled);
}

TEST(LiveMerge, APartitionThatTwoTellOfCountsOnceByTheHigherEpoch) {
  for (const bool old_first : {true, false}) {
    LiveMerge merge(1);
    std::vector<NodeLive> nodes = {Node("old", {Partition(0, 3, 190, 60)}, 100),
                                   Node("new", {Partition(0, 4, 185, 120)}, 7)};
    if (!old_first) std::swap(nodes[0], nodes[1]);
    const LiveSum sum = merge.Merge(std::move(nodes));
    EXPECT_EQ(CallsIn(sum), 7u);
    EXPECT_EQ(sum.complete_until, 185);
    EXPECT_EQ(sum.cut_until, 120);
  }
}

TEST(LiveMerge, WhoWasReplacedCountsNoMoreThoughItsSuccessorIsSilent) {
  LiveMerge merge(1);
  (void)merge.Merge({Node("new", {Partition(0, 4, 185, 120)}, 7)});
  const LiveSum sum = merge.Merge({Node("old", {Partition(0, 3, 200, 60)}, 100)});
  EXPECT_EQ(CallsIn(sum), 0u);
  EXPECT_EQ(sum.complete_until, 120);
}

TEST(LiveMerge, APartitionThatNobodyWorksIsCompleteAsFarAsItsCuts) {
  LiveMerge merge(kPartitions);
  EXPECT_EQ(merge.Merge({Node("n1", {Partition(0, 1, 130, 120)})}).complete_until, 0)
      << "nothing was ever heard of partition 1";
  (void)merge.Merge(
      {Node("n1", {Partition(0, 1, 130, 120)}), Node("n2", {Partition(1, 1, 131, 60)})});
  const LiveSum sum = merge.Merge({Node("n1", {Partition(0, 1, 135, 120)})});
  EXPECT_EQ(sum.complete_until, 60);
  EXPECT_EQ(sum.cut_until, 60);
  EXPECT_EQ(merge.Merge({}).complete_until, 60);
}

TEST(LiveMerge, WhoHasNotTakenOverYetTellsNothing) {
  LiveMerge merge(1);
  LivePartition partition = Partition(0, 5, 130, 120);
  partition.counts = false;
  EXPECT_EQ(merge.Merge({Node("n1", {partition})}).complete_until, 0);
}

TEST(LiveMerge, IsNotSettledWhileCallsMove) {
  LiveMerge merge(kPartitions);
  LivePartition moving = Partition(1, 1, 60, 60);
  moving.moves = 3;
  EXPECT_FALSE(
      merge.Merge({Node("n1", {Partition(0, 1, 130, 120)}), Node("n2", {moving})}).settled);
}

TEST(LiveMerge, TheVersionChangesWithEveryMoveAndOwner) {
  LiveMerge merge(kPartitions);
  const auto version = [&](std::vector<LivePartition> partitions) {
    return merge.Merge({Node("n", std::move(partitions))}).version;
  };
  LivePartition moved = Partition(1, 7, 0, 0);
  moved.moves = 4;
  const std::vector<uint64_t> versions = {
      version({}),
      version({Partition(0, 7, 0, 0)}),
      version({Partition(1, 7, 0, 0)}),
      version({Partition(0, 7, 0, 0), Partition(1, 7, 0, 0)}),
      version({Partition(0, 7, 0, 0), moved}),
      version({Partition(0, 7, 0, 0), Partition(1, 8, 0, 0)}),
  };
  for (size_t i = 0; i < versions.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(versions[i], versions[j]) << i << " and " << j;
  }
  EXPECT_EQ(version({Partition(0, 7, 9, 9), Partition(1, 8, 0, 0)}), versions[5])
      << "what comes meanwhile moves nothing";
}

TEST(LiveMerge, WhatAStrangerTellsOfNoPartitionIsPassedOver) {
  LiveMerge merge(1);
  EXPECT_EQ(CallsIn(merge.Merge({Node("n", {Partition(7, 1, 5, 5)}, 3)})), 0u);
}

TEST(LiveMerge, RowsNameWhoWorksEachPartitionAndWhyNobodyDoes) {
  LiveMerge merge(3);
  LivePartition failing = Partition(1, 2, 0, 0);
  failing.counts = false;
  failing.error = "the store is away";
  const auto rows = merge.Rows(
      {Node("n1", {Partition(0, 2, 9, 9)}), Node("n2", {Partition(0, 1, 9, 9), failing})});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].node, "n1");
  EXPECT_TRUE(rows[0].told.counts);
  EXPECT_EQ(rows[1].node, "n2");
  EXPECT_FALSE(rows[1].told.counts);
  EXPECT_EQ(rows[1].told.error, "the store is away");
  EXPECT_EQ(rows[2].node, "");
  EXPECT_EQ(rows[2].told.number, 2u);
}

}  // namespace
}  // namespace bellrock::metrics::server
