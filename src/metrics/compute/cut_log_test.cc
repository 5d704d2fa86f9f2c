// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/cut_log.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/splitmix.h"

namespace bellrock::metrics::compute {
namespace {

v1::CutRecord Record(uint64_t epoch, const std::string& node, uint64_t number, uint64_t from,
                     uint64_t to) {
  v1::CutRecord record;
  record.set_epoch(epoch);
  record.set_node(node);
  record.set_number(number);
  record.set_from(from);
  record.set_to(to);
  return record;
}

TEST(CutLogTest, CutsFollowEachOther) {
  CutLog log;
  EXPECT_TRUE(log.Apply(log.Takeover("a")));
  EXPECT_TRUE(log.Apply(log.Next(10)));
  EXPECT_TRUE(log.Apply(log.Next(25)));
  EXPECT_EQ(log.last(), (Cut{.number = 2, .from = 10, .to = 25}));
}

TEST(CutLogTest, ACutWithAGapOrAnOverlapDoesNotHold) {
  CutLog log;
  log.Apply(log.Takeover("a"));
  log.Apply(log.Next(10));
  EXPECT_FALSE(log.Apply(Record(1, "a", 2, 11, 20)));
  EXPECT_FALSE(log.Apply(Record(1, "a", 2, 9, 20)));
  EXPECT_FALSE(log.Apply(Record(1, "a", 1, 10, 20)));
  EXPECT_FALSE(log.Apply(Record(1, "a", 3, 10, 20)));
  EXPECT_EQ(log.last().number, 1u);
}

TEST(CutLogTest, ANodeThatWasPausedIsPassedOver) {
  CutLog log;
  log.Apply(log.Takeover("a"));
  const v1::CutRecord late = log.Next(10);
  EXPECT_TRUE(log.Apply(log.Takeover("b")));
  EXPECT_FALSE(log.Apply(late));
  EXPECT_TRUE(log.Apply(log.Next(7)));
  EXPECT_EQ(log.node(), "b");
  EXPECT_EQ(log.last().to, 7u);
}

TEST(CutLogTest, OfTwoTakeoversAtOnceTheFirstInTheLogHolds) {
  CutLog log;
  const v1::CutRecord a = log.Takeover("a");
  const v1::CutRecord b = log.Takeover("b");
  EXPECT_TRUE(log.Apply(b));
  EXPECT_FALSE(log.Apply(a));
  EXPECT_FALSE(log.Apply(Record(1, "a", 1, 0, 5)));
  EXPECT_TRUE(log.Apply(Record(1, "b", 1, 0, 5)));
}

TEST(CutLogTest, ATrimmedLogGoesOnFromItsFirstCut) {
  CutLog log;
  EXPECT_TRUE(log.Apply(Record(4, "c", 70, 900, 1000)));
  EXPECT_EQ(log.epoch(), 4u);
  EXPECT_FALSE(log.Apply(Record(3, "b", 71, 1000, 1100)));
  EXPECT_TRUE(log.Apply(log.Next(1100)));
}

// Whatever three nodes append from stale views, the cuts that hold tile the offsets.
TEST(CutLogTest, CutsThatHoldTileTheOffsetsInAnyInterleaving) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SplitMix64 random(seed);
    CutLog truth;
    std::vector<CutLog> views(3);
    std::vector<v1::CutRecord> records;
    std::vector<size_t> seen(3, 0);
    uint64_t end = 0;
    for (int step = 0; step < 200; ++step) {
      const size_t node = random.Next() % 3;
      // A node reads some of what it has not read yet, then may append.
      const size_t upto = seen[node] + random.Next() % (records.size() - seen[node] + 1);
      for (; seen[node] < upto; ++seen[node]) views[node].Apply(records[seen[node]]);
      const std::string name = std::to_string(node);
      records.push_back(random.Next() % 8 == 0 || views[node].node() != name
                            ? views[node].Takeover(name)
                            : views[node].Next(views[node].last().to + random.Next() % 50));
      if (!truth.Apply(records.back()) || records.back().number() == 0) continue;
      ASSERT_EQ(records.back().from(), end) << "seed " << seed;
      end = records.back().to();
    }
    // A reader that comes late decides the same.
    CutLog late;
    for (const v1::CutRecord& record : records) late.Apply(record);
    EXPECT_EQ(late.last(), truth.last());
    EXPECT_EQ(late.epoch(), truth.epoch());
  }
}

}  // namespace
}  // namespace bellrock::metrics::compute
