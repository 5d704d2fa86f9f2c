// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/judge.h"

#include <gtest/gtest.h>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

const GroupKey kService = {"music/catalog"};

Judgement One(const v1::AlarmRule& rule, const query::Answer& now,
              const query::Answer* past = nullptr, const std::set<GroupKey>& remembered = {}) {
  const auto judgements = Judge(rule, now, past, remembered);
  EXPECT_EQ(judgements.size(), 1u);
  return judgements.empty() ? Judgement() : judgements[0];
}

query::Answer Plain(uint64_t calls, uint32_t latency_us = 1000, double completeness = 1) {
  return Answer({Group(kService, Calls(calls, latency_us))}, completeness);
}

TEST(AlarmPlanner, AsksOneWindowOfTheServiceByResult) {
  v1::AlarmRule rule = SuccessRule();
  rule.set_service("music/*");
  rule.add_group_by("callee_site");
  *rule.add_where() = Matcher("method", "Get", true);
  const Asked asked = PlanWindow(rule, 1200);
  EXPECT_EQ(asked.rule, "rule@music/*");
  EXPECT_EQ(asked.now.from, 1140);
  EXPECT_EQ(asked.now.to, 1200);
  EXPECT_EQ(asked.now.step, 60);
  const std::vector<Dimension> groups = {Dimension::kCallee, Dimension::kCalleeSite,
                                         Dimension::kResult};
  EXPECT_EQ(asked.now.group_by, groups);
  ASSERT_EQ(asked.now.where.size(), 2u);
  EXPECT_EQ(asked.now.where[0].how, query::Match::How::kRegex);
  EXPECT_EQ(asked.now.where[0].value, "music/.*");
  EXPECT_EQ(asked.now.where[1].how, query::Match::How::kNotEqual);
  EXPECT_FALSE(asked.past);
}

TEST(AlarmPlanner, AsksTheSameHourOfLastWeek) {
  v1::AlarmRule rule = Rule(Figure::KIND_LATENCY_US, Condition::KIND_CHANGE_PERCENT, 100);
  rule.mutable_condition()->set_against(Condition::AGAINST_LAST_WEEK);
  const Asked asked = PlanWindow(rule, 700'000'020);
  ASSERT_TRUE(asked.past);
  EXPECT_EQ(asked.past->from, asked.now.from - 7 * 86'400);
  EXPECT_EQ(asked.now.group_by, std::vector<Dimension>{Dimension::kCallee});
}

TEST(AlarmPlanner, AWindowIsAskedForAfterItHasSettled) {
  const v1::AlarmRule rule = SuccessRule();
  EXPECT_EQ(NewestWindowEnd(rule, 600 + kWindowSettleSeconds - 1), 540);
  EXPECT_EQ(NewestWindowEnd(rule, 600 + kWindowSettleSeconds), 600);
}

TEST(AlarmJudge, ASuccessRateBelowItsMinimumBreaches) {
  const Judgement judgement = One(SuccessRule(), Results(997, 3));
  EXPECT_EQ(judgement.verdict, Verdict::kBreach);
  EXPECT_DOUBLE_EQ(judgement.value, 0.997);
  EXPECT_EQ(judgement.calls, 1000u);
  EXPECT_EQ(One(SuccessRule(), Results(999, 1)).verdict, Verdict::kFine);
}

TEST(AlarmJudge, OneFailureOfTwoWakesNobody) {
  v1::AlarmRule rule = SuccessRule();
  rule.set_calls_min(100);
  EXPECT_EQ(One(rule, Results(1, 1)).verdict, Verdict::kTooFew);
  EXPECT_EQ(One(rule, Results(0, 0)).verdict, Verdict::kTooFew);
  EXPECT_EQ(One(rule, Results(50, 50)).verdict, Verdict::kBreach);
}

TEST(AlarmJudge, QuantilesAreExactToTheCall) {
  v1::AlarmRule rule = Rule(Figure::KIND_LATENCY_US, Condition::KIND_MAX, 5000);
  rule.mutable_figure()->set_quantile(0.999);
  Card card = Calls(999, 1000);
  card.Merge(Calls(1, 9000));
  EXPECT_EQ(One(rule, Answer({Group(kService, card)})).verdict, Verdict::kFine);
  card.Merge(Calls(1, 9000));
  const Judgement judgement = One(rule, Answer({Group(kService, card)}));
  EXPECT_EQ(judgement.verdict, Verdict::kBreach);
  EXPECT_EQ(judgement.value, 9000);
}

TEST(AlarmJudge, TheMeanAndTheSlowestAreOfAllCalls) {
  Card card = Calls(3, 1000);
  card.Merge(Calls(1, 5000));
  const query::Answer answer = Answer({Group(kService, card)});
  EXPECT_EQ(One(Rule(Figure::KIND_MEAN_US, Condition::KIND_MAX, 1), answer).value, 2000);
  EXPECT_EQ(One(Rule(Figure::KIND_MAX_US, Condition::KIND_MAX, 1), answer).value, 5000);
}

TEST(AlarmJudge, AServiceWithoutAnyCallsIsBelowItsMinimumOfCalls) {
  const v1::AlarmRule rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_MIN, 10);
  EXPECT_EQ(One(rule, Answer({})).verdict, Verdict::kBreach);
  EXPECT_EQ(One(rule, Plain(600)).verdict, Verdict::kFine);
}

TEST(AlarmJudge, CallsThatStoppedAreADropEvenWithNoneLeft) {
  v1::AlarmRule rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 50);
  rule.mutable_condition()->set_direction(Condition::DIRECTION_DOWN);
  rule.set_calls_min(100);
  const query::Answer past = Plain(6000);
  const Judgement judgement = One(rule, Answer({}), &past);
  EXPECT_EQ(judgement.verdict, Verdict::kBreach);
  EXPECT_EQ(judgement.value, 0);
  EXPECT_EQ(judgement.baseline, 100);
  const query::Answer half = Plain(3000);
  EXPECT_EQ(One(rule, half, &past).verdict, Verdict::kFine);
}

TEST(AlarmJudge, AChangeCountsInItsDirectionOnly) {
  v1::AlarmRule rule = Rule(Figure::KIND_LATENCY_US, Condition::KIND_CHANGE, 500);
  const query::Answer slow = Plain(10, 2000);
  const query::Answer fast = Plain(10, 1000);
  EXPECT_EQ(One(rule, slow, &fast).verdict, Verdict::kBreach);
  EXPECT_EQ(One(rule, fast, &slow).verdict, Verdict::kBreach);
  rule.mutable_condition()->set_direction(Condition::DIRECTION_UP);
  EXPECT_EQ(One(rule, fast, &slow).verdict, Verdict::kFine);
}

TEST(AlarmJudge, ANewServiceHasNothingToBeComparedWith) {
  const v1::AlarmRule rule =
      Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 50);
  const query::Answer past = Answer({});
  EXPECT_EQ(One(rule, Plain(1000), &past).verdict, Verdict::kTooFew);
  EXPECT_EQ(One(rule, Plain(1000), nullptr).verdict, Verdict::kUnjudged);
}

TEST(AlarmJudge, AnIncompletePastIsNoBaseline) {
  const v1::AlarmRule rule =
      Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 50);
  const query::Answer past = Plain(100, 1000, 0.5);
  EXPECT_EQ(One(rule, Plain(1000), &past).verdict, Verdict::kUnjudged);
}

TEST(AlarmJudge, NoDataIsAskedOfThoseThatHadSome) {
  const v1::AlarmRule rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_NO_DATA, 0);
  EXPECT_TRUE(Judge(rule, Answer({}), nullptr, {}).empty());
  EXPECT_EQ(One(rule, Answer({}), nullptr, {kService}).verdict, Verdict::kBreach);
  EXPECT_EQ(One(rule, Plain(1), nullptr, {kService}).verdict, Verdict::kFine);
}

TEST(AlarmJudge, OfGroupsThatWereLeftOutNothingIsKnown) {
  const v1::AlarmRule rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_NO_DATA, 0);
  query::Answer answer = Answer({});
  answer.more = 3;
  EXPECT_EQ(One(rule, answer, nullptr, {kService}).verdict, Verdict::kUnjudged);
}

}  // namespace
}  // namespace bellrock::metrics::alarm
