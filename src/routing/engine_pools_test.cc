// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "routing/engine.h"
#include "routing/plan.h"
#include "routing/rules/selector.h"

// What operators set, as it shows in an engine's tables.
namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kNowMs = 1'800'000'000'000;

InstanceSpec Instance(const std::string& site, int number) {
  InstanceSpec spec;
  spec.path = site + "/default/music/storage/default/" + std::to_string(number);
  spec.address = "10.0." + std::to_string(site.size()) + ".1:" + std::to_string(7000 + number);
  spec.site = site;
  spec.cluster = "default";
  return spec;
}

EngineOptions From(const std::string& site) {
  EngineOptions options;
  options.place.set_site(site);
  return options;
}

v1::StoredSettings Stored(const v1::RouteSettings& settings, uint64_t version = 1) {
  v1::StoredSettings stored;
  stored.set_version(version);
  *stored.mutable_settings() = settings;
  return stored;
}

double ShareOfSite(const RouteTable& table, const std::string& site) {
  double share = 0;
  for (const TableEntry& entry : table.entries) {
    if (entry.spec && entry.spec->site == site) share += entry.share;
  }
  return share;
}

std::vector<InstanceSpec> TwoSites(int near, int far) {
  std::vector<InstanceSpec> instances;
  for (int k = 0; k < near; ++k) instances.push_back(Instance("sz", k));
  for (int k = 0; k < far; ++k) instances.push_back(Instance("shanghai", k));
  return instances;
}

// A reader would take an empty table for the agent's word, and drop the list it has itself.
TEST(EnginePools, ThereIsNoTableBeforeThereIsAList) {
  RouteEngine engine(From("sz"), 7);
  EXPECT_EQ(engine.Tick(Time{seconds(1)}).table, nullptr);
  v1::RouteSettings settings;
  settings.set_policy("ring");
  engine.SetSettings(Stored(settings));
  EXPECT_EQ(engine.Tick(Time{seconds(2)}).table, nullptr);
  ASSERT_TRUE(engine.SetInstances(TwoSites(1, 0), Time{seconds(2)}).ok());
  const auto table = engine.Tick(Time{seconds(3)}).table;
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->kind, policy::Kind::kRing);
}

TEST(EnginePools, CallsStayInTheCallersSiteWhileItIsWell) {
  RouteEngine engine(From("sz"), 7);
  ASSERT_TRUE(engine.SetInstances(TwoSites(10, 10), Time{}).ok());
  EXPECT_DOUBLE_EQ(ShareOfSite(*engine.Tick(Time{}).table, "sz"), 1);
}

TEST(EnginePools, ASiteThatIsMostlyAwaySpillsBeforeItIsEmptyAndTakesItsCallsBack) {
  RouteEngine engine(From("sz"), 7);
  std::vector<InstanceSpec> instances = TwoSites(10, 10);
  for (int k = 0; k < 6; ++k) instances[k].availability = Availability::kUnreachable;
  ASSERT_TRUE(engine.SetInstances(instances, Time{}).ok());
  auto table = engine.Tick(Time{}).table;
  // 40 % are there, with over-provisioning 1.4.
  EXPECT_NEAR(ShareOfSite(*table, "sz"), 0.56, 0.01);
  EXPECT_FALSE(table->pools[0].level_reason.empty());
  ASSERT_TRUE(engine.SetInstances(TwoSites(10, 10), Time{}).ok());
  EXPECT_DOUBLE_EQ(ShareOfSite(*engine.Tick(Time{}).table, "sz"), 1);
}

TEST(EnginePools, AFarSiteWithManyInstancesGetsNoMoreThanItsPart) {
  RouteEngine engine(From("sz"), 7);
  std::vector<InstanceSpec> instances = TwoSites(10, 5000);
  for (int k = 0; k < 3; ++k) instances[k].availability = Availability::kUnreachable;
  ASSERT_TRUE(engine.SetInstances(instances, Time{}).ok());
  EXPECT_NEAR(ShareOfSite(*engine.Tick(Time{}).table, "shanghai"), 0.02, 0.002);
}

TEST(EnginePools, InstancesOfALaneGetOnlyTheCallsOfTheLane) {
  RouteEngine engine(EngineOptions{}, 7);
  std::vector<InstanceSpec> instances = TwoSites(3, 0);
  instances[2].labels["lane"] = "blue";
  ASSERT_TRUE(engine.SetInstances(instances, Time{}).ok());
  const auto table = engine.Tick(Time{}).table;
  EXPECT_EQ(std::count(table->sequence.begin(), table->sequence.end(), 2), 0);
  const v1::RoutePlan plan = PlanOf(*table, {}, {}, "");
  const rules::Selector selector(plan);
  Request request;
  request.lane = "blue";
  const auto all = [](uint32_t) { return true; };
  const uint32_t pool = selector.Select(request, 0, all)->pool;
  ASSERT_NE(pool, 0u);
  const std::vector<uint16_t> sequence = UnpackSlots(plan.pools(static_cast<int>(pool)).sequence());
  EXPECT_FALSE(sequence.empty());
  EXPECT_TRUE(std::all_of(sequence.begin(), sequence.end(), [](uint16_t s) { return s == 2; }));
  request.lane = "green";
  EXPECT_EQ(selector.Select(request, 0, all)->pool, 0u) << "nobody is in that lane";
}

TEST(EnginePools, ARatioMoveGrowsToItsShareAndEndsByItself) {
  RouteEngine engine(From("sz"), 7);
  ASSERT_TRUE(engine.SetInstances(TwoSites(10, 10), Time{}).ok());
  v1::RouteSettings settings;
  v1::RatioMove& move = *settings.add_ratio_moves();
  move.set_from_site("sz");
  move.set_to_site("shanghai");
  move.set_share(0.5);
  move.set_begun_unix_ms(kNowMs);
  move.set_duration_ms(10'000);
  move.set_until_unix_ms(kNowMs + 60'000);
  engine.SetSettings(Stored(settings));
  auto share_at = [&](int64_t ms) {
    (void)engine.Tick(Time{milliseconds(ms)}, kNowMs + ms);
    return ShareOfSite(*engine.table(), "shanghai");
  };
  EXPECT_DOUBLE_EQ(share_at(0), 0);
  EXPECT_NEAR(share_at(5'000), 0.25, 0.01);
  EXPECT_NEAR(share_at(10'000), 0.5, 0.01);
  EXPECT_NEAR(share_at(59'000), 0.5, 0.01);
  EXPECT_DOUBLE_EQ(share_at(60'000), 0);
}

TEST(EnginePools, AnotherPolicyIsInForceWithTheNextTick) {
  RouteEngine engine(EngineOptions{}, 7);
  Time now{seconds(1)};
  ASSERT_TRUE(engine.SetInstances(TwoSites(2, 0), now).ok());
  (void)engine.Tick(now);
  const auto a_second = [&] {
    engine.AddResults(0, engine.generation_of(0), {.ok = 100, .latency_us = 100'000}, now);
    engine.AddResults(1, engine.generation_of(1), {.ok = 100, .latency_us = 1'000'000}, now);
    now += seconds(1);
    (void)engine.Tick(now);
  };
  for (int period = 0; period < 10; ++period) a_second();
  EXPECT_GT(engine.table()->entries[0].share, 0.8) << "l5: the slower one gets less";
  v1::RouteSettings settings;
  settings.set_policy("weighted_round_robin");
  engine.SetSettings(Stored(settings));
  a_second();
  EXPECT_EQ(engine.table()->kind, policy::Kind::kWeightedRoundRobin);
  EXPECT_DOUBLE_EQ(engine.table()->entries[0].share, 0.5);
}

TEST(EnginePools, TheFormulaAsPublishedIsInEffectAfterOnePeriod) {
  RouteEngine engine(EngineOptions{}, 7);
  Time now{seconds(1)};
  ASSERT_TRUE(engine.SetInstances(TwoSites(3, 0), now).ok());
  v1::RouteSettings settings;
  settings.mutable_l5()->set_as_published(true);
  engine.SetSettings(Stored(settings));
  (void)engine.Tick(now);
  // docs/routing.md, "worked through".
  engine.AddResults(0, engine.generation_of(0), {.ok = 10, .latency_us = 100'000}, now);
  engine.AddResults(1, engine.generation_of(1), {.ok = 10, .latency_us = 200'000}, now);
  engine.AddResults(2, engine.generation_of(2), {.ok = 5, .failed = 5, .latency_us = 200'000}, now);
  now += seconds(1);
  (void)engine.Tick(now);
  EXPECT_NEAR(engine.table()->entries[0].dynamic_weight, 1, 0.001);
  EXPECT_NEAR(engine.table()->entries[1].dynamic_weight, 0.667, 0.001);
  EXPECT_NEAR(engine.table()->entries[2].dynamic_weight, 0.333, 0.001);
}

TEST(EnginePools, ANewInstanceWarmsUp) {
  RouteEngine engine(EngineOptions{}, 7);
  std::vector<InstanceSpec> instances = TwoSites(10, 0);
  instances[9].registered_unix_ms = kNowMs;
  ASSERT_TRUE(engine.SetInstances(instances, Time{}).ok());
  v1::RouteSettings settings;
  settings.mutable_warm_up()->set_duration_ms(60'000);
  engine.SetSettings(Stored(settings));
  (void)engine.Tick(Time{}, kNowMs);
  EXPECT_NEAR(engine.table()->entries[9].share, 0.1 / 9.1, 0.005);
  (void)engine.Tick(Time{seconds(60)}, kNowMs + 60'000);
  EXPECT_NEAR(engine.table()->entries[9].share, 0.1, 0.005);
}

// ZY-039..042: the whole service fails, so that shielding some would not help.
TEST(EnginePools, RefusesAPartWhileTheServiceAsAWholeFailsAndNoneAfterwards) {
  RouteEngine engine(EngineOptions{}, 7);
  ASSERT_TRUE(engine.SetInstances(TwoSites(10, 0), Time{}).ok());
  (void)engine.Tick(Time{});
  Time now{seconds(1)};
  const auto run = [&](Duration duration, uint64_t ok, uint64_t failed) {
    for (const Time until = now + duration; now < until;) {
      for (uint32_t slot = 0; slot < 10; ++slot) {
        engine.AddResults(slot, engine.generation_of(slot),
                          {.ok = ok, .failed = failed, .latency_us = ok * 1000}, now);
      }
      now += milliseconds(100);
      for (const Probe& probe : engine.Tick(now).probes) engine.OnProbeResult(probe, true, "", now);
    }
  };
  run(seconds(10), 3, 7);
  EXPECT_GT(engine.table()->refused_share, 0.1);
  for (const TableEntry& entry : engine.table()->entries) {
    EXPECT_EQ(entry.phase, ShieldPhase::kOpen) << "what all have in common is no instance's fault";
  }
  run(seconds(60), 10, 0);
  EXPECT_EQ(engine.table()->refused_share, 0);
}

TEST(EnginePools, OneBadInstanceIsShieldedAndNothingIsRefused) {
  RouteEngine engine(EngineOptions{}, 7);
  ASSERT_TRUE(engine.SetInstances(TwoSites(3, 0), Time{}).ok());
  (void)engine.Tick(Time{});
  Time now{seconds(1)};
  double refused = 0;
  for (int tick = 0; tick < 100; ++tick) {
    for (uint32_t slot = 0; slot < 3; ++slot) {
      const bool bad = slot == 0 && engine.table()->entries[0].phase != ShieldPhase::kShielded;
      if (slot == 0 && !bad) continue;
      engine.AddResults(slot, engine.generation_of(slot),
                        {.ok = bad ? 0u : 3u, .failed = bad ? 3u : 0u, .latency_us = 3000}, now);
    }
    now += milliseconds(100);
    for (const Probe& probe : engine.Tick(now).probes) engine.OnProbeResult(probe, true, "", now);
    refused = std::max(refused, engine.table()->refused_share);
  }
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace bellrock::routing
