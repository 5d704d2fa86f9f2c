// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/locality/levels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/splitmix.h"

namespace bellrock::routing::locality {
namespace {

constexpr double kExact = 1e-9;

struct Shared {
  Sharing sharing;
  std::vector<double> shares;
};

Shared Share(const std::vector<Member>& members, const v1::LocalitySettings& settings = {}) {
  Shared shared;
  shared.shares.resize(members.size(), -1);
  shared.sharing = ShareOut(settings, members, shared.shares);
  return shared;
}

// `count` instances at a level of which the first `healthy` are well.
void Add(std::vector<Member>& members, Level level, int count, int healthy) {
  for (int k = 0; k < count; ++k) {
    const bool well = k < healthy;
    members.push_back({level, "", 100, well ? 100.0 : 0.0, well});
  }
}

std::vector<double> Levels(const Shared& shared) {
  return {shared.sharing.level_shares.begin(), shared.sharing.level_shares.end()};
}

void ExpectLevels(const Shared& shared, const std::vector<double>& expected) {
  const std::vector<double> got = Levels(shared);
  for (size_t k = 0; k < kLevels; ++k) EXPECT_NEAR(got[k], expected[k], 1e-6) << "level " << k;
}

v1::LocalitySettings Mode(v1::LocalitySettings::Mode mode) {
  v1::LocalitySettings settings;
  settings.set_mode(mode);
  return settings;
}

InstanceSpec At(std::string site, std::string unit = "", std::string region = "") {
  InstanceSpec instance;
  instance.site = std::move(site);
  instance.unit = std::move(unit);
  instance.region = std::move(region);
  return instance;
}

TEST(Place, LevelsGoByUnitSiteAndRegion) {
  v1::LocalitySettings settings;
  (*settings.mutable_region_of_site())["gz"] = "south";
  v1::Place caller;
  caller.set_site("sz");
  caller.set_region("south");
  caller.set_unit("3");
  InstanceSpec instance = At("sz", "3");
  EXPECT_EQ(LevelOf(settings, caller, instance), Level::kUnit);
  instance.unit = "4";
  EXPECT_EQ(LevelOf(settings, caller, instance), Level::kSite);
  EXPECT_EQ(LevelOf(settings, caller, At("gz")), Level::kRegion);
  EXPECT_EQ(LevelOf(settings, caller, At("bj")), Level::kFar);
  EXPECT_EQ(LevelOf(settings, caller, At("bj", "", "south")), Level::kRegion)
      << "the instance's own word";
}

TEST(Place, AUnitOfTheSameNumberInAnotherSiteIsNotNear) {
  v1::Place caller;
  caller.set_site("sz");
  caller.set_unit("3");
  EXPECT_EQ(LevelOf({}, caller, At("bj", "3")), Level::kFar);
}

TEST(Place, ACallersRegionIsKnownByItsSite) {
  v1::LocalitySettings settings;
  (*settings.mutable_region_of_site())["sz"] = "south";
  (*settings.mutable_region_of_site())["gz"] = "south";
  v1::Place caller;
  caller.set_site("sz");
  EXPECT_EQ(LevelOf(settings, caller, At("gz")), Level::kRegion);
  EXPECT_EQ(LevelOf({}, caller, At("gz")), Level::kFar) << "unknown is not alike";
}

TEST(Place, ACallerWithoutASiteHasAllAlike) {
  EXPECT_EQ(LevelOf({}, {}, At("")), Level::kFar);
  EXPECT_EQ(LevelOf({}, {}, At("sz")), Level::kFar);
}

TEST(Levels, TheNearestThatIsWellTakesAll) {
  std::vector<Member> members;
  Add(members, Level::kUnit, 2, 2);
  Add(members, Level::kSite, 10, 10);
  Add(members, Level::kFar, 10, 10);
  const Shared shared = Share(members);
  EXPECT_EQ(Levels(shared), (std::vector<double>{1, 0, 0, 0}));
  EXPECT_EQ(shared.sharing.reason, "");
}

TEST(Levels, AnEmptyLevelPassesAllOn) {
  std::vector<Member> members;
  Add(members, Level::kRegion, 3, 3);
  Add(members, Level::kFar, 3, 3);
  const Shared shared = Share(members);
  EXPECT_EQ(Levels(shared), (std::vector<double>{0, 0, 1, 0}));
  EXPECT_EQ(shared.sharing.reason, "") << "nobody is nearer";
}

// The table of Envoy's documentation of priority levels, with fractions instead of whole percents.
TEST(Levels, SpillAsEnvoysPriorityLevels) {
  struct Row {
    int healthy;
    double stays;
  };
  for (const Row row :
       {Row{100, 1}, Row{72, 1}, Row{71, 0.994}, Row{50, 0.7}, Row{25, 0.35}, Row{0, 0}}) {
    std::vector<Member> members;
    Add(members, Level::kSite, 100, row.healthy);
    Add(members, Level::kRegion, 100, 100);
    ExpectLevels(Share(members), {0, row.stays, 1 - row.stays, 0});
  }
}

TEST(Levels, TheRestGoesOverThreeLevels) {
  std::vector<Member> members;
  Add(members, Level::kSite, 100, 25);
  Add(members, Level::kRegion, 100, 25);
  Add(members, Level::kFar, 100, 100);
  const Shared shared = Share(members);
  ExpectLevels(shared, {0, 0.35, 0.35, 0.3});
  EXPECT_EQ(shared.sharing.reason,
            "site: 25.0 % healthy x 1.4 carries 35.0 %; region: 25.0 % healthy x 1.4 carries "
            "35.0 %");
}

TEST(Levels, TooLittleEverywhereIsSharedInProportion) {
  std::vector<Member> members;
  Add(members, Level::kSite, 100, 20);
  Add(members, Level::kFar, 100, 30);
  const Shared shared = Share(members);
  ExpectLevels(shared, {0, 0.4, 0, 0.6});
  EXPECT_NE(shared.sharing.reason.find("together 70.0 %"), std::string::npos)
      << shared.sharing.reason;
}

TEST(Levels, WithNobodyHealthyAllAreTriedByWeight) {
  const std::vector<Member> members = {{Level::kSite, "", 100, 100, false},
                                       {Level::kFar, "", 100, 300, false}};
  const Shared shared = Share(members);
  EXPECT_NEAR(shared.shares[0], 0.25, kExact);
  EXPECT_NEAR(shared.shares[1], 0.75, kExact);
  EXPECT_NE(shared.sharing.reason, "");
}

TEST(Levels, WithoutAnyWeightNobodyGetsAnything) {
  const std::vector<Member> members = {{Level::kSite, "", 100, 0, false},
                                       {Level::kFar, "", 0, 0, true}};
  for (const auto mode : {v1::LocalitySettings::MODE_LEVELS, v1::LocalitySettings::MODE_GRADIENT,
                          v1::LocalitySettings::MODE_OFF}) {
    EXPECT_EQ(Share(members, Mode(mode)).shares, (std::vector<double>{0, 0}));
  }
  EXPECT_TRUE(Share({}).shares.empty());
}

TEST(Levels, WhatAnOperatorTookOutDoesNotMakeALevelSick) {
  std::vector<Member> members;
  Add(members, Level::kSite, 1, 1);
  members.push_back({Level::kSite, "", 0, 0, true});
  members.push_back({Level::kSite, "", 0, 0, true});
  Add(members, Level::kFar, 3, 3);
  ExpectLevels(Share(members), {0, 1, 0, 0});
}

// A site that was down altogether: its first instance passes its trial and is let in to a tenth.
TEST(Levels, ASiteComesBackAsSlowlyAsItsShieldsOpen) {
  std::vector<Member> members;
  Add(members, Level::kSite, 10, 0);
  Add(members, Level::kFar, 10, 10);
  members[0].weight = 10;
  members[0].healthy = true;
  const Shared shared = Share(members);
  EXPECT_NEAR(shared.shares[0], 0.014, kExact) << "not all that the site would take";
}

// Its instances have passed the connect probe and wait for real calls to prove themselves.
TEST(Levels, ALevelThatIsAllOnTrialGetsAFewCalls) {
  std::vector<Member> members;
  Add(members, Level::kSite, 10, 0);
  Add(members, Level::kFar, 10, 10);
  members[0].weight = 2;
  EXPECT_NEAR(Share(members).shares[0], 0.0028, kExact);
  for (size_t k = 0; k < 10; ++k) members[k].weight = 50;
  EXPECT_NEAR(Share(members).sharing.level_shares[1], 0.05, kExact) << "however many they are";
  EXPECT_EQ(Share(members).sharing.reason, "site: on trial with 5.0 %");
  const Shared gradient = Share(members, Mode(v1::LocalitySettings::MODE_GRADIENT));
  EXPECT_NEAR(gradient.sharing.level_shares[1], 0.05 / 1.05, kExact);
}

TEST(Levels, ALargerOverprovisionKeepsMoreNear) {
  std::vector<Member> members;
  Add(members, Level::kSite, 10, 3);
  Add(members, Level::kFar, 10, 10);
  v1::LocalitySettings settings;
  settings.set_overprovision(3);
  ExpectLevels(Share(members, settings), {0, 0.9, 0, 0.1});
}

TEST(Levels, OffMeansByWeightAlone) {
  const std::vector<Member> members = {{Level::kUnit, "", 100, 100, true},
                                       {Level::kFar, "", 300, 300, true}};
  const Shared shared = Share(members, Mode(v1::LocalitySettings::MODE_OFF));
  EXPECT_NEAR(shared.shares[1], 0.75, kExact);
  EXPECT_EQ(shared.sharing.reason, "");
}

TEST(Gradient, WeighsEachStepAway) {
  std::vector<Member> members;
  Add(members, Level::kSite, 1, 1);
  Add(members, Level::kRegion, 1, 1);
  Add(members, Level::kFar, 1, 1);
  const Shared shared = Share(members, Mode(v1::LocalitySettings::MODE_GRADIENT));
  EXPECT_NEAR(shared.shares[0], 1 / 1.001, kExact);
  EXPECT_NEAR(shared.shares[1], 0.001 / 1.001, kExact);
  EXPECT_EQ(shared.shares[2], 0) << "a millionth is less than a sequence can say";
}

TEST(Gradient, TheFarTakeAllWhenTheNearAreGone) {
  std::vector<Member> members;
  Add(members, Level::kSite, 2, 0);
  Add(members, Level::kFar, 2, 2);
  const Shared shared = Share(members, Mode(v1::LocalitySettings::MODE_GRADIENT));
  EXPECT_NEAR(shared.shares[2], 0.5, kExact);
  EXPECT_NE(shared.sharing.reason, "");
}

TEST(Gradient, ATrialBehindAShieldKeepsItsLittleShareNearby) {
  std::vector<Member> members;
  Add(members, Level::kSite, 10'000, 10'000);
  members[0].weight = 2;
  const Shared shared = Share(members, Mode(v1::LocalitySettings::MODE_GRADIENT));
  EXPECT_GT(shared.shares[0], 0);
}

std::vector<Member> RandomMembers(SplitMix64& random) {
  std::vector<Member> members(random.Next() % 40 + 1);
  for (Member& member : members) {
    member.level = static_cast<Level>(random.Next() % kLevels);
    member.full_weight = random.Next() % 8 == 0 ? 0 : 1 + static_cast<double>(random.Next() % 1000);
    member.healthy = random.Next() % 3 != 0;
    const auto shield = static_cast<double>(random.Next() % 3);  // 0 of the sick: no trial
    member.weight =
        member.healthy ? member.full_weight / (shield + 1) : member.full_weight * shield / 10;
  }
  return members;
}

constexpr int kSeeds = 5000;

TEST(LevelsProperty, SharesAddUpToOneAndFollowWeightsWithinALevel) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    const std::vector<Member> members = RandomMembers(random);
    const auto mode = static_cast<v1::LocalitySettings::Mode>(random.Next() % 3);
    const Shared shared = Share(members, Mode(mode));
    double sum = 0, weight = 0;
    for (size_t m = 0; m < members.size(); ++m) {
      sum += shared.shares[m];
      weight += members[m].weight;
      ASSERT_GE(shared.shares[m], 0) << "seed " << seed;
      for (size_t n = 0; n < m; ++n) {
        const bool apart =
            members[m].level != members[n].level || shared.shares[m] == 0 || shared.shares[n] == 0;
        if (apart) continue;
        ASSERT_NEAR(shared.shares[m] * members[n].weight, shared.shares[n] * members[m].weight,
                    kExact * 1000)
            << "seed " << seed;
      }
    }
    ASSERT_NEAR(sum, weight > 0 ? 1 : 0, kExact) << "seed " << seed;
    double of_levels = 0;
    for (const double share : shared.sharing.level_shares) of_levels += share;
    ASSERT_NEAR(of_levels, sum, kExact) << "seed " << seed;
  }
}

TEST(LevelsProperty, NobodyFarGetsCallsWhileTheNearestIsWell) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    const std::vector<Member> members = RandomMembers(random);
    const Shared shared = Share(members);
    size_t nearest = kLevels;
    double healthy = 0, full = 0;
    for (const Member& member : members) {
      if (member.full_weight > 0) nearest = std::min(nearest, static_cast<size_t>(member.level));
    }
    for (const Member& member : members) {
      if (static_cast<size_t>(member.level) != nearest) continue;
      full += member.full_weight;
      if (member.healthy) healthy += member.weight;
    }
    if (full <= 0 || healthy / full < 1 / 1.4) continue;
    for (size_t k = nearest + 1; k < kLevels; ++k) {
      ASSERT_EQ(shared.sharing.level_shares[k], 0) << "seed " << seed;
    }
  }
}

TEST(LevelsProperty, LosingHealthNeverGivesALevelMore) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    SplitMix64 random(seed);
    std::vector<Member> members = RandomMembers(random);
    const Shared before = Share(members);
    Member& loser = members[random.Next() % members.size()];
    if (!loser.healthy || loser.full_weight <= 0) continue;
    loser.healthy = false;
    loser.weight = 0;
    const bool anybody = std::any_of(members.begin(), members.end(), [](const Member& member) {
      return member.healthy && member.weight > 0;
    });
    if (!anybody) continue;
    const Shared after = Share(members);
    const auto level = static_cast<size_t>(loser.level);
    ASSERT_LE(after.sharing.level_shares[level], before.sharing.level_shares[level] + kExact)
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace bellrock::routing::locality
