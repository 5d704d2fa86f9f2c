// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/maintenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace bellrock::naming {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1'000'000;

OperatorState Isolated(const std::string& reason) {
  return OperatorState{false, true, 0, reason, {}};
}
OperatorState Weight(int32_t weight) {
  return OperatorState{false, false, weight, "slow disk", {}};
}
OperatorStatePtr Said(OperatorState state) {
  return std::make_shared<const OperatorState>(std::move(state));
}

TEST(MaintenanceWindow, ToComeChangesNothingBeginsAndIsOver) {
  OperatorState state = *PlanWindow(nullptr, Isolated("disk swap"), {kNow + 10, kNow + 20}, kNow);
  EXPECT_FALSE(state.isolated);
  EXPECT_TRUE(state.reason.empty());
  EXPECT_EQ(NextBoundary(state), kNow + 10);
  state = TurnOver(state, kNow + 10);
  EXPECT_TRUE(state.isolated);
  EXPECT_EQ(state.reason, "disk swap");
  EXPECT_EQ(NextBoundary(state), kNow + 20);
  state = TurnOver(state, kNow + 20);
  EXPECT_FALSE(state.says_something());
  EXPECT_EQ(state.reason, "maintenance window over: disk swap");
}

TEST(MaintenanceWindow, WhatHeldBeforeHoldsAgain) {
  const OperatorState before = Weight(50);
  OperatorState state = *PlanWindow(Said(before), Isolated("disk swap"), {0, kNow + 20}, kNow);
  EXPECT_TRUE(state.isolated);
  EXPECT_EQ(state.weight, 0);
  EXPECT_EQ(TurnOver(state, kNow + 20), before);
  state = *PlanWindow(Said(before), Isolated("disk swap"), {kNow + 10, kNow + 20}, kNow);
  EXPECT_EQ(state.weight, 50) << "until it begins";
  EXPECT_EQ(TurnOver(TurnOver(state, kNow + 10), kNow + 20), before);
}

TEST(MaintenanceWindow, AnotherOneReplacesItWithoutNesting) {
  const OperatorState before = Weight(50);
  const OperatorState first = *PlanWindow(Said(before), Isolated("a"), {0, kNow + 20}, kNow);
  const OperatorState second = *PlanWindow(Said(first), Isolated("b"), {0, kNow + 40}, kNow + 5);
  EXPECT_EQ(second.reason, "b");
  EXPECT_EQ(TurnOver(second, kNow + 40), before);
  const OperatorState later = *PlanWindow(Said(second), Isolated("c"), {kNow + 50, 0}, kNow + 6);
  EXPECT_EQ(later.weight, 50) << "one that has begun ends when another is planned";
  EXPECT_EQ(NextBoundary(later), kNow + 50);
}

TEST(MaintenanceWindow, WithoutAnEndItIsAnOrdinaryWordOnceBegun) {
  const OperatorState state = *PlanWindow(nullptr, Isolated("x"), {kNow + 10, 0}, kNow);
  EXPECT_EQ(TurnOver(state, kNow + 10), Isolated("x"));
}

TEST(MaintenanceWindow, MissedAltogetherNobodyIsTakenOut) {
  OperatorState state = *PlanWindow(nullptr, Isolated("x"), {kNow + 10, kNow + 20}, kNow);
  state = TurnOver(state, kNow + 30);
  EXPECT_FALSE(state.says_something());
  EXPECT_EQ(state.reason, "maintenance window missed: x");
}

TEST(MaintenanceWindow, BadTimesNameFieldValueAndRemedy) {
  const auto why = [](OperatorState wanted, WindowTimes times) {
    return PlanWindow(nullptr, std::move(wanted), times, kNow).status().ToString();
  };
  EXPECT_THAT(why(Isolated("x"), {-1, 0}), HasSubstr("from_unix_ms -1: use Unix milliseconds"));
  EXPECT_THAT(why(Isolated("x"), {0, kNow}), HasSubstr("until_unix_ms 1000000: it is 1000000"));
  EXPECT_THAT(why(Isolated("x"), {kNow + 9, kNow + 9}), HasSubstr("end it later"));
  EXPECT_THAT(why(Isolated("x"), {0, kNow + kWindowAheadMsMax + 1}), HasSubstr("366 days"));
  EXPECT_THAT(why({}, {0, kNow + 9}), HasSubstr("give disabled, isolated or weight"));
}

TEST(MaintenanceWindow, TimesReadWell) {
  MaintenanceWindow window{1'795'356'000'000, 1'795'359'600'000, false, Said({})};
  EXPECT_EQ(WindowText(window), "2026-11-22 14:00:00 to 2026-11-22 15:00:00 UTC");
  window.until_unix_ms = 0;
  EXPECT_EQ(WindowText(window), "from 2026-11-22 14:00:00 UTC");
}

TEST(MaintenanceCalendar, GivesWhatIsDueTheEarliestFirst) {
  MaintenanceCalendar calendar;
  calendar.Put("/a/b/c/d/e/1", 30);
  calendar.Put("/a/b/c/d/e/2", 10);
  calendar.Put("/a/b/c/d/e/3", 20);
  calendar.Put("/a/b/c/d/e/1", 5);
  calendar.Remove("/a/b/c/d/e/3");
  calendar.Remove("/a/b/c/d/e/9");
  EXPECT_EQ(calendar.TakeDue(4), std::nullopt);
  EXPECT_EQ(calendar.TakeDue(10), "/a/b/c/d/e/1");
  EXPECT_EQ(calendar.TakeDue(10), "/a/b/c/d/e/2");
  EXPECT_EQ(calendar.TakeDue(100), std::nullopt);
  EXPECT_EQ(calendar.size(), 0U);
}

}  // namespace
}  // namespace bellrock::naming
