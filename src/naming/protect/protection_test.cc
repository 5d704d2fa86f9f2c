// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/protection.h"

#include <gtest/gtest.h>

namespace bellrock::naming::protect {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Time At(int64_t second) {
  return Time() + seconds(second);
}

// A second of heartbeats, of which a share is missing.
void Beat(Freeze& freeze, int64_t second, int missing_percent) {
  freeze.OnSlot({1'000, static_cast<uint64_t>(10 * missing_percent), 0}, At(second));
}

TEST(Freeze, SensesAMassLossBeforeALeaseCanRunOut) {
  Freeze freeze;
  for (int64_t s = 0; s < 10; ++s) Beat(freeze, s, 1);
  EXPECT_FALSE(freeze.At(At(10)).on);
  int64_t second = 10;
  while (!freeze.At(At(second)).on && second < 30) Beat(freeze, second++, 33);
  // A lease of 10 s renewed each 3.3 s ends 6.7 s after the loss at the earliest.
  EXPECT_LE(second - 10, 4);
  EXPECT_EQ(freeze.At(At(second)).reason, Freeze::Reason::kHeartbeatsMissing);
}

TEST(Freeze, TenPercentThatDieAtOnceAreNoPartition) {
  Freeze freeze;
  for (int64_t s = 0; s < 60; ++s) Beat(freeze, s, 10);
  EXPECT_FALSE(freeze.At(At(60)).on);
}

TEST(Freeze, ALostMemberFreezesAtOnceAndItsCrashAloneNotForLong) {
  Freeze freeze;
  for (int64_t s = 0; s < 10; ++s) Beat(freeze, s, 0);
  freeze.SetMembers(5, 1, At(10));
  EXPECT_TRUE(freeze.At(At(10)).on);
  EXPECT_EQ(freeze.At(At(10)).reason, Freeze::Reason::kMembersLost);
  for (int64_t s = 10; s < 13; ++s) Beat(freeze, s, 20);  // its clients are on their way
  for (int64_t s = 13; s < 40; ++s) Beat(freeze, s, 0);
  EXPECT_FALSE(freeze.At(At(40)).on);
}

TEST(Freeze, LastsAsLongAsThePartitionAndEndsAfterIt) {
  Freeze freeze;
  freeze.SetMembers(5, 2, At(0));
  for (int64_t s = 0; s < 7'200; ++s) {
    Beat(freeze, s, 3);  // few are cut off, but they are
    ASSERT_TRUE(freeze.At(At(s)).on) << s;
  }
  freeze.SetMembers(5, 0, At(7'200));
  for (int64_t s = 7'200; s < 7'230; ++s) Beat(freeze, s, 0);
  EXPECT_FALSE(freeze.At(At(7'230)).on);
}

TEST(Freeze, WhatStaysAwayCountsAsDeadAfterANamedTimeAndDoesNotFreezeAgain) {
  Freeze freeze;
  for (int64_t s = 0; s < 310; ++s) Beat(freeze, s, 40);
  EXPECT_FALSE(freeze.At(At(310)).on);
  for (int64_t s = 310; s < 400; ++s) Beat(freeze, s, 40);
  EXPECT_FALSE(freeze.At(At(400)).on);
  for (int64_t s = 400; s < 410; ++s) Beat(freeze, s, 0);
  for (int64_t s = 410; s < 420; ++s) Beat(freeze, s, 40);
  EXPECT_TRUE(freeze.At(At(420)).on) << "another loss after calm";
}

// Who takes leases over knows of none of them whether heartbeats come, until one has come or could
// have come for long enough.
TEST(Freeze, DoesNotEndBeforeANewLeaderHasListened) {
  Freeze freeze;
  freeze.SetMembers(3, 2, At(0));
  for (int64_t s = 8; s < 14; ++s) freeze.OnSlot({1'000, 0, 120}, At(s));
  EXPECT_TRUE(freeze.At(At(14)).on);
  for (int64_t s = 14; s < 60; ++s) freeze.OnSlot({1'000, 120, 0}, At(s));
  EXPECT_TRUE(freeze.At(At(60)).on) << "they heartbeat on the other side";
}

TEST(Freeze, BeginsWithALeaderThatComesWhileMembersAreLost) {
  Freeze freeze;
  freeze.SetMembers(3, 1, At(0));
  for (int64_t s = 0; s < 20; ++s) Beat(freeze, s, 0);
  ASSERT_FALSE(freeze.At(At(20)).on);
  freeze.OnSlot({1'000, 0, 1'000}, At(20));
  EXPECT_TRUE(freeze.At(At(20)).on);
  for (int64_t s = 21; s < 40; ++s) Beat(freeze, s, 0);
  EXPECT_FALSE(freeze.At(At(40)).on) << "all have been heard";
}

TEST(Freeze, ANewLeaderWithAllMembersThereHasNothingToFreeze) {
  Freeze freeze;
  freeze.SetMembers(3, 0, At(0));
  for (int64_t s = 0; s < 20; ++s) freeze.OnSlot({1'000, 0, 1'000}, At(s));
  EXPECT_FALSE(freeze.At(At(20)).on);
}

TEST(Freeze, AFewHeartbeatsSayNothingAboutShares) {
  Freeze freeze;
  for (int64_t s = 0; s < 20; ++s) freeze.OnSlot({2, 1, 0}, At(s));
  EXPECT_FALSE(freeze.At(At(20)).on);
}

TEST(Freeze, TheOperatorsWordIsStrongerForItsTime) {
  Freeze freeze;
  freeze.override_slot().Set(true, "ada: switch upgrade", minutes(10), At(0));
  EXPECT_TRUE(freeze.At(At(599)).on);
  EXPECT_EQ(freeze.At(At(1)).detail, "ada: switch upgrade");
  EXPECT_FALSE(freeze.At(At(600)).on);
  freeze.SetMembers(5, 2, At(700));
  freeze.override_slot().Set(false, "ada: they are really dead", hours(100), At(700));
  EXPECT_FALSE(freeze.At(At(701)).on);
  EXPECT_TRUE(freeze.At(At(700) + OverrideSlot::kLongest).on) << "no word holds for ever";
}

// Ends leases one after another as a storm would; how many were let through.
int Storm(Threshold& threshold, int64_t working, Time now) {
  Threshold::Counts counts{working, 0};
  int ended = 0;
  for (int64_t i = 0; i < working; ++i) {
    if (!threshold.MayEnd("music/catalog", counts, now)) continue;
    --counts.working;
    ++counts.unreachable;
    ++ended;
  }
  return ended;
}

TEST(Threshold, AStormLeavesSixtyPercentOfAService) {
  Threshold threshold;
  EXPECT_EQ(Storm(threshold, 100, At(0)), 40);
  EXPECT_EQ(threshold.HeldServices(At(0)).size(), 1u);
  EXPECT_EQ(threshold.HeldServices(At(0))[0].needed, 60);
  Threshold small;
  EXPECT_EQ(Storm(small, 3, At(0)), 1);
  Threshold two;
  EXPECT_EQ(Storm(two, 2, At(0)), 1) << "one death is no storm";
  Threshold single;
  EXPECT_EQ(Storm(single, 1, At(0)), 1);
}

TEST(Threshold, EndsWhenOthersWorkAgainOrLeave) {
  Threshold threshold;
  EXPECT_FALSE(threshold.MayEnd("s", {60, 40}, At(0)));
  EXPECT_TRUE(threshold.MayEnd("s", {61, 39}, At(10)));
  EXPECT_FALSE(threshold.MayEnd("s", {60, 40}, At(20)));
  EXPECT_TRUE(threshold.MayEnd("s", {60, 10}, At(30))) << "30 have deregistered";
  EXPECT_TRUE(threshold.HeldServices(At(30)).empty());
}

TEST(Threshold, TakesWhatIsLeftForTheTruthAfterANamedTime) {
  Threshold threshold;
  int64_t second = 0;
  while (!threshold.MayEnd("s", {2, 1}, At(second))) second += 10;
  EXPECT_EQ(seconds(second), Threshold::kHoldMax);
  EXPECT_TRUE(threshold.MayEnd("s", {1, 2}, At(second + 10)));
}

TEST(Threshold, AnOperatorChoosesTheShareOfAServiceForATime) {
  Threshold threshold;
  ASSERT_TRUE(threshold.SetPercent("s", 0, "ada: drill", minutes(5), At(0)));
  EXPECT_TRUE(threshold.MayEnd("s", {1, 0}, At(1)));
  EXPECT_FALSE(threshold.MayEnd("s", {1, 1}, At(301)));
  ASSERT_TRUE(threshold.SetPercent("s", 90, "ada: sale", minutes(5), At(400)));
  EXPECT_FALSE(threshold.MayEnd("s", {90, 10}, At(401)));
  EXPECT_TRUE(threshold.MayEnd("s", {91, 9}, At(401)));
}

TEST(EmptyGuard, ACallerWhoHadAListIsNeverGivenNone) {
  EmptyGuard guard;
  EXPECT_TRUE(guard.MayTell("s", {1, 2, 0}, At(0)));
  EXPECT_FALSE(guard.MayTell("s", {0, 3, 0}, At(1)));
  EXPECT_FALSE(guard.MayTell("s", {0, 3, 0}, At(100'000)));
  EXPECT_EQ(guard.HeldNow().services, 1u);
  EXPECT_EQ(guard.HeldNow().since, At(1));
  EXPECT_TRUE(guard.MayTell("s", {1, 2, 0}, At(100'001)));
  EXPECT_EQ(guard.HeldNow().services, 0u);
}

TEST(EmptyGuard, LetsThroughWhatAnOperatorOrEveryInstanceWants) {
  EmptyGuard guard;
  EXPECT_TRUE(guard.MayTell("off", {0, 0, 3}, At(0)));
  EXPECT_FALSE(guard.MayTell("gone", {0, 0, 0}, At(0))) << "a rolling restart comes back";
  EXPECT_TRUE(guard.MayTell("gone", {0, 0, 0}, At(60)));
  EXPECT_TRUE(guard.MayTell("gone", {0, 0, 0}, At(61))) << "the next caller too";
}

TEST(EmptyGuard, ForgetsServicesNobodyAsksAbout) {
  EmptyGuard guard;
  EXPECT_FALSE(guard.MayTell("s", {0, 1, 0}, At(0)));
  guard.Sweep(At(3'601));
  EXPECT_EQ(guard.HeldNow().services, 0u);
}

TEST(PushPause, PausesAboveSeventyAndResumesBelowSixtyPercent) {
  PushPause pause;
  for (int64_t s = 0; s < 5; ++s) pause.OnSample(70, 100, At(s));
  EXPECT_FALSE(pause.At(At(5)).on);
  for (int64_t s = 5; s < 9; ++s) pause.OnSample(75, 100, At(s));
  EXPECT_TRUE(pause.At(At(9)).on);
  for (int64_t s = 9; s < 20; ++s) pause.OnSample(65, 100, At(s));
  EXPECT_TRUE(pause.At(At(20)).on);
  for (int64_t s = 20; s < 24; ++s) pause.OnSample(50, 100, At(s));
  EXPECT_FALSE(pause.At(At(24)).on);
}

TEST(PushPause, AlternatingAroundSeventyDoesNotFlap) {
  PushPause pause;
  int changes = 0;
  bool last = false;
  for (int64_t s = 0; s < 60; ++s) {
    pause.OnSample(s % 2 == 0 ? 66 : 80, 100, At(s));
    if (pause.At(At(s)).on != last) ++changes;
    last = pause.At(At(s)).on;
  }
  EXPECT_LE(changes, 1);
}

TEST(PushPause, WatchersAreToldNowAndThenEvenIfOthersFillTheNetwork) {
  PushPause pause;
  int paused = 0;
  for (int64_t s = 0; s < 600; ++s) {
    pause.OnSample(90, 100, At(s));
    if (pause.At(At(s)).on) ++paused;
  }
  EXPECT_GT(paused, 500);
  EXPECT_LT(paused, 570);
}

TEST(Protection, TheStrongestSpeaksFirst) {
  Protection protection;
  EXPECT_EQ(protection.MayEnd("s", {100, 0}, At(0)).by, Protection::By::kNobody);
  EXPECT_EQ(protection.MayEnd("s", {60, 40}, At(0)).by, Protection::By::kThreshold);
  protection.freeze().SetMembers(3, 1, At(1));
  EXPECT_EQ(protection.MayEnd("s", {100, 0}, At(1)).by, Protection::By::kFreeze);
  protection.freeze().override_slot().Set(true, "ada: drill", minutes(1), At(2));
  EXPECT_EQ(protection.MayEnd("s", {100, 0}, At(2)).by, Protection::By::kOperator);
}

TEST(Protection, ShowsWhatHoldsWithItsReasonAndSinceWhen) {
  Protection protection;
  EXPECT_TRUE(protection.ActiveAt(At(0)).empty());
  EXPECT_FALSE(protection.MayEnd("music/catalog", {60, 40}, At(1)).may_end);
  EXPECT_FALSE(protection.empty_guard().MayTell("x/y", {0, 1, 0}, At(2)));
  protection.freeze().SetMembers(3, 1, At(3));
  const auto active = protection.ActiveAt(At(4));
  ASSERT_EQ(active.size(), 3u);
  EXPECT_EQ(active[0].name, "freeze");
  EXPECT_EQ(active[0].reason, "1 of 3 members lost, 0 % of heartbeats missing");
  EXPECT_EQ(active[0].since, At(3));
  EXPECT_EQ(active[1].since, At(2));
  EXPECT_EQ(active[2].subject, "music/catalog");
  EXPECT_EQ(active[2].reason, "60 work, 60 have to; 1 ends refused");
}

}  // namespace
}  // namespace bellrock::naming::protect
