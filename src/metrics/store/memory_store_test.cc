// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/memory_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "metrics/store/block_rules.h"
#include "metrics/store/store_house_for_test.h"

namespace bellrock::metrics::store {
namespace {

class MemoryHouse final : public StoreHouse {
 public:
  Store& store() override { return store_; }

 private:
  MemoryStore store_;
};

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract,
                         testing::Values([] { return std::make_unique<MemoryHouse>(); }));

// The reference itself: whatever was merged or written twice, each contribution counts once.
TEST(MemoryStore, ReadersAlwaysSumToTheContributionsWritten) {
  MemoryStore store;
  const Shelf shelf = MinutesOf("a");
  uint64_t written = 0;
  for (uint64_t cut = 0; cut < 20; ++cut) {
    const uint32_t count = 1 + static_cast<uint32_t>(cut);
    written += count;
    for (int twice = 0; twice < 2; ++twice) {
      ASSERT_EQ(store.Write({1, cut}, {BlockOf(shelf, 0, {{"OK", 5, count}})}), Status::Ok());
      if (cut % 3 != 0) continue;
      ASSERT_EQ(store.Merge(shelf, 0), Status::Ok());
    }
    uint64_t read = 0;
    ASSERT_EQ(store.Scan(shelf, 0, 60,
                         [&](const Block& block) {
                           for (const auto& bucket : block.table.buckets) read += bucket.count;
                           return true;
                         }),
              Status::Ok());
    EXPECT_EQ(read, written);
  }
}

TEST(ContributionSet, IsReadAsItWasWritten) {
  ContributionSet set;
  for (const Contribution& next : {Contribution{2, 1}, {1, uint64_t{1} << 40}, {2, 1}, {1, 3}}) {
    set.Insert(next);
  }
  EXPECT_EQ(set.size(), 3u);
  EXPECT_TRUE(set.Contains({1, 3}));
  EXPECT_FALSE(set.Contains({1, 4}));
  EXPECT_EQ(ContributionSet::Decode(set.Encode()).value(), set);
}

TEST(ContributionSet, CutsWithoutAGapAreOneRunInWhateverOrderTheyCome) {
  std::vector<uint64_t> cuts(1440);
  std::iota(cuts.begin(), cuts.end(), 7);
  std::shuffle(cuts.begin(), cuts.end(), std::mt19937_64(1));
  ContributionSet set;
  for (const uint64_t cut : cuts) {
    set.Insert({3, cut});
    EXPECT_TRUE(set.Contains({3, cut}));
    EXPECT_FALSE(set.Contains({2, cut}));
  }
  EXPECT_EQ(set.runs(), 1u);
  EXPECT_EQ(set.size(), 1440u);
  EXPECT_FALSE(set.Contains({3, 6}));
  EXPECT_FALSE(set.Contains({3, 1447}));
  set.Insert({4, 1447});  // of another partition, no continuation
  EXPECT_EQ(set.runs(), 2u);
}

TEST(ContributionSet, RefusesBytesThatAreNoList) {
  ContributionSet set;
  set.Insert({1, 1});
  const std::string one = set.Encode();
  for (const std::string& bytes : {one + "x", one + one}) {
    EXPECT_EQ(ContributionSet::Decode(bytes).status().code(), StatusCode::kDataLoss);
  }
}

TEST(BlockRules, AMergedBlockRemembersABoundedNumberOfRuns) {
  EXPECT_TRUE(CheckMerge(MinutesOf("a"), 60, kRunsPerWindowMax, {}).ok());
  const Status refused = CheckMerge(MinutesOf("a"), 60, kRunsPerWindowMax + 1, {});
  EXPECT_EQ(refused.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("65537 runs"));
}

}  // namespace
}  // namespace bellrock::metrics::store
