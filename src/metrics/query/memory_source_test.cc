// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/memory_source.h"

#include <gmock/gmock.h>

#include <vector>

#include "metrics/query/value_matcher.h"

namespace bellrock::metrics::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MemorySource, SumsCallsOfAGroupAndPoint) {
  MemorySource source;
  source.AddCall(100, {"music/catalog", "Get"}, 5);
  source.AddCall(101, {"music/catalog", "Put"}, 7);
  source.AddCall(103, {"music/catalog", "Get"}, 9);
  source.AddCall(104, {"music/catalog", "Get"}, 11);  // not before `to`
  const Answer answer =
      source.Ask({.from = 100, .to = 104, .step = 2, .group_by = {Dimension::kCallee}}).value();
  ASSERT_EQ(answer.groups.size(), 1u);
  EXPECT_THAT(answer.groups[0].key, ElementsAre("music/catalog"));
  ASSERT_EQ(answer.groups[0].cards.size(), 2u);
  EXPECT_EQ(answer.groups[0].cards[0].calls(), 2u);
  EXPECT_EQ(answer.groups[0].cards[1].max_us(), 9u);
}

TEST(MemorySource, TakesTablesAndKnowsNoOtherDimensions) {
  MemorySource source;
  CardTable table;
  table.dimensions = {Dimension::kCallee, Dimension::kResult};
  table.names = {"a/b", "OK"};
  table.keys = {{0, 0}, {1, 1}};
  table.seconds = {60, 120};
  table.ends = {2, 3};
  table.buckets = {{10, 1}, {20, 2}, {30, 3}};
  source.Add(table);
  const Answer answer =
      source.Ask({.from = 60, .to = 180, .group_by = {Dimension::kResult, Dimension::kSide}})
          .value();
  ASSERT_EQ(answer.groups.size(), 1u);
  EXPECT_THAT(answer.groups[0].key, ElementsAre("OK", ""));
  EXPECT_EQ(answer.groups[0].cards[0].calls(), 3u);
  EXPECT_EQ(answer.groups[0].cards[1].calls(), 3u);
}

TEST(MemorySource, SumsEachCallOnceUnlessSidesAreSpokenOf) {
  MemorySource source;
  for (const char* side : {"caller", "served", "callee"}) {
    source.AddCall(0, {"c", "", "", "", "", "", "", "OK", side}, 1);
  }
  const auto calls = [&source](std::vector<Match> where, std::vector<Dimension> group_by) {
    uint64_t sum = 0;
    const Question question{.to = 60, .where = std::move(where), .group_by = std::move(group_by)};
    const Answer answer = source.Ask(question).value();
    for (const Group& group : answer.groups) sum += group.cards[0].calls();
    return sum;
  };
  EXPECT_EQ(calls({}, {Dimension::kCallee}), 2u);
  EXPECT_EQ(calls({{Dimension::kSide, Match::How::kEqual, "served"}}, {}), 1u);
  EXPECT_EQ(calls({{Dimension::kSide, Match::How::kNotEqual, "caller"}}, {}), 2u);
  EXPECT_EQ(calls({}, {Dimension::kSide}), 3u);
}

TEST(MemorySource, LeavesOutTheGroupsWithTheFewestCallsAndSaysHowMany) {
  MemorySource source;
  for (int i = 0; i < 3; ++i) source.AddCall(0, {"c"}, 1);
  for (int i = 0; i < 2; ++i) source.AddCall(0, {"a"}, 1);
  source.AddCall(0, {"b"}, 1);
  const Answer answer =
      source.Ask({.to = 60, .group_by = {Dimension::kCallee}, .groups_max = 2}).value();
  ASSERT_EQ(answer.groups.size(), 2u);
  EXPECT_EQ(answer.groups[0].key[0], "a");
  EXPECT_EQ(answer.groups[1].key[0], "c");
  EXPECT_EQ(answer.more, 1u);
}

TEST(MemorySource, RefusesWhatMakesNoSense) {
  MemorySource source;
  source.ForgetBefore(1000);
  EXPECT_THAT(source.Ask({.from = 1000, .to = 2000, .step = 0}).status().message(),
              HasSubstr("step: 0"));
  EXPECT_EQ(source.Ask({.from = 0, .to = 2000}).status().code(), StatusCode::kOutOfRange);
  const Question bad{
      .from = 1000, .to = 2000, .where = {{Dimension::kMethod, Match::How::kRegex, "("}}};
  EXPECT_THAT(source.Ask(bad).status().message(), HasSubstr("\"(\" is no regular expression"));
}

TEST(ValueMatcher, RegularExpressionsMatchTheWholeValue) {
  const auto matches = [](Match::How how, const char* value, const char* text) {
    return ValueMatcher::Make(how, value)->Matches(text);
  };
  EXPECT_TRUE(matches(Match::How::kRegex, "a|bc", "bc"));
  EXPECT_FALSE(matches(Match::How::kRegex, "a|b", "abc"));
  EXPECT_TRUE(matches(Match::How::kNotRegex, "a|b", "abc"));
  EXPECT_TRUE(matches(Match::How::kRegex, ".*", "two\nlines"));
  EXPECT_TRUE(matches(Match::How::kRegex, "", ""));
  EXPECT_FALSE(matches(Match::How::kNotEqual, "x", "x"));
}

}  // namespace
}  // namespace bellrock::metrics::query
