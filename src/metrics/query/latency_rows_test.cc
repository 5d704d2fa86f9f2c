// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/latency_rows.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

namespace bellrock::metrics::query {
namespace {

using testing::ElementsAre;

constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();

TEST(LatencyRowsTest, AreTheFinestPreferredNumbersThatAreFewEnough) {
  EXPECT_THAT(LatencyRows(100, 900, 6), ElementsAre(100, 150, 220, 330, 470, 680, 1000));
  EXPECT_THAT(LatencyRows(100, 900, 5), ElementsAre(100, 220, 470, 1000));
}

TEST(LatencyRowsTest, ASingleLatencyHasOneRow) {
  EXPECT_THAT(LatencyRows(250, 250, 24), ElementsAre(240, 270));
  EXPECT_THAT(LatencyRows(0, 0, 24), ElementsAre(0, 1));
}

TEST(LatencyRowsTest, HoldEveryLatencyInAtMostAsManyRowsAsAsked) {
  for (size_t rows = 5; rows <= 96; ++rows) {
    for (const uint32_t least : {0u, 1u, 9u, 999u, 1'000'000u, kMost}) {
      for (const uint32_t most : {least, std::max(least, 12'345u), kMost}) {
        const std::vector<uint64_t> bounds = LatencyRows(least, most, rows);
        ASSERT_GE(bounds.size(), 2u);
        EXPECT_LE(bounds.size(), rows + 1) << least << " to " << most;
        EXPECT_LE(bounds.front(), least);
        EXPECT_GT(bounds.back(), most);
        EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
        EXPECT_EQ(std::adjacent_find(bounds.begin(), bounds.end()), bounds.end());
      }
    }
  }
}

TEST(LatencyRowsTest, EachCallIsCountedInTheRowThatHoldsIt) {
  std::vector<uint32_t> latencies = {99, 100, 100, 219, 220, 999};
  const Card card = Card::FromLatencies(latencies);
  EXPECT_THAT(CountByRow(card, {0, 100, 220, 470, 1000}), ElementsAre(1, 3, 1, 1));
  EXPECT_THAT(CountByRow(Card(), {0, 100, 220}), ElementsAre(0, 0));
}

}  // namespace
}  // namespace bellrock::metrics::query
