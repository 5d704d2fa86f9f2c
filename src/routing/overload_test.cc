// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/overload.h"

#include <gtest/gtest.h>

#include "routing/overload_scene_for_test.h"

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kCapacity = 1000;
constexpr double kWell = 0.7;  // load before the trouble, as a share of capacity
constexpr Duration kSettle = seconds(20);
constexpr Duration kMeasure = seconds(60);

SceneOptions Of(CalleeKind kind, Duration deadline = seconds(1)) {
  return {.kind = kind, .capacity = kCapacity, .deadline = deadline};
}

// Holds for the callee of `options` at 2, 3 and 4 times its capacity.
void ExpectGoodputKept(const SceneOptions& options) {
  for (const double times : {2.0, 3.0, 4.0}) {
    SCOPED_TRACE(times);
    OverloadScene scene(options);
    const auto before = scene.Run(kSettle, options.capacity * kWell);
    EXPECT_EQ(before.share_most, 0) << "nothing is refused of what it can carry";
    (void)scene.Run(kSettle, options.capacity * times);
    const auto figures = scene.Run(kMeasure, options.capacity * times);
    EXPECT_GT(figures.offered, times * 0.98);
    EXPECT_GE(figures.goodput, 0.9);
    EXPECT_LE(figures.share_most - figures.share_least, 0.25) << "no swinging";
    EXPECT_LE(figures.share_most, 1 - 0.7 / times);
  }
}

TEST(Overload, KeepsTheGoodputOfACalleeThatRejectsCheaply) {
  ExpectGoodputKept(Of(CalleeKind::kRejects));
}

TEST(Overload, KeepsTheGoodputOfACalleeThatQueuesAndAnswersTooLate) {
  ExpectGoodputKept(Of(CalleeKind::kQueues));
}

TEST(Overload, WithoutItTheCalleeThatQueuesServesNothingInTime) {
  SceneOptions options = Of(CalleeKind::kQueues);
  options.protect = false;
  OverloadScene scene(options);
  (void)scene.Run(kSettle, 2 * kCapacity);
  EXPECT_EQ(scene.Run(kMeasure, 2 * kCapacity).goodput, 0);
}

// Four served per caller and second tell little: a queue is seen late.
TEST(Overload, KeepsMostOfTheGoodputWithFewCallsPerCaller) {
  for (const double times : {2.0, 3.0, 4.0}) {
    SceneOptions options = Of(CalleeKind::kQueues);
    options.capacity = 200;
    OverloadScene scene(options);
    (void)scene.Run(kSettle, options.capacity * kWell);
    (void)scene.Run(kSettle, options.capacity * times);
    EXPECT_GE(scene.Run(kMeasure, options.capacity * times).goodput, 0.7) << times;
  }
}

TEST(Overload, KeepsTheGoodputOfManyCallsPerCaller) {
  SceneOptions options = Of(CalleeKind::kQueues);
  options.capacity = 10000;
  ExpectGoodputKept(options);
  options.deadline = milliseconds(200);
  ExpectGoodputKept(options);
}

TEST(Overload, CallersThatBeginUnderOverloadFindTheirWay) {
  OverloadScene scene(Of(CalleeKind::kQueues));
  (void)scene.Run(kSettle, 3 * kCapacity);
  EXPECT_GE(scene.Run(kMeasure, 3 * kCapacity).goodput, 0.9);
}

TEST(Overload, EndsByItselfWithinSecondsWhenTheCalleeCanServeAllAgain) {
  for (const CalleeKind kind : {CalleeKind::kRejects, CalleeKind::kQueues}) {
    OverloadScene scene(Of(kind));
    (void)scene.Run(kSettle, kWell * kCapacity);
    (void)scene.Run(kMeasure, 4 * kCapacity);
    scene.set_capacity(5 * kCapacity);
    (void)scene.Run(seconds(10), 4 * kCapacity);
    EXPECT_LE(scene.Run(seconds(10), 4 * kCapacity).share_most, 0.01);
    EXPECT_EQ(scene.overload(0).reason(), "");
  }
}

TEST(Overload, ADeadServiceGetsProbesOnlyAndAllItsCallsSoonAfterItsReturn) {
  OverloadScene scene(Of(CalleeKind::kRejects));
  (void)scene.Run(kSettle, kWell * kCapacity);
  scene.set_failing(1);
  (void)scene.Run(seconds(10), kWell * kCapacity);
  const auto dead = scene.Run(kMeasure, kWell * kCapacity);
  EXPECT_LE(dead.sent, 0.12 * kWell);
  EXPECT_GT(dead.sent, 0);
  scene.set_failing(0);
  (void)scene.Run(seconds(10), kWell * kCapacity);
  const auto back = scene.Run(seconds(10), kWell * kCapacity);
  EXPECT_LE(back.share_most, 0.01);
  EXPECT_GE(back.goodput, kWell * 0.97);
}

TEST(Overload, AQuarterOfFailuresThatAreNotOfLoadRefusesNothing) {
  OverloadScene scene(Of(CalleeKind::kRejects));
  (void)scene.Run(kSettle, kWell * kCapacity);
  scene.set_failing(0.25);
  const auto figures = scene.Run(kMeasure, kWell * kCapacity);
  EXPECT_LE(figures.share_most, 0.05);
  EXPECT_GE(figures.goodput, kWell * 0.75 * 0.96);
}

// One caller, fed by hand.
struct Fixture : testing::Test {
  v1::OverloadSettings settings;
  Overload overload;
  Time now{seconds(1000)};

  double Tick(const Overload::Counts& counts) {
    now += milliseconds(100);
    overload.Add(counts, now);
    return overload.RefusedShare(now);
  }
};
using OverloadTest = Fixture;

TEST_F(OverloadTest, RefusesNothingBelowTheFailureRate) {
  settings.set_failure_rate(0.6);
  overload.Configure(settings);
  for (int tick = 0; tick < 100; ++tick) EXPECT_EQ(Tick({.served = 5, .failed = 5}), 0);
  settings.set_failure_rate(0.3);
  overload.Configure(settings);
  EXPECT_GT(Tick({.served = 5, .failed = 5}), 0);
  EXPECT_NE(overload.reason().find("50 % of those sent failed"), std::string::npos)
      << overload.reason();
}

TEST_F(OverloadTest, RefusesAtMostItsShare) {
  settings.set_refused_share_max(0.4);
  overload.Configure(settings);
  double most = 0;
  for (int tick = 0; tick < 200; ++tick) most = std::max(most, Tick({.failed = 10}));
  EXPECT_EQ(most, 0.4);
}

TEST_F(OverloadTest, OffRefusesNothingAndEndsWhatItHadBegun) {
  for (int tick = 0; tick < 30; ++tick) (void)Tick({.failed = 10});
  EXPECT_GT(Tick({.failed = 10}), 0);
  settings.set_off(true);
  overload.Configure(settings);
  EXPECT_EQ(Tick({.failed = 10}), 0);
  EXPECT_EQ(overload.reason(), "");
}

TEST_F(OverloadTest, TheFewCallsOfAQuietServiceAreNeverAllRefused) {
  for (int second = 0; second < 120; ++second) {
    for (int tick = 0; tick < 9; ++tick) (void)Tick({});
    EXPECT_LE(Tick({.failed = 1}), 0.05) << second;
  }
}

}  // namespace
}  // namespace bellrock::routing
