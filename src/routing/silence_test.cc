// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/silence.h"

#include <gtest/gtest.h>

#include <vector>

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Ten instances; each tick of 100 ms each begins and answers so many calls, unless a test says
// otherwise.
struct SilenceTest : testing::Test {
  SilenceWatch watch;
  std::vector<SilenceFigures> figures = std::vector<SilenceFigures>(10);
  Time now{seconds(1000)};

  void Calls(size_t k, int64_t started, uint64_t ok, Duration latency = milliseconds(5)) {
    figures[k].started = started;
    figures[k].ok = ok;
    figures[k].latency_us = ok * static_cast<uint64_t>(latency / std::chrono::microseconds(1));
  }
  void AllAnswer(Duration latency = milliseconds(5)) {
    for (size_t k = 0; k < figures.size(); ++k) Calls(k, 10, 10, latency);
  }
  void Step() {
    now += milliseconds(100);
    std::vector<SilenceFigures*> all;
    for (SilenceFigures& one : figures) all.push_back(&one);
    watch.Step(all, 5, now);
  }
  void Settle(Duration latency = milliseconds(5)) {
    for (int tick = 0; tick < 20; ++tick) {
      AllAnswer(latency);
      Step();
    }
  }
  size_t Suspects() const {
    size_t count = 0;
    for (const SilenceFigures& one : figures) count += one.suspect();
    return count;
  }
};

TEST_F(SilenceTest, OneThatTakesCallsAndAnswersNoneIsSuspectedWithinATick) {
  Settle();
  EXPECT_EQ(Suspects(), 0u);
  AllAnswer();
  Calls(3, 10, 0);
  Step();
  EXPECT_TRUE(figures[3].suspect());
  EXPECT_EQ(Suspects(), 1u);
}

TEST_F(SilenceTest, TheFirstGoodAnswerEndsTheSuspicion) {
  Settle();
  AllAnswer();
  Calls(3, 10, 0);
  Step();
  AllAnswer();
  Calls(3, 0, 1);
  Step();
  EXPECT_FALSE(figures[3].suspect());
}

TEST_F(SilenceTest, AnIdleOneIsNotSilent) {
  Settle();
  for (int tick = 0; tick < 20; ++tick) {
    AllAnswer();
    Calls(3, 0, 0);
    Step();
    EXPECT_EQ(Suspects(), 0u);
  }
}

TEST_F(SilenceTest, CallsThatTheirCallersTookBackAreNotWaitedFor) {
  Settle();
  AllAnswer();
  Calls(3, 1, 0);
  Step();
  for (int tick = 0; tick < 10; ++tick) {
    AllAnswer();
    Calls(3, tick == 0 ? -1 : 0, 0);
    Step();
    EXPECT_EQ(Suspects(), 0u);
  }
}

TEST_F(SilenceTest, LongCallsAreWaitedForAsLongAsIsUsual) {
  Settle(seconds(2));
  for (int tick = 0; tick < 50; ++tick) {
    AllAnswer(seconds(2));
    Calls(3, 10, 0);
    Step();
    EXPECT_EQ(Suspects(), 0u) << tick;
  }
}

TEST_F(SilenceTest, WhatAllHaveInCommonSuspectsNobody) {
  Settle();
  for (int tick = 0; tick < 5; ++tick) {
    AllAnswer();
    for (size_t k = 0; k < 6; ++k) Calls(k, 10, 0);
    Step();
    EXPECT_EQ(Suspects(), 0u) << "6 of 10 are silent, 5 may be";
  }
}

TEST_F(SilenceTest, ASuspicionThatNothingConfirmsEnds) {
  Settle();
  AllAnswer();
  Calls(3, 10, 0);
  Step();
  ASSERT_TRUE(figures[3].suspect());
  for (int tick = 0; tick < 20; ++tick) {
    AllAnswer();
    Calls(3, 0, 0);
    Step();
  }
  EXPECT_FALSE(figures[3].suspect());
}

TEST_F(SilenceTest, WhoAnswersLateTeachesHowLongIsUsual) {
  Settle();
  const Duration before = watch.usual();
  AllAnswer();
  Calls(3, 10, 0);
  Step();
  AllAnswer();
  Calls(3, 0, 0);
  Step();
  AllAnswer();
  Step();
  EXPECT_GT(watch.usual(), before);
  EXPECT_LE(watch.usual(), 2 * before);
}

TEST_F(SilenceTest, WhoseCallsFailMeanwhileIsProvenSilent) {
  Settle();
  AllAnswer();
  Calls(3, 10, 0);
  Step();
  ASSERT_TRUE(figures[3].suspect());
  EXPECT_FALSE(figures[3].failed_too);
  AllAnswer();
  Calls(3, 0, 0);
  figures[3].failed = 10;
  Step();
  EXPECT_TRUE(figures[3].failed_too);
  AllAnswer();
  Calls(3, 0, 1);
  Step();
  EXPECT_FALSE(figures[3].failed_too);
}

TEST_F(SilenceTest, ACallerWhoseCallsAreAllLongSuspectsNobody) {
  for (int tick = 0; tick < 100; ++tick) {
    for (size_t k = 0; k < figures.size(); ++k) Calls(k, 2, 0);
    Step();
    EXPECT_EQ(Suspects(), 0u) << tick;
  }
}

// Ten calls at once, just before a tick, each second: they look as if the first began 91 ms ago.
TEST_F(SilenceTest, BurstsAreSuspectedOnce) {
  Settle();
  size_t suspicions = 0;
  for (int tick = 0; tick < 300; ++tick) {
    AllAnswer();
    if (tick % 10 < 2) Calls(3, tick % 10 == 0 ? 10 : 0, tick % 10 == 0 ? 0 : 10);
    Step();
    suspicions += Suspects();
  }
  EXPECT_LE(suspicions, 2u) << "of 30 bursts in 30 s";
}

// One call a second, which takes longer than the others' calls do.
TEST_F(SilenceTest, AnInstanceThatIsSeldomCalledAndSlowIsSuspectedAFewTimesAtMost) {
  Settle();
  size_t began = 0;
  for (int round = 0; round < 20; ++round) {
    for (int tick = 0; tick < 10; ++tick) {
      AllAnswer();
      Calls(3, tick == 0 ? 1 : 0, tick == 7 ? 1 : 0, milliseconds(700));
      const bool before = figures[3].suspect();
      Step();
      began += !before && figures[3].suspect();
    }
  }
  EXPECT_GE(began, 1u);
  EXPECT_LE(began, 5u) << "of 20 calls of 700 ms";
}

}  // namespace
}  // namespace bellrock::routing
