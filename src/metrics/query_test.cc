// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace bellrock::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNow = 1'800'000'000;
constexpr int64_t kLast = kNow - 2;  // newest complete second

class QueryTest : public ::testing::Test {
 protected:
  void Count(int64_t second, Dimensions dimensions, std::vector<uint32_t> latencies) {
    v1::PushRequest push;
    push.set_source("host:1");
    push.set_sequence(++sequence_);
    push.set_calls_total(total_ += latencies.size());
    v1::Card& card = *push.add_cards();
    EncodeDimensions(dimensions, *card.mutable_dimensions());
    card.set_second(second);
    Card::FromLatencies(latencies).Encode(card);
    ASSERT_TRUE(window_.Apply(push, kNow).ok());
  }
  std::vector<std::string> Keys(const v1::TableRequest& request) {
    std::vector<std::string> keys;
    auto reply = Table(window_, request);
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    for (const auto& row : reply->rows()) keys.push_back(row.key(0));
    return keys;
  }

  Window window_;
  uint64_t sequence_ = 0;
  uint64_t total_ = 0;
};

TEST_F(QueryTest, SeriesHasEverySecondAlsoEmptyOnes) {
  Count(kLast, {"g", "c", "m", "1", 0}, {10, 20, 30});
  Count(kLast, {"g", "c", "m", "2", 14}, {40});
  Count(kLast - 2, {"g", "c", "m", "1", 0}, {7});
  Count(kLast + 1, {"g", "c", "m", "1", 0}, {9});  // not complete yet
  v1::SeriesRequest request;
  request.set_seconds(4);
  const v1::SeriesReply reply = Series(window_, request).value();
  EXPECT_EQ(reply.now_second(), kLast);
  ASSERT_EQ(reply.lines_size(), 1);
  ASSERT_EQ(reply.lines(0).points_size(), 4);
  const auto& points = reply.lines(0).points();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(points[i].second(), kLast - 3 + i);
  EXPECT_EQ(points[0].calls(), 0);
  EXPECT_EQ(points[1].calls(), 1);
  EXPECT_EQ(points[1].tp50_us(), 7);
  EXPECT_EQ(points[2].calls(), 0);
  EXPECT_EQ(points[2].tp9999_us(), 0);
  EXPECT_EQ(points[3].calls(), 4);
  EXPECT_EQ(points[3].failures(), 1);
  EXPECT_EQ(points[3].tp50_us(), 20);
  EXPECT_EQ(points[3].tp99_us(), 40);
  EXPECT_EQ(points[3].max_us(), 40);
}

TEST_F(QueryTest, MetricsAreThereOnlyForWhoeverNamesThem) {
  Count(kLast, {"g", "c", "m", "1", 0}, {10});
  Count(kLast, {"", "host:sz", "cpu_permille", "h", 0, "GAUGE"}, {250});
  v1::TableRequest table;
  table.add_group_by("callee");
  EXPECT_EQ(Keys(table), std::vector<std::string>{"c"});
  table.mutable_filter()->set_callee("host:sz");
  EXPECT_EQ(Keys(table), std::vector<std::string>{"host:sz"});
  v1::SeriesRequest series;
  series.set_seconds(1);
  EXPECT_EQ(Series(window_, series)->lines(0).points(0).calls(), 1);
}

TEST_F(QueryTest, SeriesOfNothingIsAnEmptyLine) {
  window_.Advance(kNow);
  const v1::SeriesReply reply = Series(window_, {}).value();
  ASSERT_EQ(reply.lines_size(), 1);
  EXPECT_EQ(reply.lines(0).points_size(), kSeriesSecondsDefault);
  v1::SeriesRequest split;
  split.set_split_by("callee");
  EXPECT_EQ(Series(window_, split)->lines_size(), 0);
}

TEST_F(QueryTest, SplitSeriesKeepTheTwentyMostCalled) {
  for (uint32_t i = 0; i < 25; ++i) {
    Count(kLast, {"g", "c", "m", std::to_string(100 + i), 0}, std::vector<uint32_t>(i + 1, 1));
  }
  v1::SeriesRequest request;
  request.set_split_by("instance");
  request.set_seconds(2);
  const v1::SeriesReply reply = Series(window_, request).value();
  ASSERT_EQ(reply.lines_size(), kSeriesLinesMax);
  EXPECT_EQ(reply.lines(0).key(), "124");
  EXPECT_EQ(reply.lines(0).points(1).calls(), 25);
  EXPECT_EQ(reply.lines(0).points(0).calls(), 0);
  EXPECT_EQ(reply.lines(19).key(), "105");
}

TEST_F(QueryTest, FilterSelectsByEveryNameGiven) {
  Count(kLast, {"a", "x", "m", "1", 0}, {1});
  Count(kLast, {"b", "x", "m", "1", 0}, {1, 1});
  Count(kLast, {"b", "y", "m", "1", 0}, {1, 1, 1, 1});
  v1::TableRequest request;
  request.add_group_by("method");
  request.mutable_filter()->set_caller("b");
  EXPECT_EQ(Table(window_, request)->rows(0).calls(), 6);
  request.mutable_filter()->set_callee("x");
  EXPECT_EQ(Table(window_, request)->rows(0).calls(), 2);
  request.mutable_filter()->set_instance("9");
  EXPECT_EQ(Table(window_, request)->rows_size(), 0);
}

TEST_F(QueryTest, TablePercentilesAreExactOverTheWholeWindow) {
  std::vector<uint32_t> all;
  for (uint32_t second = 0; second < 10; ++second) {
    std::vector<uint32_t> latencies;
    for (uint32_t i = 0; i < 1000; ++i) latencies.push_back((i * 7919 + second * 104'729) % 90'000);
    all.insert(all.end(), latencies.begin(), latencies.end());
    Count(kLast - second, {"g", "c", "m", std::to_string(second % 3), 0}, latencies);
  }
  Count(kLast - 10, {"g", "c", "m", "0", 0}, {5'000'000});  // outside the default window of 10 s
  v1::TableRequest request;
  request.add_group_by("caller");
  request.add_group_by("callee");
  const v1::TableReply reply = Table(window_, request).value();
  ASSERT_EQ(reply.rows_size(), 1);
  const Card card = Card::FromLatencies(all);
  EXPECT_THAT(reply.rows(0).key(), ElementsAre("g", "c"));
  EXPECT_EQ(reply.rows(0).calls(), 10'000);
  EXPECT_DOUBLE_EQ(reply.rows(0).calls_per_second(), 1000.0);
  EXPECT_EQ(reply.rows(0).tp50_us(), card.PercentileUs(Quantile::kTp50));
  EXPECT_EQ(reply.rows(0).tp99_us(), card.PercentileUs(Quantile::kTp99));
  EXPECT_EQ(reply.rows(0).tp999_us(), card.PercentileUs(Quantile::kTp999));
  EXPECT_EQ(reply.rows(0).tp9999_us(), card.PercentileUs(Quantile::kTp9999));
}

TEST_F(QueryTest, TableOrdersAsAsked) {
  Count(kLast, {"g", "busy", "m", "1", 0}, std::vector<uint32_t>(90, 10));
  Count(kLast, {"g", "busy", "m", "1", 14}, std::vector<uint32_t>(10, 10));
  Count(kLast, {"g", "slow", "m", "1", 0}, std::vector<uint32_t>(50, 900));
  Count(kLast, {"g", "worst", "m", "1", 0}, std::vector<uint32_t>(5, 20));
  Count(kLast, {"g", "worst", "m", "1", 4}, std::vector<uint32_t>(5, 20));
  v1::TableRequest request;
  request.add_group_by("callee");
  EXPECT_THAT(Keys(request), ElementsAre("busy", "slow", "worst"));
  request.set_order_by("failures");
  EXPECT_THAT(Keys(request), ElementsAre("busy", "worst", "slow"));
  request.set_order_by("success_rate");
  EXPECT_THAT(Keys(request), ElementsAre("worst", "busy", "slow"));
  request.set_order_by("tp99_us");
  EXPECT_THAT(Keys(request), ElementsAre("slow", "worst", "busy"));
  request.set_limit(1);
  EXPECT_THAT(Keys(request), ElementsAre("slow"));
  const auto row = Table(window_, request)->rows(0);
  EXPECT_DOUBLE_EQ(row.success_rate(), 1.0);
}

TEST_F(QueryTest, TableGroupsByCodeName) {
  Count(kLast, {"g", "c", "m", "1", 0}, {1, 1});
  Count(kLast, {"g", "c", "m", "1", 14}, {1});
  v1::TableRequest request;
  request.add_group_by("code");
  EXPECT_THAT(Keys(request), ElementsAre("OK", "UNAVAILABLE"));
}

TEST_F(QueryTest, RefusesBadRequestsNamingTheField) {
  v1::SeriesRequest series;
  series.set_seconds(601);
  EXPECT_THAT(std::string(Series(window_, series).status().message()),
              HasSubstr("seconds: 601 is out of range; use 1..600, or 0 for 120"));
  series.set_seconds(0);
  series.set_split_by("code");
  EXPECT_THAT(std::string(Series(window_, series).status().message()),
              HasSubstr("split_by: \"code\" is unknown; use one of caller, callee"));
  v1::TableRequest table;
  EXPECT_THAT(std::string(Table(window_, table).status().message()),
              HasSubstr("group_by: 0 values"));
  table.add_group_by("callee");
  table.add_group_by("callee");
  EXPECT_THAT(std::string(Table(window_, table).status().message()), HasSubstr("twice"));
  table.set_group_by(1, "host");
  EXPECT_THAT(std::string(Table(window_, table).status().message()),
              HasSubstr("group_by: \"host\" is unknown"));
  table.mutable_group_by()->RemoveLast();
  table.set_order_by("tp50");
  EXPECT_THAT(std::string(Table(window_, table).status().message()),
              HasSubstr("order_by: \"tp50\""));
  table.clear_order_by();
  table.set_limit(-1);
  EXPECT_THAT(std::string(Table(window_, table).status().message()), HasSubstr("limit: -1"));
}

}  // namespace
}  // namespace bellrock::metrics
