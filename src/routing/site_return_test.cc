// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "routing/engine.h"

// Levels and shields together: a whole site fails and comes back (ZY-048).
namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;

constexpr int kPerSite = 10;
constexpr double kCallsPerTick = 100;  // 1000 calls/s
constexpr int kTicksPerSecond = 10;

enum class Site : uint8_t { kWell, kGone, kHung };

// A caller in site "near" whose service has ten instances there and ten in "far". Slots 0..9 are
// the near ones.
struct SiteReturn : testing::Test {
  RouteEngine engine{Options(), 7};
  Time now{std::chrono::seconds(1000)};
  Site near = Site::kWell;
  std::vector<double> owed = std::vector<double>(2 * kPerSite);  // fractions of calls
  double failed = 0;

  static EngineOptions Options() {
    EngineOptions options;
    options.place.set_site("near");
    return options;
  }
  void SetUp() override {
    std::vector<InstanceSpec> instances;
    for (int k = 0; k < 2 * kPerSite; ++k) {
      InstanceSpec& spec = instances.emplace_back();
      spec.site = k < kPerSite ? "near" : "far";
      spec.path = spec.site + "/d/l/s/c/" + std::to_string(k);
      spec.address = "10.0.0.1:" + std::to_string(7000 + k);
    }
    ASSERT_TRUE(engine.SetInstances(instances, now).ok());
    Tick();
  }

  CallResults ResultsOf(uint32_t slot, uint64_t calls) const {
    if (slot >= kPerSite || near == Site::kWell) return {.ok = calls, .latency_us = calls * 1000};
    return {.failed = calls, .unreachable = near == Site::kGone ? calls : 0};
  }
  void Tick() {
    now += milliseconds(100);
    const TickResult result = engine.Tick(now);
    for (const Probe& probe : result.probes) {
      const bool connects = near != Site::kGone || probe.slot >= kPerSite;
      engine.OnProbeResult(probe, connects, connects ? "" : "refused", now);
    }
    for (uint32_t slot = 0; slot < engine.slots(); ++slot) {
      owed[slot] += engine.table()->entries[slot].share * kCallsPerTick;
      const auto calls = static_cast<uint64_t>(owed[slot]);
      owed[slot] -= static_cast<double>(calls);
      const CallResults results = ResultsOf(slot, calls);
      failed += static_cast<double>(results.failed);
      engine.AddResults(slot, engine.generation_of(slot), results, now);
    }
  }
  void Run(int seconds) {
    for (int k = 0; k < seconds * kTicksPerSecond; ++k) Tick();
  }
  double NearShare() const {
    double share = 0;
    for (uint32_t slot = 0; slot < kPerSite; ++slot) share += engine.table()->entries[slot].share;
    return share;
  }
};

TEST_F(SiteReturn, AllCallsComeBackByThemselves) {
  for (const Site fault : {Site::kGone, Site::kHung}) {
    near = fault;
    Run(20);
    EXPECT_LT(NearShare(), 0.2);
    near = Site::kWell;
    Run(60);
    EXPECT_DOUBLE_EQ(NearShare(), 1) << "fault " << static_cast<int>(fault);
  }
}

TEST_F(SiteReturn, ASiteThatIsGoneGetsNothing) {
  near = Site::kGone;
  Run(3);
  EXPECT_EQ(NearShare(), 0);
}

TEST_F(SiteReturn, NoInstanceGetsMoreThanItBearsOnTheWayBack) {
  near = Site::kGone;
  Run(20);
  near = Site::kWell;
  double highest = 0;
  for (int k = 0; k < 60 * kTicksPerSecond; ++k) {
    Tick();
    for (uint32_t slot = 0; slot < kPerSite; ++slot) {
      highest = std::max(highest, engine.table()->entries[slot].share);
    }
  }
  EXPECT_LT(highest, 1.5 / kPerSite);
}

}  // namespace
}  // namespace bellrock::routing
