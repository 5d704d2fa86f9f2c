// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "routing/engine.h"

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kInstances = 4;

// Each tick of 100 ms each instance that gets calls begins ten, and answers them within the tick.
struct EngineSilenceTest : testing::Test {
  EngineSilenceTest() : engine({}, 7) {
    std::vector<InstanceSpec> instances;
    for (uint32_t k = 0; k < kInstances; ++k) {
      instances.push_back({.path = "sz/default/music/storage/default/" + std::to_string(k),
                           .address = "10.0.0.1:" + std::to_string(7000 + k),
                           .site = "sz",
                           .static_weight = 100,
                           .naming_state = "working"});
    }
    EXPECT_TRUE(engine.SetInstances(std::move(instances), now).ok());
    engine.Tick(now);
  }

  void Results(uint32_t slot, const CallResults& results) {
    engine.AddResults(slot, engine.generation_of(slot), results, now);
  }
  // One tick; `of_last`: what became of the last instance's calls.
  void Tick(const CallResults& of_last) {
    now += milliseconds(100);
    for (uint32_t slot = 0; slot + 1 < kInstances; ++slot) Results(slot, kTen);
    Results(kLast, of_last);
    for (const Probe& probe : engine.Tick(now).probes) engine.OnProbeResult(probe, true, "", now);
  }
  void Settle() {
    for (int tick = 0; tick < 30; ++tick) Tick(kTen);
  }
  std::string Reason() const {
    v1::ServiceTable shown;
    engine.Describe(shown, now);
    return shown.instances(kLast).reason();
  }
  ShieldPhase Phase() const { return engine.table()->entries[kLast].phase; }
  double Share() const { return engine.table()->entries[kLast].share; }

  static constexpr uint32_t kLast = kInstances - 1;
  static constexpr CallResults kTen{.ok = 10, .latency_us = 10'000, .started = 10};
  RouteEngine engine;
  Time now{seconds(5000)};
};

TEST_F(EngineSilenceTest, ASuspectKeepsATrickleOfItsShareUntilItAnswersAndItIsTold) {
  Settle();
  Tick({.started = 10});
  EXPECT_EQ(Reason().substr(0, 44), "suspect: 10 calls in flight, no answer for 9") << Reason();
  EXPECT_LE(Share(), 0.01);
  EXPECT_GT(Share(), 0);
  EXPECT_EQ(Phase(), ShieldPhase::kOpen);
  Tick({.ok = 1, .latency_us = 150'000});
  EXPECT_EQ(Reason(), "");
  EXPECT_GT(Share(), 0.15);
}

TEST_F(EngineSilenceTest, ASuspectWhoseCallsFailIsShieldedAndATrialEndsBeforeItsCallsDo) {
  Settle();
  Tick({.started = 10});
  for (int tick = 0; tick < 8; ++tick) Tick({});
  ASSERT_EQ(Phase(), ShieldPhase::kOpen);
  Tick({.failed = 1});
  Tick({});
  ASSERT_EQ(Phase(), ShieldPhase::kShielded);
  EXPECT_EQ(Reason().substr(0, 14), "no answer for ");
  int ticks = 0;
  for (; Phase() != ShieldPhase::kTrial && ticks < 50; ++ticks) Tick({});
  ASSERT_EQ(Phase(), ShieldPhase::kTrial);
  EXPECT_GE(ticks, 9) << "a second, and not 100 ms as for others";
  Tick({.started = 1});
  Tick({});
  Tick({});
  EXPECT_EQ(Phase(), ShieldPhase::kShielded) << "one call, not yet failed";
  EXPECT_EQ(Reason().substr(0, 21), "trial: no answer for ");
}

TEST_F(EngineSilenceTest, WhatWasOnItsWayToAShieldedOneDoesNotEndItsTrial) {
  Settle();
  // A caller's process dies with a call on its way: nobody will report it.
  Tick({.started = 1});
  Tick({.failed = 10, .started = 10});
  ASSERT_EQ(Phase(), ShieldPhase::kShielded);
  for (int tick = 0; tick < 50 && Phase() != ShieldPhase::kTrial; ++tick) Tick({});
  ASSERT_EQ(Phase(), ShieldPhase::kTrial);
  for (int tick = 0; tick < 5; ++tick) Tick({});
  EXPECT_EQ(Phase(), ShieldPhase::kTrial);
  Tick({.ok = 3, .latency_us = 3'000, .started = 3});
  Tick({});
  EXPECT_EQ(Phase(), ShieldPhase::kRecovering);
}

TEST_F(EngineSilenceTest, WhoeverTurnsShieldsOffTurnsSuspicionOff) {
  v1::StoredSettings settings;
  settings.mutable_settings()->mutable_shield()->set_off(true);
  engine.SetSettings(settings);
  Settle();
  Tick({.started = 10});
  Tick({});
  EXPECT_EQ(Reason(), "");
  EXPECT_NEAR(Share(), 0.25, 0.02);
}

}  // namespace
}  // namespace bellrock::routing
