// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/answer_builder.h"

#include <gmock/gmock.h>

namespace bellrock::metrics::query {
namespace {

using testing::ElementsAre;

// Rows (callee, method, result, second, latency, count).
CardTable TableOf(const std::vector<std::tuple<std::string, std::string, std::string, int64_t,
                                               uint32_t, uint32_t>>& rows) {
  CardTable table;
  table.dimensions = {Dimension::kCallee, Dimension::kMethod, Dimension::kResult};
  table.keys.resize(3);
  for (const auto& [callee, method, result, second, latency, count] : rows) {
    size_t column = 0;
    for (const std::string& name : {callee, method, result}) {
      table.keys[column++].push_back(static_cast<uint32_t>(table.names.size()));
      table.names.push_back(name);
    }
    table.seconds.push_back(second);
    table.buckets.push_back({latency, count});
    table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
  }
  return table;
}

Answer Ask(const Question& question, const std::vector<CardTable>& tables,
           const std::vector<CardTable>& lost = {}) {
  AnswerBuilder builder = *AnswerBuilder::Make(question);
  for (const CardTable& table : tables) EXPECT_TRUE(builder.Add(table).ok());
  for (const CardTable& table : lost) builder.AddLost(table);
  return *builder.Finish();
}

TEST(AnswerBuilderTest, SumsByStepAndGroupAcrossTables) {
  const Question question{.from = 100, .to = 130, .step = 10, .group_by = {Dimension::kMethod}};
  const Answer answer = Ask(question, {TableOf({{"a/b", "M", "OK", 100, 5, 2},
                                                {"a/b", "M", "OK", 109, 7, 1},
                                                {"a/b", "N", "OK", 125, 9, 4}}),
                                       TableOf({{"c/d", "M", "UNAVAILABLE", 104, 5, 3}})});
  ASSERT_EQ(answer.groups.size(), 2u);
  EXPECT_THAT(answer.groups[0].key, ElementsAre("M"));
  ASSERT_EQ(answer.groups[0].cards.size(), 3u);
  EXPECT_EQ(answer.groups[0].cards[0].calls(), 6u);
  EXPECT_EQ(answer.groups[0].cards[0].PercentileUs(Quantile::kTp50), 5u);
  EXPECT_EQ(answer.groups[0].cards[1].calls(), 0u);
  EXPECT_EQ(answer.groups[1].cards[2].calls(), 4u);
}

TEST(AnswerBuilderTest, SumsWhatTheCalleeSawTooOnlyIfSidesAreSpokenOf) {
  CardTable table = TableOf({{"a/b", "M", "caller", 100, 5, 2},
                             {"a/b", "M", "served", 100, 4, 2},
                             {"a/b", "M", "callee", 100, 3, 1}});
  table.dimensions[2] = Dimension::kSide;
  Question question{.from = 100, .to = 110, .step = 10, .group_by = {Dimension::kCallee}};
  EXPECT_EQ(Ask(question, {table}).groups.at(0).cards[0].calls(), 3u);
  question.where = {{Dimension::kSide, Match::How::kEqual, "served"}};
  EXPECT_EQ(Ask(question, {table}).groups.at(0).cards[0].calls(), 2u);
  question.where.clear();
  question.group_by = {Dimension::kSide};
  EXPECT_EQ(Ask(question, {table}).groups.size(), 3u);
}

TEST(AnswerBuilderTest, LeavesOutWhatLiesOutsideOrDoesNotMatch) {
  const Question question{.from = 100,
                          .to = 110,
                          .step = 10,
                          .where = {{Dimension::kCallee, Match::How::kRegex, "a/.*"},
                                    {Dimension::kResult, Match::How::kNotEqual, "OK"}}};
  const Answer answer = Ask(question, {TableOf({{"a/b", "M", "INTERNAL", 99, 5, 1},
                                                {"a/b", "M", "INTERNAL", 109, 5, 1},
                                                {"a/b", "M", "INTERNAL", 110, 5, 1},
                                                {"a/b", "M", "OK", 105, 5, 1},
                                                {"xa/b", "M", "INTERNAL", 105, 5, 1}})});
  ASSERT_EQ(answer.groups.size(), 1u);
  EXPECT_TRUE(answer.groups[0].key.empty());
  EXPECT_EQ(answer.groups[0].cards[0].calls(), 1u);
}

TEST(AnswerBuilderTest, ADimensionThatATableDoesNotTellIsEmpty) {
  Question question{.from = 100, .to = 110, .step = 10, .group_by = {Dimension::kCallerSite}};
  EXPECT_THAT(Ask(question, {TableOf({{"a/b", "M", "OK", 100, 5, 2}})}).groups[0].key,
              ElementsAre(""));
  question.where = {{Dimension::kCallerSite, Match::How::kEqual, "bj"}};
  EXPECT_TRUE(Ask(question, {TableOf({{"a/b", "M", "OK", 100, 5, 2}})}).groups.empty());
}

TEST(AnswerBuilderTest, KeepsTheGroupsWithTheMostCalls) {
  Question question{.from = 100, .to = 110, .step = 10, .group_by = {Dimension::kMethod}};
  question.groups_max = 2;
  const Answer answer = Ask(question, {TableOf({{"a/b", "A", "OK", 100, 5, 2},
                                                {"a/b", "B", "OK", 100, 5, 1},
                                                {"a/b", "C", "OK", 100, 5, 3}})});
  ASSERT_EQ(answer.groups.size(), 2u);
  EXPECT_THAT(answer.groups[0].key, ElementsAre("A"));
  EXPECT_THAT(answer.groups[1].key, ElementsAre("C"));
  EXPECT_EQ(answer.more, 1u);
}

TEST(AnswerBuilderTest, LostCallsLowerTheCompletenessOfTheirStep) {
  const Question question{.from = 100, .to = 120, .step = 10};
  const Answer answer = Ask(question, {TableOf({{"a/b", "M", "OK", 100, 5, 3}})},
                            {TableOf({{"a/b", "", "", 101, 0, 1}})});
  EXPECT_THAT(answer.completeness, ElementsAre(0.75, 1.0));
}

TEST(AnswerBuilderTest, AQuestionThatMakesNoSenseIsRefusedByName) {
  const auto refusal = [](Question question) {
    const auto builder = AnswerBuilder::Make(std::move(question));
    EXPECT_EQ(builder.status().code(), StatusCode::kInvalidArgument);
    return std::string(builder.status().message());
  };
  EXPECT_THAT(refusal({.from = 0, .to = 10, .step = 0}), testing::HasSubstr("step"));
  EXPECT_THAT(refusal({.from = 10, .to = 10, .step = 1}), testing::HasSubstr("to"));
  EXPECT_THAT(refusal({.from = 0, .to = 1'000'000, .step = 1}), testing::HasSubstr("longer step"));
  EXPECT_THAT(
      refusal(
          {.from = 0, .to = 10, .step = 1, .group_by = {Dimension::kMethod, Dimension::kMethod}}),
      testing::HasSubstr("group_by"));
  EXPECT_THAT(refusal({.from = 0,
                       .to = 10,
                       .step = 1,
                       .where = {{Dimension::kMethod, Match::How::kRegex, "("}}}),
              testing::HasSubstr("method"));
}

}  // namespace
}  // namespace bellrock::metrics::query
