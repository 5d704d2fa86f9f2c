// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/engine.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

InstanceSpec Instance(int number, uint32_t weight = 100) {
  return {.path = "sz/default/music/storage/default/" + std::to_string(number),
          .address = "10.0.0.1:" + std::to_string(7000 + number),
          .site = "sz",
          .static_weight = weight,
          .naming_state = "working"};
}

std::vector<InstanceSpec> Instances(int count) {
  std::vector<InstanceSpec> instances;
  for (int k = 0; k < count; ++k) instances.push_back(Instance(k));
  return instances;
}

// A simulated service called by one caller that follows the engine's tables. Each instance has a
// way to behave; time moves in steps of 1 ms and the engine ticks each 100 ms, as the agent does.
class Service {
 public:
  struct Behaviour {
    bool listening = true;
    double failure_rate = 0;
    uint64_t latency_us = 1000;
  };

  explicit Service(int instances, EngineOptions options = {}) : engine(options, 7) {
    behaviour.resize(instances);
    EXPECT_TRUE(engine.SetInstances(Instances(instances), now).ok());
    Tick();
  }

  void Tick() {
    for (auto& [slot, results] : pending_) {
      engine.AddResults(slot, engine.generation_of(slot), results, now);
    }
    pending_.clear();
    const std::vector<Probe> probes = engine.Tick(now).probes;
    for (const Probe& probe : probes) {
      ++probes_made;
      const bool connected = behaviour[probe.slot].listening;
      engine.OnProbeResult(probe, connected, "refused", now);
    }
    if (!probes.empty()) (void)engine.Tick(now);
  }

  // Runs for `duration` with so many calls per second; counts into `calls` and `failed`.
  void Run(Duration duration, int calls_per_s) {
    calls.assign(behaviour.size(), 0);
    failed = 0;
    const Time until = now + duration;
    while (now < until) {
      now += milliseconds(1);
      credit_ += calls_per_s;
      for (; credit_ >= 1000; credit_ -= 1000) Call();
      if (now.time_since_epoch() % milliseconds(100) == Duration{0}) Tick();
    }
  }

  double Share(int slot) const { return engine.table()->entries[slot].share; }
  ShieldPhase Phase(int slot) const { return engine.table()->entries[slot].phase; }

  RouteEngine engine;
  std::vector<Behaviour> behaviour;
  std::vector<int> calls;
  int failed = 0;
  int probes_made = 0;
  Time last_failure{};
  Time now{seconds(5000)};

 private:
  void Call() {
    const std::vector<uint16_t>& sequence = engine.table()->sequence;
    if (sequence.empty()) return;
    const uint16_t slot = sequence[cursor_++ % sequence.size()];
    const Behaviour& b = behaviour[slot];
    ++calls[slot];
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    const double dice = static_cast<double>(random_ >> 11) / 9007199254740992.0;
    CallResults& results = pending_[slot];
    if (!b.listening) {
      ++results.unreachable;
      ++results.failed;
    } else if (dice < b.failure_rate) {
      ++results.failed;
    } else {
      ++results.ok;
      results.latency_us += b.latency_us;
      return;
    }
    ++failed;
    last_failure = now;
  }

  std::map<uint32_t, CallResults> pending_;
  size_t cursor_ = 0;
  int credit_ = 0;
  uint64_t random_ = 42;
};

TEST(RouteEngine, AHealthyServiceSharesEvenlyAndIsNeverShielded) {
  Service service(6);
  service.Run(seconds(20), 1000);
  for (int k = 0; k < 6; ++k) EXPECT_NEAR(service.calls[k], 20'000 / 6.0, 120) << k;
  EXPECT_EQ(service.probes_made, 0);
  EXPECT_EQ(service.failed, 0);
}

TEST(RouteEngine, StaticWeightsMultiply) {
  RouteEngine engine({}, 1);
  ASSERT_TRUE(
      engine.SetInstances({Instance(0, 100), Instance(1, 300), Instance(2, 0)}, Time{}).ok());
  const auto table = engine.Tick(Time{seconds(1)}).table;
  ASSERT_NE(table, nullptr);
  EXPECT_DOUBLE_EQ(table->entries[0].share, 0.25);
  EXPECT_DOUBLE_EQ(table->entries[1].share, 0.75);
  EXPECT_DOUBLE_EQ(table->entries[2].share, 0);
}

TEST(RouteEngine, AKilledInstanceIsOutWithin300MillisecondsAt200CallsPerSecond) {
  for (int offset = 0; offset < 100; offset += 7) {
    Service service(6);
    service.Run(seconds(5) + milliseconds(offset), 200);
    const Time killed = service.now;
    service.behaviour[2].listening = false;
    service.Run(seconds(5), 200);
    EXPECT_EQ(service.Phase(2), ShieldPhase::kShielded);
    EXPECT_LE(service.last_failure - killed, milliseconds(300)) << offset;
    EXPECT_LE(service.failed, 10);
  }
}

TEST(RouteEngine, AKilledInstanceIsFoundAtOneCallPerSecondToo) {
  Service service(3);
  service.behaviour[1].listening = false;
  service.Run(seconds(60), 1);
  EXPECT_EQ(service.Phase(1), ShieldPhase::kShielded);
  EXPECT_EQ(service.failed, 1) << "the first unreachable call makes a connect probe";
}

TEST(RouteEngine, AHealedInstanceComesBackGraduallyWithoutAnyonesHelp) {
  Service service(4);
  service.Run(seconds(3), 1000);
  service.behaviour[0].listening = false;
  service.Run(seconds(3), 1000);
  ASSERT_EQ(service.Share(0), 0);
  service.behaviour[0].listening = true;
  double before = 0;
  bool jumped = false;
  for (int step = 0; step < 150; ++step) {
    service.Run(milliseconds(100), 1000);
    jumped |= service.Share(0) > std::max(0.06, before * 1.8);
    before = service.Share(0);
  }
  EXPECT_FALSE(jumped) << "from nothing to everything at once";
  EXPECT_NEAR(service.Share(0), 0.25, 0.03);
  EXPECT_EQ(service.failed, 0);
}

TEST(RouteEngine, ASlowInstanceLosesShareAsTheFormulaSays) {
  Service service(4);
  service.behaviour[3].latency_us = 10'000;
  service.Run(seconds(10), 1000);
  const double slow = 1 / (10 * 0.5 + 1 * 0.5);
  EXPECT_NEAR(service.Share(3), slow / (3 + slow), 0.01);
  EXPECT_EQ(service.Phase(3), ShieldPhase::kOpen) << "slow is not dead";
}

TEST(RouteEngine, AFailingInstanceThatStillConnectsIsShieldedAndRetriedRarely) {
  Service service(4);
  service.Run(seconds(2), 1000);
  service.behaviour[1].failure_rate = 1;
  service.Run(seconds(2), 1000);
  EXPECT_LE(service.failed, 80);
  service.Run(seconds(60), 1000);
  EXPECT_LE(service.failed, 60 * 3) << "trials are few and far between";
  EXPECT_GE(service.failed, 5) << "but they are made";
}

TEST(RouteEngine, AFlappingInstanceDoesNotHarmTheOthersShare) {
  Service service(5);
  int failed = 0;
  for (int turn = 0; turn < 30; ++turn) {
    service.behaviour[4].listening = turn % 2 == 1;
    service.Run(seconds(1), 500);
    failed += service.failed;
    for (int k = 0; k < 4; ++k) EXPECT_GE(service.Share(k), 0.19) << turn;
  }
  EXPECT_LE(failed, 15 * 500 / 5 * 0.35) << "a third of what its full share would have lost";
}

TEST(RouteEngine, AtMostHalfAreShieldedWhileTheyConnect) {
  Service service(6);
  service.Run(seconds(2), 1000);
  for (auto& b : service.behaviour) b.failure_rate = 1;
  service.Run(seconds(5), 1000);
  int shielded = 0;
  for (int k = 0; k < 6; ++k) shielded += service.Phase(k) == ShieldPhase::kShielded;
  EXPECT_LE(shielded, 3);
  EXPECT_GE(shielded, 1);
  EXPECT_FALSE(service.engine.table()->sequence.empty());
}

TEST(RouteEngine, DeadOnesDoNotCountForTheCap) {
  Service service(6);
  service.Run(seconds(2), 1000);
  for (int k = 0; k < 5; ++k) service.behaviour[k].listening = false;
  service.Run(seconds(2), 1000);
  for (int k = 0; k < 5; ++k) EXPECT_EQ(service.Phase(k), ShieldPhase::kShielded) << k;
  EXPECT_DOUBLE_EQ(service.Share(5), 1.0);
}

TEST(RouteEngine, WhenAllAreDeadAllAreTriedByWeightAndTheFirstToReturnIsFound) {
  Service service(3);
  service.Run(seconds(2), 300);
  for (auto& b : service.behaviour) b.listening = false;
  service.Run(seconds(10), 300);
  EXPECT_FALSE(service.engine.table()->sequence.empty());
  EXPECT_NE(service.engine.table()->protection.find("every instance is shielded"),
            std::string::npos);
  for (int k = 0; k < 3; ++k) EXPECT_GT(service.calls[k], 800) << k;
  service.behaviour[1].listening = true;
  service.Run(seconds(1), 300);
  service.Run(seconds(2), 300);
  EXPECT_EQ(service.failed, 0);
  EXPECT_EQ(service.engine.table()->protection, "");
}

TEST(RouteEngine, AnEmptyListNeverReplacesOneThatIsNot) {
  Service service(3);
  ASSERT_TRUE(service.engine.SetInstances({}, service.now).ok());
  service.Tick();
  EXPECT_FALSE(service.engine.table()->sequence.empty());
  EXPECT_NE(service.engine.table()->protection.find("the last 3 instances are kept"),
            std::string::npos);
  ASSERT_TRUE(service.engine.SetInstances(Instances(2), service.now).ok());
  service.Tick();
  EXPECT_EQ(service.engine.table()->protection, "");
  EXPECT_EQ(service.engine.table()->entries[2].spec, nullptr);
}

TEST(RouteEngine, UnreachableOnesAreTriedOnlyWhenNobodyElseIsLeftAndWithheldOnesNever) {
  RouteEngine engine({}, 1);
  auto list = Instances(3);
  list[0].availability = Availability::kUnreachable;
  list[1].availability = Availability::kWithheld;
  ASSERT_TRUE(engine.SetInstances(list, Time{}).ok());
  auto table = engine.Tick(Time{seconds(1)}).table;
  EXPECT_DOUBLE_EQ(table->entries[2].share, 1);
  list[2].availability = Availability::kUnreachable;
  ASSERT_TRUE(engine.SetInstances(list, Time{}).ok());
  table = engine.Tick(Time{seconds(2)}).table;
  EXPECT_DOUBLE_EQ(table->entries[0].share, 0.5);
  EXPECT_DOUBLE_EQ(table->entries[1].share, 0);
  EXPECT_FALSE(table->protection.empty());
}

TEST(RouteEngine, SlotsStayAndANewHolderOfAPathOrSlotHasANewGeneration) {
  RouteEngine engine({}, 1);
  ASSERT_TRUE(engine.SetInstances(Instances(3), Time{}).ok());
  const uint32_t first = engine.generation_of(1);
  const uint32_t kept = engine.generation_of(2);
  ASSERT_TRUE(engine.SetInstances({Instance(0), Instance(2)}, Time{}).ok());
  EXPECT_EQ(engine.generation_of(1), 0u);
  EXPECT_EQ(engine.generation_of(2), kept);
  ASSERT_TRUE(engine.SetInstances({Instance(0), Instance(9), Instance(2)}, Time{}).ok());
  EXPECT_NE(engine.generation_of(1), first);
  auto moved = Instance(2);
  moved.address = "10.0.0.9:1";
  ASSERT_TRUE(engine.SetInstances({Instance(0), moved}, Time{}).ok());
  EXPECT_NE(engine.generation_of(2), kept);
  // Results that belong to the former holder are dropped.
  engine.AddResults(2, kept, {.failed = 100}, Time{});
  v1::ServiceTable shown;
  engine.Describe(shown, Time{});
  for (const auto& instance : shown.instances()) EXPECT_EQ(instance.calls(), 0u);
}

TEST(RouteEngine, ABadInstanceIsLeftOutAndNamed) {
  RouteEngine engine({}, 1);
  const Status status = engine.SetInstances({Instance(0), Instance(1, 10'001)}, Time{});
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("10001"), std::string::npos) << status.ToString();
  EXPECT_EQ(engine.slots(), 1u);
}

TEST(RouteEngine, NoNewTableWithoutAChange) {
  Service service(3);
  service.Run(seconds(3), 300);
  const uint64_t generation = service.engine.table()->generation;
  service.Run(seconds(3), 300);
  EXPECT_EQ(service.engine.table()->generation, generation);
}

TEST(RouteEngine, ShowsFiguresAndReasons) {
  Service service(3);
  service.Run(seconds(2), 300);
  service.behaviour[0].listening = false;
  service.Run(seconds(2), 300);
  v1::ServiceTable shown;
  service.engine.Describe(shown, service.now);
  ASSERT_EQ(shown.instances_size(), 3);
  EXPECT_EQ(shown.policy(), "l5");
  EXPECT_EQ(shown.instances(0).shield(), v1::SHIELD_STATE_SHIELDED);
  EXPECT_NE(shown.instances(0).reason().find("connect probe: refused"), std::string::npos);
  EXPECT_EQ(shown.instances(0).weight(), 0);
  EXPECT_NEAR(shown.instances(1).delay_us(), 1000, 1);
  EXPECT_EQ(shown.instances(1).success_rate(), 1);
  EXPECT_GT(shown.instances(1).calls(), 0u);
}

}  // namespace
}  // namespace bellrock::routing
