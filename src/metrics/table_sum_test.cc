// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace bellrock::metrics {
namespace {

using ::testing::ElementsAre;

constexpr uint32_t kFull = std::numeric_limits<uint32_t>::max();

CardTable OneRow(const std::string& callee, int64_t second, std::vector<Card::Bucket> card) {
  CardTable table;
  table.dimensions = {Dimension::kCallee};
  table.names = {"unused", callee};
  table.keys = {{1}};
  table.seconds = {second};
  table.ends = {static_cast<uint32_t>(card.size())};
  table.buckets = std::move(card);
  return table;
}

TEST(TableSum, RowsOfOneKeyAndSecondBecomeOne) {
  const std::vector<CardTable> tables = {OneRow("b", 60, {{1, 1}, {5, 2}}),
                                         OneRow("a", 60, {{9, 1}}), OneRow("b", 0, {{4, 4}}),
                                         OneRow("b", 60, {{1, 3}, {7, 1}})};
  const CardTable sum = SumTables(tables).value();
  EXPECT_THAT(sum.names, ElementsAre("a", "b"));
  EXPECT_THAT(sum.keys, ElementsAre(ElementsAre(0, 1, 1)));
  EXPECT_THAT(sum.seconds, ElementsAre(60, 0, 60));
  EXPECT_THAT(sum.ends, ElementsAre(1, 2, 5));
  EXPECT_THAT(sum.card(2), ElementsAre(Card::Bucket{1, 4}, Card::Bucket{5, 2}, Card::Bucket{7, 1}));
}

TEST(TableSum, TheOrderOfTablesDoesNotMatter) {
  const std::vector<CardTable> one = {OneRow("b", 60, {{1, 1}}), OneRow("a", 60, {{9, 1}}),
                                      OneRow("b", 60, {{1, 2}, {3, 1}})};
  const std::vector<CardTable> other = {one[2], one[0], one[1]};
  EXPECT_EQ(SumTables(one).value(), SumTables(other).value());
}

TEST(TableSum, ACountBeyond32BitsGoesOnInAFurtherBucket) {
  const std::vector<CardTable> tables = {OneRow("a", 0, {{7, kFull}, {7, 5}}),
                                         OneRow("a", 0, {{7, kFull}, {8, 1}})};
  EXPECT_THAT(SumTables(tables).value().buckets,
              ElementsAre(Card::Bucket{7, kFull}, Card::Bucket{7, kFull}, Card::Bucket{7, 5},
                          Card::Bucket{8, 1}));
}

TEST(TableSum, TablesOfOtherDimensionsAreRefused) {
  CardTable other = OneRow("a", 0, {{1, 1}});
  other.dimensions = {Dimension::kCaller};
  const std::vector<CardTable> tables = {OneRow("a", 0, {{1, 1}}), other};
  EXPECT_EQ(SumTables(tables).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(SumTables({}).value(), CardTable());
}

}  // namespace
}  // namespace bellrock::metrics
