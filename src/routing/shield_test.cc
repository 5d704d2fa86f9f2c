// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/shield.h"

#include <gtest/gtest.h>

#include "routing/settings_options.h"

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr CallResults Ok(uint64_t n) {
  return {.ok = n, .latency_us = n * 100};
}
constexpr CallResults Failed(uint64_t n) {
  return {.failed = n};
}
constexpr CallResults Unreachable(uint64_t n) {
  return {.failed = n, .unreachable = n};
}

// A shield and its clock.
struct Fixture : testing::Test {
  ShieldOptions options;
  Shield shield{options};
  Time now{seconds(1000)};

  void Advance(Duration duration) { now += duration; }
  void Step(double expected = 100) { shield.Step(now, expected); }
  void ShutAfterFailures() {
    shield.AddResults(Failed(3), now);
    ASSERT_TRUE(shield.wants_shield());
    shield.Shut(now);
  }
  // From its trial; each call takes so long.
  void PassTrialAndRecover(uint64_t latency_us) {
    shield.AddResults({.ok = 3, .latency_us = 3 * latency_us}, now);
    Step();
    for (int step = 0; step < 10 && shield.phase() == ShieldPhase::kRecovering; ++step) {
      Advance(milliseconds(500));
      shield.AddResults({.ok = 10, .latency_us = 10 * latency_us}, now);
      Step();
    }
    ASSERT_EQ(shield.phase(), ShieldPhase::kOpen);
  }
  void ProbeOk() {
    ASSERT_TRUE(shield.ProbeDue(now));
    shield.ProbeStarted();
    shield.OnProbe(true, "", now);
  }
};
using ShieldTest = Fixture;

LatencyVerdict Slow() {
  return {.slow = true,
          .median_us = 50'000,
          .limit_us = 175'000,
          .reason = "latency: 480 ms, 9.6 times the median"};
}

TEST(Wilson, GivesTheLowerBoundAsComputedByHand) {
  EXPECT_EQ(WilsonLowerBound(0, 0), 0);
  EXPECT_NEAR(WilsonLowerBound(0, 10), 0, 1e-12);
  EXPECT_NEAR(WilsonLowerBound(3, 3), 0.4385, 1e-4);
  EXPECT_NEAR(WilsonLowerBound(5, 10), 0.2366, 1e-4);
  EXPECT_NEAR(WilsonLowerBound(500, 1000), 0.4691, 1e-4);
}

TEST_F(ShieldTest, ThreeFailuresInARowAskForAShieldHoweverSlowlyTheyCome) {
  for (int call = 0; call < 3; ++call) {
    EXPECT_FALSE(shield.wants_shield());
    shield.AddResults(Failed(1), now);
    Advance(seconds(15));
    Step(0.1);
  }
  EXPECT_TRUE(shield.wants_shield());
}

TEST_F(ShieldTest, ASuccessEndsTheRun) {
  for (int call = 0; call < 30; ++call) {
    shield.AddResults(Failed(2), now);
    Advance(seconds(2));
    shield.AddResults(Ok(1), now);
    Advance(seconds(2));
    Step();
    EXPECT_FALSE(shield.wants_shield());
  }
}

TEST_F(ShieldTest, AFailureRateSurelyAboveHalfAsksForAShield) {
  shield.AddResults({.ok = 45, .failed = 55}, now);
  EXPECT_FALSE(shield.wants_shield()) << "55 of 100 may still be half";
  shield.AddResults({.ok = 10, .failed = 60}, now);
  EXPECT_TRUE(shield.wants_shield());
  EXPECT_NE(shield.reason().find("115 of 170 calls failed"), std::string::npos) << shield.reason();
}

TEST_F(ShieldTest, ShrinksFastAndGrowsBackWhenTheFailuresStop) {
  shield.AddResults({.ok = 60, .failed = 40}, now);
  Step();
  EXPECT_NEAR(shield.factor(), 0.36, 1e-9);
  EXPECT_NE(shield.reason().find("shrunk to 36 %"), std::string::npos) << shield.reason();
  for (int tick = 0; tick < 30; ++tick) {
    Advance(milliseconds(100));
    shield.AddResults(Ok(10), now);
    Step();
  }
  EXPECT_EQ(shield.factor(), 1);
  EXPECT_EQ(shield.reason(), "");
}

TEST_F(ShieldTest, GoesThroughProbeTrialAndRecoveryBackToItsFullShare) {
  ShutAfterFailures();
  EXPECT_EQ(shield.factor(), 0);
  ProbeOk();
  Step();
  EXPECT_EQ(shield.phase(), ShieldPhase::kShielded) << "not before the backoff";
  Advance(milliseconds(100));
  Step(100);
  ASSERT_EQ(shield.phase(), ShieldPhase::kTrial);
  EXPECT_NEAR(shield.factor(), 0.05, 1e-9) << "5 of its 100 calls per second";
  shield.AddResults(Ok(3), now);
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kRecovering);
  double factor = shield.factor();
  EXPECT_NEAR(factor, 0.1, 1e-9);
  for (int step = 0; step < 6; ++step) {
    Advance(milliseconds(500));
    shield.AddResults(Ok(10), now);
    Step();
    EXPECT_GE(shield.factor(), factor);
    EXPECT_LE(shield.factor(), factor * 1.5 + 1e-9);
    factor = shield.factor();
  }
  EXPECT_EQ(shield.phase(), ShieldPhase::kOpen);
  EXPECT_EQ(factor, 1);
}

TEST_F(ShieldTest, AFailedTrialShieldsAgainForTwiceAsLongUpToABound) {
  ShutAfterFailures();
  Duration expected = options.backoff_min;
  for (int relapse = 0; relapse < 9; ++relapse) {
    ProbeOk();
    Advance(expected - milliseconds(1));
    Step();
    ASSERT_EQ(shield.phase(), ShieldPhase::kShielded) << relapse;
    Advance(milliseconds(1));
    Step();
    ASSERT_EQ(shield.phase(), ShieldPhase::kTrial) << relapse;
    shield.AddResults(Failed(2), now);
    Step();
    ASSERT_TRUE(shield.wants_shield());
    shield.Shut(now);
    expected = std::min<Duration>(expected * 2, options.backoff_max);
  }
  EXPECT_EQ(expected, options.backoff_max);
}

TEST_F(ShieldTest, ARefusedConnectionShieldsAtOnceAndIsProbedWithBackoff) {
  shield.AddResults(Unreachable(1), now);
  EXPECT_FALSE(shield.wants_shield());
  ASSERT_TRUE(shield.ProbeDue(now));
  shield.ProbeStarted();
  EXPECT_FALSE(shield.ProbeDue(now)) << "one probe at a time";
  shield.OnProbe(false, "refused", now);
  EXPECT_EQ(shield.phase(), ShieldPhase::kShielded);
  EXPECT_TRUE(shield.refused());
  EXPECT_NE(shield.reason().find("refused"), std::string::npos);
  int probes = 0;
  for (Duration passed{0}; passed < seconds(60); passed += milliseconds(100)) {
    Advance(milliseconds(100));
    Step();
    if (!shield.ProbeDue(now)) continue;
    ++probes;
    shield.ProbeStarted();
    shield.OnProbe(false, "refused", now);
  }
  EXPECT_GE(probes, 12);
  EXPECT_LE(probes, 20);
}

TEST_F(ShieldTest, AnInstanceThatConnectsAfterOneBrokenCallStaysOpen) {
  shield.AddResults(Unreachable(1), now);
  ProbeOk();
  Step();
  EXPECT_EQ(shield.phase(), ShieldPhase::kOpen);
  EXPECT_FALSE(shield.ProbeDue(now));
  EXPECT_EQ(shield.factor(), 1);
}

TEST_F(ShieldTest, ASuccessWhileShieldedBringsTheProbeForward) {
  ShutAfterFailures();
  shield.ProbeStarted();
  shield.OnProbe(false, "refused", now);
  for (int round = 0; round < 7; ++round) {
    Advance(seconds(5));
    shield.ProbeStarted();
    shield.OnProbe(false, "refused", now);
  }
  Advance(milliseconds(500));
  EXPECT_FALSE(shield.ProbeDue(now));
  shield.AddResults(Ok(1), now);
  EXPECT_TRUE(shield.ProbeDue(now));
}

TEST_F(ShieldTest, WhoWantsAShieldAndGetsNoneIsAskedOnceASecond) {
  shield.AddResults(Failed(5), now);
  ASSERT_TRUE(shield.wants_shield());
  ProbeOk();
  EXPECT_TRUE(shield.wants_shield());
  EXPECT_FALSE(shield.ProbeDue(now));
  Advance(seconds(1));
  EXPECT_TRUE(shield.ProbeDue(now));
}

TEST_F(ShieldTest, ARelapseSoonAfterTheWholeWayBackDoublesTheBackoff) {
  ShutAfterFailures();
  ProbeOk();
  Advance(milliseconds(100));
  Step();
  PassTrialAndRecover(100);
  Advance(seconds(10));
  shield.AddResults(Failed(3), now);
  shield.Shut(now);
  EXPECT_NE(shield.reason().find("next try within 200 ms"), std::string::npos) << shield.reason();
}

TEST_F(ShieldTest, AfterHalfAMinuteInHealthTheBackoffBeginsAnew) {
  ShutAfterFailures();
  ProbeOk();
  Advance(milliseconds(100));
  Step();
  PassTrialAndRecover(100);
  Advance(seconds(30));
  Step();
  shield.AddResults(Failed(3), now);
  shield.Shut(now);
  EXPECT_NE(shield.reason().find("next try within 100 ms"), std::string::npos) << shield.reason();
}

TEST_F(ShieldTest, TellsSinceWhenItIsAsItIs) {
  EXPECT_EQ(shield.since(), Time{});
  Step();
  shield.AddResults({.ok = 60, .failed = 40}, now);
  const Time shrunk = now;
  EXPECT_EQ(shield.since(), shrunk);
  Advance(milliseconds(100));
  Step();
  EXPECT_EQ(shield.since(), shrunk) << "still";
  shield.AddResults(Failed(3), now);
  shield.Shut(now);
  const Time shut = now;
  ProbeOk();
  Advance(milliseconds(50));
  Step();
  EXPECT_EQ(shield.since(), shut);
  Advance(milliseconds(50));
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kTrial);
  EXPECT_EQ(shield.since(), now);
  PassTrialAndRecover(100);
  EXPECT_EQ(shield.since(), now) << "open now; not since its last step";
}

TEST_F(ShieldTest, AnInstanceThatIsSlowIsShieldedAndReturnsOnlyWhenItsLatencyIsBack) {
  shield.AddResults(Ok(20), now);
  shield.SetLatency(Slow());
  Step();
  ASSERT_TRUE(shield.wants_shield());
  shield.Shut(now);
  EXPECT_NE(shield.reason().find("latency: 480 ms, 9.6 times the median"), std::string::npos)
      << shield.reason();
  shield.SetLatency({.slow = false, .median_us = 50'000, .limit_us = 175'000, .reason = ""});
  ProbeOk();
  Advance(milliseconds(100));
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kTrial);
  shield.AddResults({.ok = 3, .latency_us = 3 * 300'000}, now);
  Step();
  ASSERT_TRUE(shield.wants_shield()) << "answers, but as slowly as before";
  shield.Shut(now);
  EXPECT_NE(shield.reason().find("latency: 300 ms, 6.0 times the median"), std::string::npos)
      << shield.reason();
  ProbeOk();
  Advance(milliseconds(200));
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kTrial) << "after twice the backoff";
  PassTrialAndRecover(60'000);
}

TEST_F(ShieldTest, OneThatGetsSlowAgainWhileItRecoversIsShieldedAgain) {
  shield.SetLatency(Slow());
  Step();
  shield.Shut(now);
  shield.SetLatency({.slow = false, .median_us = 50'000, .limit_us = 175'000, .reason = ""});
  ProbeOk();
  Advance(milliseconds(100));
  Step();
  shield.AddResults({.ok = 3, .latency_us = 3 * 60'000}, now);
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kRecovering);
  Advance(milliseconds(500));
  shield.AddResults({.ok = 10, .latency_us = 10 * 400'000}, now);
  Step();
  EXPECT_TRUE(shield.wants_shield());
}

TEST_F(ShieldTest, DelayDoesNotMatterToOneThatWasShieldedForItsFailures) {
  ShutAfterFailures();
  shield.SetLatency({.slow = false, .median_us = 50'000, .limit_us = 175'000, .reason = ""});
  ProbeOk();
  Advance(milliseconds(100));
  Step();
  PassTrialAndRecover(400'000);
}

TEST_F(ShieldTest, SwitchedOffItLetsAllBackInAndJudgesNobody) {
  ShutAfterFailures();
  options.off = true;
  Step();
  EXPECT_EQ(shield.phase(), ShieldPhase::kOpen);
  shield.AddResults(Unreachable(50), now);
  Step();
  EXPECT_FALSE(shield.wants_shield());
  EXPECT_FALSE(shield.ProbeDue(now));
  EXPECT_EQ(shield.factor(), 1);
  EXPECT_EQ(shield.reason(), "");
}

TEST(ShieldOptions, ComeFromTheSettingsWithDefaultsForZeros) {
  v1::ShieldSettings settings;
  const ShieldOptions defaults;
  ShieldOptions options = ShieldOptionsFrom(settings);
  EXPECT_EQ(options.failure_run, defaults.failure_run);
  EXPECT_EQ(options.backoff_max, defaults.backoff_max);
  EXPECT_EQ(options.shielded_share_max, 0.5);
  settings.set_failure_run(5);
  settings.set_failure_rate(0.8);
  settings.set_backoff_min_ms(10'000);
  settings.set_shielded_share_max(7);
  options = ShieldOptionsFrom(settings);
  EXPECT_EQ(options.failure_run, 5u);
  EXPECT_EQ(options.failure_rate, 0.8);
  EXPECT_EQ(options.backoff_min, seconds(10));
  EXPECT_EQ(options.backoff_max, seconds(10)) << "never below the least";
  EXPECT_EQ(options.shielded_share_max, 1);
}

TEST_F(ShieldTest, ASilentOneIsTriedNoSoonerThanAfterASecondAndShutAgainWithoutAFailure) {
  shield.SetSilent("no answer for 210 ms");
  Step();
  ASSERT_TRUE(shield.wants_shield());
  shield.Shut(now);
  EXPECT_EQ(shield.reason(), "no answer for 210 ms; next try within 1000 ms");
  ProbeOk();
  Advance(milliseconds(900));
  Step();
  EXPECT_EQ(shield.phase(), ShieldPhase::kShielded);
  Advance(milliseconds(100));
  Step();
  ASSERT_EQ(shield.phase(), ShieldPhase::kTrial);
  EXPECT_FALSE(shield.wants_shield());
  shield.SetSilent("trial: no answer for 150 ms");
  Step();
  ASSERT_TRUE(shield.wants_shield());
  shield.Shut(now);
  EXPECT_EQ(shield.reason(), "trial: no answer for 150 ms; next try within 2000 ms");
}

}  // namespace
}  // namespace bellrock::routing
