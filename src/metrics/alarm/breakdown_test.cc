// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/breakdown.h"

#include <gtest/gtest.h>

#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

v1::AlarmFiring Firing(const v1::AlarmRule& rule) {
  v1::AlarmFiring firing;
  firing.add_key("music/catalog");
  *firing.mutable_figure() = rule.figure();
  *firing.mutable_condition() = rule.condition();
  firing.set_since(600'000);
  firing.set_fired_at(600'180);
  return firing;
}

Split By(Dimension dimension, std::vector<query::Group> now, std::vector<query::Group> past) {
  return {dimension, Answer(std::move(now)), Answer(std::move(past))};
}

TEST(AlarmBreakdown, AsksTheFiringWindowAndTheOneBeforeItBegan) {
  v1::AlarmRule rule = SuccessRule();
  rule.add_group_by("callee_site");
  v1::AlarmFiring firing = Firing(rule);
  firing.add_key("gz");
  const auto questions = PlanBreakdown(rule, firing);
  ASSERT_EQ(questions.size(), 4u);  // the site is given
  EXPECT_EQ(questions[0].dimension, Dimension::kCalleeHost);
  EXPECT_EQ(questions[0].now.from, 600'120);
  EXPECT_EQ(questions[0].now.to, 600'180);
  EXPECT_EQ(questions[0].past.from, 599'940);
  const std::vector<Dimension> by = {Dimension::kCalleeHost, Dimension::kResult};
  EXPECT_EQ(questions[0].now.group_by, by);
  EXPECT_EQ(questions[0].now.where.back().dimension, Dimension::kCalleeSite);
  EXPECT_EQ(questions[0].now.where.back().value, "gz");
}

TEST(AlarmBreakdown, AComparisonWithLastWeekIsBrokenDownAgainstLastWeek) {
  v1::AlarmRule rule = Rule(Figure::KIND_LATENCY_US, Condition::KIND_CHANGE_PERCENT, 100);
  rule.mutable_condition()->set_against(Condition::AGAINST_LAST_WEEK);
  const auto questions = PlanBreakdown(rule, Firing(rule));
  ASSERT_FALSE(questions.empty());
  EXPECT_EQ(questions[0].past.from, questions[0].now.from - 7 * 86'400);
}

TEST(AlarmBreakdown, NoDataHasNothingToBreakDown) {
  const v1::AlarmRule rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_NO_DATA, 0);
  EXPECT_TRUE(PlanBreakdown(rule, Firing(rule)).empty());
}

TEST(AlarmBreakdown, TheDimensionThatTellsMostIsFirstAndTheErrorTypesLast) {
  const v1::AlarmRule rule = SuccessRule();
  const auto breakdown = BreakDown(
      Firing(rule),
      {By(Dimension::kCalleeSite, {Group({"gz", "OK"}, Calls(900)), Group({"gz", "X"}, Calls(100))},
          {Group({"gz", "OK"}, Calls(1000))}),
       By(Dimension::kResult, {Group({"OK"}, Calls(900)), Group({"X"}, Calls(100))},
          {Group({"OK"}, Calls(1000))}),
       By(Dimension::kCalleeHost,
          {Group({"a", "OK"}, Calls(450)), Group({"a", "X"}, Calls(10)),
           Group({"b", "OK"}, Calls(450)), Group({"b", "X"}, Calls(90))},
          {Group({"a", "OK"}, Calls(500)), Group({"b", "OK"}, Calls(500))})});
  EXPECT_EQ(breakdown.counted(), "failures");
  ASSERT_EQ(breakdown.dimensions_size(), 3);
  const auto& host = breakdown.dimensions(0);
  EXPECT_EQ(host.dimension(), "callee_host");
  EXPECT_EQ(host.change(), 100);
  ASSERT_EQ(host.parts_size(), 2);
  EXPECT_EQ(host.parts(0).value(), "b");
  EXPECT_DOUBLE_EQ(host.parts(0).share(), 0.9);
  EXPECT_DOUBLE_EQ(host.parts(0).calls_share(), 0.54);
  EXPECT_EQ(breakdown.dimensions(1).dimension(), "callee_site");
  EXPECT_EQ(breakdown.dimensions(2).dimension(), "result");
  EXPECT_EQ(breakdown.dimensions(2).parts(0).value(), "X");
}

TEST(AlarmBreakdown, SharesAddUpToTheWholeChange) {
  const v1::AlarmRule rule =
      Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 10);
  const auto breakdown = BreakDown(
      Firing(rule), {By(Dimension::kCaller, {Group({"a"}, Calls(10)), Group({"b"}, Calls(60))},
                        {Group({"a"}, Calls(100)), Group({"b"}, Calls(50))})});
  const auto& caller = breakdown.dimensions(0);
  EXPECT_EQ(caller.change(), -80);
  double sum = 0;
  for (const auto& part : caller.parts()) sum += part.share();
  EXPECT_DOUBLE_EQ(sum, 1);
  EXPECT_EQ(caller.parts(0).value(), "a");
  EXPECT_DOUBLE_EQ(caller.parts(0).share(), 1.125);
  EXPECT_DOUBLE_EQ(caller.parts(1).share(), -0.125);  // b went the other way
}

TEST(AlarmBreakdown, LatencyCountsTheCallsSlowerThanBefore) {
  v1::AlarmRule rule = Rule(Figure::KIND_LATENCY_US, Condition::KIND_CHANGE_PERCENT, 100);
  Card slow = Calls(50, 1000);
  slow.Merge(Calls(30, 9000));
  const auto breakdown =
      BreakDown(Firing(rule),
                {By(Dimension::kMethod, {Group({"Get"}, Calls(50, 1000)), Group({"List"}, slow)},
                    {Group({"Get"}, Calls(50, 1000)), Group({"List"}, Calls(50, 900))})});
  EXPECT_EQ(breakdown.counted(), "calls over 1000 us");
  EXPECT_EQ(breakdown.dimensions(0).change(), 30);
  EXPECT_EQ(breakdown.dimensions(0).parts(0).value(), "List");
  EXPECT_DOUBLE_EQ(breakdown.dimensions(0).parts(0).share(), 1);
}

TEST(AlarmBreakdown, NamesFiveAndCountsTheRest) {
  const v1::AlarmRule rule =
      Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 10);
  std::vector<query::Group> now;
  for (int i = 1; i <= 9; ++i) now.push_back(Group({std::to_string(i)}, Calls(i)));
  Split split = By(Dimension::kCalleeHost, now, {});
  split.now.more = 2;
  const auto breakdown = BreakDown(Firing(rule), {split});
  EXPECT_EQ(breakdown.dimensions(0).parts_size(), 5);
  EXPECT_EQ(breakdown.dimensions(0).parts(0).value(), "9");
  EXPECT_EQ(breakdown.dimensions(0).more(), 6u);
}

}  // namespace
}  // namespace bellrock::metrics::alarm
