// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/lifecycle.h"

#include <gtest/gtest.h>

#include <random>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

class AlarmLifecycle : public testing::Test {
 protected:
  AlarmLifecycle() : rule_(SuccessRule()) {
    rule_.set_for_windows(3);
    rule_.set_recover_windows(2);
  }
  Transition Next(Verdict verdict, bool doubtful = false) {
    now_ += 60;
    Judgement judgement;
    judgement.verdict = verdict;
    judgement.calls = 1;
    return Advance(rule_, judgement, {now_, doubtful}, track_);
  }
  int Windows(Verdict verdict, Transition until) {
    int windows = 1;
    while (Next(verdict) != until && windows < 1000) ++windows;
    return windows;
  }

  v1::AlarmRule rule_;
  v1::AlarmTrack track_;
  int64_t now_ = 600'000;
};

TEST_F(AlarmLifecycle, FiresAfterAllItsWindowsAndResolvesAfterTheOthers) {
  EXPECT_EQ(Next(Verdict::kBreach), Transition::kNone);
  EXPECT_EQ(track_.since(), 600'000);
  EXPECT_EQ(Next(Verdict::kBreach), Transition::kNone);
  EXPECT_EQ(Next(Verdict::kBreach), Transition::kFired);
  EXPECT_EQ(track_.fired_at(), 600'180);
  EXPECT_EQ(Next(Verdict::kBreach), Transition::kNone);
  EXPECT_EQ(Next(Verdict::kFine), Transition::kNone);
  EXPECT_EQ(Next(Verdict::kTooFew), Transition::kResolved);
  EXPECT_EQ(track_.fired_at(), 0);
}

TEST_F(AlarmLifecycle, OneFineWindowBeginsTheCountAnew) {
  Next(Verdict::kBreach);
  Next(Verdict::kBreach);
  Next(Verdict::kFine);
  EXPECT_EQ(Windows(Verdict::kBreach, Transition::kFired), 3);
}

TEST_F(AlarmLifecycle, WhatCannotBeJudgedChangesNothing) {
  Next(Verdict::kBreach);
  Next(Verdict::kBreach);
  EXPECT_EQ(Next(Verdict::kUnjudged), Transition::kNone);
  EXPECT_EQ(Next(Verdict::kBreach), Transition::kFired);
  Next(Verdict::kFine);
  Next(Verdict::kUnjudged);
  EXPECT_EQ(Next(Verdict::kFine), Transition::kResolved);
}

TEST_F(AlarmLifecycle, AFineWindowWithCallsMissingProvesNothing) {
  Windows(Verdict::kBreach, Transition::kFired);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Next(Verdict::kFine, true), Transition::kNone);
  EXPECT_EQ(Windows(Verdict::kFine, Transition::kResolved), 2);
}

TEST_F(AlarmLifecycle, FlappingTakesLongerAndLongerToResolve) {
  for (const int windows : {2, 4, 8, 16, 16}) {
    Windows(Verdict::kBreach, Transition::kFired);
    EXPECT_EQ(Windows(Verdict::kFine, Transition::kResolved), windows);
  }
  now_ += kFlapSeconds;
  Windows(Verdict::kBreach, Transition::kFired);
  EXPECT_EQ(Windows(Verdict::kFine, Transition::kResolved), 2);
}

TEST_F(AlarmLifecycle, IsForgottenWhenNothingInItMatters) {
  Next(Verdict::kFine);
  EXPECT_TRUE(Forgettable(rule_, track_, now_));
  Windows(Verdict::kBreach, Transition::kFired);
  EXPECT_FALSE(Forgettable(rule_, track_, now_));
  Windows(Verdict::kFine, Transition::kResolved);
  EXPECT_FALSE(Forgettable(rule_, track_, now_));  // its firings still count as flapping
  now_ += kFlapSeconds;
  Next(Verdict::kFine);
  EXPECT_TRUE(Forgettable(rule_, track_, now_));
}

TEST_F(AlarmLifecycle, NeverFiresTwiceWithoutResolvingBetween) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    track_.Clear();
    bool firing = false;
    for (int i = 0; i < 500; ++i) {
      const auto verdict = static_cast<Verdict>(random() % 4);
      const Transition transition = Next(verdict, random() % 5 == 0);
      ASSERT_FALSE(transition == Transition::kFired && firing) << "seed " << seed;
      ASSERT_FALSE(transition == Transition::kResolved && !firing) << "seed " << seed;
      if (transition != Transition::kNone) firing = transition == Transition::kFired;
      ASSERT_EQ(firing, track_.fired_at() != 0) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace bellrock::metrics::alarm
