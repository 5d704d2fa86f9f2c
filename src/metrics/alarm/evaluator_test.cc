// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/evaluator.h"

#include <gtest/gtest.h>

#include <functional>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/scene_for_test.h"
#include "metrics/alarm/templates.h"

namespace bellrock::metrics::alarm {
namespace {

class AlarmEvaluator : public testing::Test {
 protected:
  using Source = std::function<Result<query::Answer>(const query::Question&)>;

  AlarmEvaluator() : evaluator_(v1::AlarmState()) {
    settings_.set_no_templates(true);
    settings_.add_owners()->set_service("music/*");
    settings_.mutable_owners(0)->set_owner("music");
  }
  void Use(const v1::AlarmRule& rule) {
    *settings_.add_rules() = rule;
    evaluator_.SetSettings(settings_, now_);
  }
  // One minute on, and one look.
  void Minute(const Source& source) {
    now_ += 60;
    Look(source);
  }
  void Look(const Source& source) {
    for (const Asked& asked : evaluator_.Plan(now_)) {
      const Result<query::Answer> past =
          asked.past ? source(*asked.past) : Result<query::Answer>(query::Answer());
      evaluator_.Take(asked, source(asked.now), past, now_);
    }
  }
  void Minute(const query::Answer& answer) {
    Minute([&](const query::Question&) { return answer; });
  }
  size_t Firing() const {
    size_t firing = 0;
    for (const auto& [id, one] : evaluator_.memory().firings) firing += one.resolved_at() == 0;
    return firing;
  }
  const v1::AlarmFiring& First() const { return evaluator_.memory().firings.begin()->second; }
  const v1::AlarmProgress& Progress() const { return evaluator_.memory().progress.begin()->second; }

  v1::AlarmSettings settings_;
  Evaluator evaluator_;
  int64_t now_ = 1'000'000 * 60 + 10;
};

TEST_F(AlarmEvaluator, AnAlarmSaysWhatWhereAndSinceWhen) {
  v1::AlarmRule rule = SuccessRule();
  rule.set_for_windows(2);
  (*rule.mutable_annotations())["summary"] = "calls fail";
  Use(rule);
  Minute(Results(90, 10));
  EXPECT_EQ(Firing(), 0u);
  Minute(Results(80, 20));
  ASSERT_EQ(Firing(), 1u);
  EXPECT_DOUBLE_EQ(First().value(), 0.8);
  EXPECT_EQ(First().calls(), 100u);
  EXPECT_EQ(First().fired_at() - First().since(), 120);
  EXPECT_EQ(First().labels().at("owner"), "music");
  EXPECT_EQ(First().labels().at("service"), "music/catalog");
  EXPECT_EQ(First().labels().at("severity"), "warning");
  EXPECT_EQ(First().annotations().at("summary"), "calls fail");
  for (int i = 0; i < 3; ++i) Minute(Results(100, 0));
  EXPECT_EQ(Firing(), 0u);
  EXPECT_EQ(First().resolved_at() - First().fired_at(), 180);
}

TEST_F(AlarmEvaluator, AnIncompleteWindowWaitsThenIsJudgedAndSaysSo) {
  Use(SuccessRule());
  Minute(Results(90, 10, 0.9));
  EXPECT_EQ(Firing(), 0u);
  EXPECT_NE(Progress().problem().find("90.00 %"), std::string::npos) << Progress().problem();
  now_ += kIncompleteWaitSeconds - 20;
  Look([](const query::Question&) { return Results(90, 10, 0.9); });
  EXPECT_EQ(Firing(), 0u);
  now_ += 20;
  Look([](const query::Question&) { return Results(90, 10, 0.9); });
  ASSERT_EQ(Firing(), 1u);
  EXPECT_EQ(First().note(), "only 90.0 % of the calls are counted so far");
  EXPECT_EQ(First().completeness(), 0.9);
}

TEST_F(AlarmEvaluator, MissingCallsDoNotResolveAnAlarmUnlessTheyMissForLong) {
  Use(SuccessRule());
  Minute(Results(90, 10));
  ASSERT_EQ(Firing(), 1u);
  now_ += kIncompleteWaitSeconds;
  for (uint32_t i = 0; i < kIncompleteRunMax; ++i) Minute(Results(90, 0, 0.5));
  EXPECT_EQ(Firing(), 1u);
  for (int i = 0; i < 3; ++i) Minute(Results(90, 0, 0.5));
  EXPECT_EQ(Firing(), 0u);
}

TEST_F(AlarmEvaluator, CallsThatComeLateChangeNothingOfWhatWasJudged) {
  Use(SuccessRule());
  Minute(Results(90, 10));
  ASSERT_EQ(Firing(), 1u);
  Look([](const query::Question&) { return Results(100'000, 10); });
  EXPECT_EQ(Firing(), 1u);
}

TEST_F(AlarmEvaluator, AWindowWithoutAnswerComesAgain) {
  Use(SuccessRule());
  Minute([](const query::Question&) { return Result<query::Answer>(UnavailableError("away")); });
  EXPECT_EQ(Progress().problem(), "UNAVAILABLE: away");
  Look([](const query::Question&) { return Results(90, 10); });
  EXPECT_EQ(Firing(), 1u);
  EXPECT_EQ(Progress().problem(), "");
}

TEST_F(AlarmEvaluator, AfterALongAbsenceTheOldestWindowsAreSkippedAndCounted) {
  Use(SuccessRule());
  Minute(Results(100, 0));
  now_ += 3600;
  int windows = 0;
  while (!evaluator_.Plan(now_).empty()) {
    Look([](const query::Question&) { return Results(100, 0); });
    ++windows;
  }
  EXPECT_EQ(windows, kCatchUpWindows);
  EXPECT_EQ(Progress().windows_skipped(), 60u - kCatchUpWindows);
}

TEST_F(AlarmEvaluator, APastThatIsNoLongerKeptIsNoReasonToWait) {
  Use(Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE_PERCENT, 50));
  const int64_t begin = now_;
  now_ += 60;
  Look([&](const query::Question& question) {
    return question.from < begin - 70 ? Result<query::Answer>(OutOfRangeError("gone"))
                                      : Answer({Group({"music/catalog"}, Calls(10))});
  });
  EXPECT_EQ(Progress().problem(), "");
  EXPECT_TRUE(evaluator_.Plan(now_).empty());
}

TEST_F(AlarmEvaluator, NoDataFiresForAServiceThatFellSilent) {
  Use(Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_NO_DATA, 0, "*"));
  Minute(Answer({Group({"music/catalog"}, Calls(10)), Group({"radio/live"}, Calls(10))}));
  Minute(Answer({Group({"radio/live"}, Calls(10))}));
  ASSERT_EQ(Firing(), 1u);
  EXPECT_EQ(First().labels().at("service"), "music/catalog");
  // It comes back.
  for (int i = 0; i < 3; ++i) {
    Minute(Answer({Group({"music/catalog"}, Calls(1)), Group({"radio/live"}, Calls(10))}));
  }
  EXPECT_EQ(Firing(), 0u);
}

TEST_F(AlarmEvaluator, AServiceGoneForAWeekIsForgotten) {
  Use(Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_NO_DATA, 0, "*"));
  Minute(Answer({Group({"music/catalog"}, Calls(10))}));
  Minute(Answer({}));
  ASSERT_EQ(Firing(), 1u);
  now_ += kNoDataForgetSeconds;
  for (int64_t i = 0; i < kCatchUpWindows; ++i) Minute(Answer({}));
  for (int64_t i = 0; i < kCatchUpWindows; ++i) {
    Look([](const query::Question&) { return Answer({}); });
  }
  EXPECT_EQ(Firing(), 0u);
  EXPECT_EQ(First().note(), "it had no calls for too long");
  EXPECT_TRUE(evaluator_.memory().tracks.empty());
}

TEST_F(AlarmEvaluator, ARemovedRuleResolvesItsAlarms) {
  Use(SuccessRule());
  Minute(Results(90, 10));
  ASSERT_EQ(Firing(), 1u);
  settings_.mutable_rules(0)->set_disabled(true);
  evaluator_.SetSettings(settings_, now_);
  EXPECT_EQ(Firing(), 0u);
  EXPECT_EQ(First().note(), "its rule was removed or disabled");
  EXPECT_TRUE(evaluator_.memory().progress.empty());
}

TEST_F(AlarmEvaluator, EveryServiceHasTheTemplatesAndMayReplaceThem) {
  settings_.set_no_templates(false);
  v1::AlarmRule own = SuccessRule(0.5);
  own.set_name("success_rate");
  Use(own);
  EXPECT_EQ(evaluator_.Plan(now_ + 60).size(), 4u);
  const auto source = [](const query::Question& question) {
    query::Answer answer;
    if (question.group_by.back() == Dimension::kResult) {
      answer = Results(900, 100);
      const query::Answer other = Results(900, 100, 1, "radio/live");
      const bool one = question.where.size() == 1;
      if (!one) answer.groups.insert(answer.groups.end(), other.groups.begin(), other.groups.end());
    }
    return answer;
  };
  for (int i = 0; i < 3; ++i) Minute(source);
  ASSERT_EQ(Firing(), 1u);
  EXPECT_EQ(First().labels().at("service"), "radio/live");
  EXPECT_EQ(First().labels().at("severity"), "critical");
}

TEST_F(AlarmEvaluator, AFiringIsBrokenDownOnce) {
  Use(SuccessRule());
  Minute(Results(90, 10));
  const auto plan = evaluator_.PlanBreakdowns();
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan[0].second.size(), 5u);
  evaluator_.TakeBreakdown(plan[0].first, {});
  EXPECT_TRUE(evaluator_.PlanBreakdowns().empty());
}

TEST_F(AlarmEvaluator, FiringsBecomeHistoryAndAreForgottenInTime) {
  Use(SuccessRule());
  Minute(Results(90, 10));
  for (int i = 0; i < 3; ++i) Minute(Results(100, 0));
  EXPECT_EQ(evaluator_.memory().firings.size(), 1u);
  now_ += kHistorySeconds;
  Minute(Results(100, 0));
  EXPECT_TRUE(evaluator_.memory().firings.empty());
}

}  // namespace
}  // namespace bellrock::metrics::alarm
