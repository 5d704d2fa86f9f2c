// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/method_shields.h"

#include <gtest/gtest.h>

#include <vector>

#include "routing/settings_options.h"

namespace bellrock::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kGet = 0x1111;
constexpr uint32_t kPut = 0x2222;

struct Fixture : testing::Test {
  MethodShieldOptions options;
  MethodShields shields{options};
  Time now{seconds(1000)};
  std::vector<MethodShields::Instance> instances;

  Fixture() {
    for (uint32_t slot = 0; slot < 4; ++slot) instances.push_back({.generation = 7, .well = true});
  }
  void Add(uint32_t method, uint32_t slot, uint64_t ok, uint64_t failed) {
    shields.AddResults(method, slot, 7, ok, failed, now);
  }
  bool Step() { return shields.Step(instances, instances.size(), now); }
  bool Shielded(uint32_t method, uint32_t slot) const {
    for (const auto& pair : shields.shielded()) {
      if (pair.method_hash == method && pair.slot == slot) return true;
    }
    return false;
  }
  void ShieldGetAtOne() {
    Add(kGet, 1, 0, 3);
    ASSERT_TRUE(Step());
    ASSERT_TRUE(Shielded(kGet, 1));
  }
};
using MethodShieldsTest = Fixture;

TEST_F(MethodShieldsTest, ThreeFailuresInARowShieldThatMethodThereAndNothingElse) {
  Add(kGet, 1, 0, 2);
  EXPECT_FALSE(Step());
  Add(kPut, 1, 50, 0);
  Add(kGet, 2, 50, 1);
  Add(kGet, 1, 0, 1);
  EXPECT_TRUE(Step());
  const auto shielded = shields.shielded();
  ASSERT_EQ(shielded.size(), 1u);
  EXPECT_EQ(shielded[0].method_hash, kGet);
  EXPECT_EQ(shielded[0].slot, 1u);
  EXPECT_EQ(shielded[0].since, now);
  EXPECT_EQ(shielded[0].reason, "3 failures of this method in a row; next try after 1 s");
  EXPECT_FALSE(Step()) << "nothing new";
}

TEST_F(MethodShieldsTest, AFailureRateSurelyAboveHalfShields) {
  Add(kGet, 1, 10, 12);
  EXPECT_FALSE(Step());
  Add(kGet, 1, 20, 78);
  EXPECT_TRUE(Step());
  EXPECT_NE(shields.shielded().at(0).reason.find("90 of 120 calls"), std::string::npos);
}

TEST_F(MethodShieldsTest, NotWhileTheInstanceAsAWholeIsUnwell) {
  instances[1].well = false;
  Add(kGet, 1, 0, 5);
  EXPECT_FALSE(Step());
  EXPECT_TRUE(shields.shielded().empty());
}

TEST_F(MethodShieldsTest, AfterItsBackoffItGetsItsCallsAgainAndPassesWithThreeSuccesses) {
  ShieldGetAtOne();
  now += milliseconds(999);
  EXPECT_FALSE(Step());
  now += milliseconds(1);
  EXPECT_TRUE(Step());
  EXPECT_FALSE(Shielded(kGet, 1));
  Add(kGet, 1, 3, 0);
  EXPECT_FALSE(Step());
  now += seconds(60);
  EXPECT_FALSE(Step());
  EXPECT_TRUE(shields.empty()) << "well for long: watched no more";
}

TEST_F(MethodShieldsTest, AFailedTrialShieldsForTwiceAsLongUpToABound) {
  ShieldGetAtOne();
  Duration backoff = options.backoff_min;
  for (int relapse = 0; relapse < 8; ++relapse) {
    now += backoff - milliseconds(1);
    EXPECT_FALSE(Step()) << relapse;
    now += milliseconds(1);
    EXPECT_TRUE(Step()) << relapse;
    Add(kGet, 1, 0, 2);
    EXPECT_TRUE(Step());
    EXPECT_TRUE(Shielded(kGet, 1));
    backoff = std::min<Duration>(backoff * 2, options.backoff_max);
  }
  EXPECT_EQ(backoff, options.backoff_max);
}

TEST_F(MethodShieldsTest, ATrialWithoutCallsEndsToo) {
  ShieldGetAtOne();
  now += seconds(1);
  EXPECT_TRUE(Step());
  now += seconds(60);
  (void)Step();
  EXPECT_TRUE(shields.empty());
}

TEST_F(MethodShieldsTest, AtMostHalfOfTheInstancesPerMethod) {
  for (uint32_t slot = 0; slot < 4; ++slot) Add(kGet, slot, 0, 10);
  Add(kPut, 3, 0, 10);
  EXPECT_TRUE(Step());
  EXPECT_EQ(shields.shielded().size(), 3u);
  EXPECT_TRUE(Shielded(kPut, 3)) << "another method has a half of its own";
}

TEST_F(MethodShieldsTest, ANewHolderOfTheSlotIsNotBlamed) {
  ShieldGetAtOne();
  instances[1].generation = 8;
  EXPECT_TRUE(Step());
  EXPECT_TRUE(shields.shielded().empty());
  EXPECT_TRUE(shields.empty());
  shields.AddResults(kGet, 1, 8, 0, 2, now);
  EXPECT_FALSE(Step()) << "two failures of its own";
}

TEST_F(MethodShieldsTest, TheTableIsBoundedAndWhoFailedLongestAgoGoesFirst) {
  ShieldGetAtOne();
  for (uint32_t method = 1; method < kMethodPairsMax; ++method) Add(method + 0x10000, 0, 1, 1);
  EXPECT_EQ(shields.evicted(), 0u);
  Add(1, 0, 0, 1);
  EXPECT_EQ(shields.evicted(), 1u);
  EXPECT_FALSE(Shielded(kGet, 1));
  EXPECT_TRUE(Step()) << "the table must say that it is shielded no more";
}

TEST_F(MethodShieldsTest, SwitchedOffItEndsEveryShield) {
  ShieldGetAtOne();
  v1::ShieldSettings settings;
  settings.set_per_method_off(true);
  options = MethodShieldOptionsFrom(settings);
  EXPECT_TRUE(Step());
  EXPECT_TRUE(shields.empty());
  Add(kGet, 1, 0, 9);
  EXPECT_TRUE(shields.empty());
}

}  // namespace
}  // namespace bellrock::routing
