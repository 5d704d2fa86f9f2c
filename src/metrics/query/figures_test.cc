// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/figures.h"

#include <gmock/gmock.h>

#include "metrics/query/answer_builder.h"
#include "metrics/query/memory_source.h"

namespace bellrock::metrics::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers from one table.
class TableSource final : public Source {
 public:
  void Add(const std::string& method, const std::string& result, int64_t second, uint32_t latency,
           uint32_t count) {
    table_.dimensions = {Dimension::kMethod, Dimension::kResult};
    table_.keys.resize(2);
    table_.keys[0].push_back(static_cast<uint32_t>(table_.names.size()));
    table_.names.push_back(method);
    table_.keys[1].push_back(static_cast<uint32_t>(table_.names.size()));
    table_.names.push_back(result);
    table_.seconds.push_back(second);
    table_.buckets.push_back({latency, count});
    table_.ends.push_back(static_cast<uint32_t>(table_.buckets.size()));
  }
  Result<Answer> Ask(const Question& question) override {
    BELLROCK_ASSIGN(AnswerBuilder builder, AnswerBuilder::Make(question));
    BELLROCK_TRY(builder.Add(table_));
    return builder.Finish();
  }

 private:
  CardTable table_;
};

class FiguresTest : public ::testing::Test {
 protected:
  v1::FiguresRequest Request(int64_t from, int64_t to) {
    v1::FiguresRequest request;
    request.set_from(from);
    request.set_to(to);
    return request;
  }
  TableSource source_;
};

TEST_F(FiguresTest, OneLineTellsCallsFailuresAndQuantiles) {
  source_.Add("M", "OK", 0, 100, 98);
  source_.Add("M", "UNAVAILABLE", 5, 3000, 2);
  v1::FiguresRequest request = Request(0, 10);
  request.add_quantiles(500'000);
  request.add_quantiles(999'999);
  const auto reply = FiguresOf(source_, request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  ASSERT_EQ(reply->lines_size(), 1);
  const v1::Figures& total = reply->lines(0).total();
  EXPECT_EQ(total.calls(), 100u);
  EXPECT_EQ(total.failures(), 2u);
  EXPECT_DOUBLE_EQ(total.success_rate(), 0.98);
  EXPECT_DOUBLE_EQ(total.calls_per_second(), 10);
  EXPECT_DOUBLE_EQ(total.mean_us(), 158);
  EXPECT_EQ(total.max_us(), 3000u);
  EXPECT_THAT(total.quantiles_us(), ElementsAre(100, 3000));
}

TEST_F(FiguresTest, AQuantileOfAllPointsIsNotMadeOfTheirQuantiles) {
  source_.Add("M", "OK", 0, 10, 99);
  source_.Add("M", "OK", 10, 1000, 1);
  v1::FiguresRequest request = Request(0, 20);
  request.set_step(10);
  request.add_quantiles(500'000);
  const auto reply = *FiguresOf(source_, request);
  ASSERT_EQ(reply.lines(0).points_size(), 2);
  EXPECT_EQ(reply.lines(0).points(0).quantiles_us(0), 10u);
  EXPECT_EQ(reply.lines(0).points(1).quantiles_us(0), 1000u);
  EXPECT_EQ(reply.lines(0).total().quantiles_us(0), 10u);
}

TEST_F(FiguresTest, GroupsComeInTheOrderAskedForAndAreCut) {
  source_.Add("many", "OK", 0, 10, 50);
  source_.Add("bad", "INTERNAL", 0, 10, 5);
  source_.Add("bad", "OK", 0, 10, 5);
  source_.Add("few", "OK", 0, 10, 1);
  v1::FiguresRequest request = Request(0, 10);
  request.add_group_by("method");
  request.set_order_by("success_rate");
  request.set_limit(2);
  const auto reply = *FiguresOf(source_, request);
  ASSERT_EQ(reply.lines_size(), 2);
  EXPECT_EQ(reply.lines(0).key(0), "bad");
  EXPECT_EQ(reply.more(), 1u);
}

TEST_F(FiguresTest, TheSameFiguresEarlierStandBesideEachLine) {
  source_.Add("old", "OK", 5, 10, 7);
  source_.Add("old", "OK", 105, 10, 14);
  source_.Add("new", "OK", 105, 10, 1);
  v1::FiguresRequest request = Request(100, 110);
  request.add_group_by("method");
  request.add_earlier(100);
  const auto reply = *FiguresOf(source_, request);
  ASSERT_EQ(reply.lines_size(), 2);
  EXPECT_EQ(reply.lines(0).earlier(0).calls(), 7u);
  EXPECT_EQ(reply.lines(1).key(0), "new");
  EXPECT_EQ(reply.lines(1).earlier(0).calls(), 0u);
}

TEST_F(FiguresTest, WhatIsNoCallDoesNotFail) {
  MemorySource source;
  source.AddCall(0, {"host:sz", "cpu_permille", "h1", "", "", "", "", "GAUGE", "callee"}, 250);
  v1::FiguresRequest request = Request(0, 60);
  v1::Condition& callee = *request.add_where();
  callee.set_dimension("callee");
  callee.set_value("host:sz");
  const auto reply = FiguresOf(source, request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  ASSERT_EQ(reply->lines_size(), 1);
  EXPECT_EQ(reply->lines(0).total().calls(), 1U);
  EXPECT_EQ(reply->lines(0).total().failures(), 0U);
  EXPECT_EQ(reply->lines(0).total().success_rate(), 1.0);
}

TEST_F(FiguresTest, WhatCannotBeAskedIsRefusedByName) {
  const auto refusal = [this](v1::FiguresRequest request) {
    const auto reply = FiguresOf(source_, request);
    EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
    return std::string(reply.status().message());
  };
  v1::FiguresRequest request = Request(0, 10);
  request.add_group_by("colour");
  EXPECT_THAT(refusal(request), HasSubstr("group_by"));
  request = Request(0, 10);
  request.add_quantiles(1'000'001);
  EXPECT_THAT(refusal(request), HasSubstr("quantiles: 1000001"));
  request = Request(0, 10);
  request.set_order_by("beauty");
  EXPECT_THAT(refusal(request), HasSubstr("order_by: 'beauty'"));
  request = Request(0, 10);
  request.add_where()->set_dimension("method");
  request.mutable_where(0)->set_how("~");
  EXPECT_THAT(refusal(request), HasSubstr("where.how"));
  EXPECT_THAT(refusal(Request(10, 10)), HasSubstr("to"));
}

}  // namespace
}  // namespace bellrock::metrics::query
