// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/keyed.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

using ::testing::HasSubstr;
using Outcome = KeyedPool::Outcome;
using Settings = v1::KeyedSettings;

std::unique_ptr<const KeyedPool> PoolOf(Kind policy, const Settings& settings, const Fleet& fleet) {
  return std::move(*KeyedPool::Make(policy, settings, fleet.members()));
}

// What one call knows of the slots.
struct Scene {
  std::set<uint16_t> unusable{};
  std::set<uint16_t> been{};
  std::set<uint16_t> above{};

  KeyedPool::Choice Choose(const KeyedPool& pool, std::string_view key) const {
    return pool.Choose(
        key, [&](uint16_t slot) { return !unusable.contains(slot); },
        [&](uint16_t slot) { return been.contains(slot); },
        [&](uint16_t slot) { return above.contains(slot); });
  }
};

// Two copies of three instances; the first copy is near.
Fleet TwoCopies() {
  Fleet fleet(6);
  for (size_t k = 0; k < 6; ++k) {
    fleet.members()[k].copy = k < 3 ? "a" : "b";
    fleet.members()[k].level = k < 3 ? 1 : 3;
  }
  return fleet;
}

Settings ByCluster() {
  Settings settings;
  settings.set_copies("cluster");
  return settings;
}

Settings When(Settings::Shielded shielded) {
  Settings settings;
  settings.set_when_shielded(shielded);
  return settings;
}

std::string ErrorOf(Kind policy, const Settings& settings) {
  return CheckKeyedSettings(policy, settings).ToString();
}

TEST(KeyedSettings, AreGoodByDefaultForPoliciesByKey) {
  for (const Kind policy :
       {Kind::kRing, Kind::kMaglev, Kind::kBoundedRing, Kind::kJump, Kind::kUnit}) {
    EXPECT_TRUE(CheckKeyedSettings(policy, {}).ok()) << NameOf(policy);
  }
  EXPECT_THAT(ErrorOf(Kind::kL5, {}), HasSubstr("policy: l5 does not go by key"));
}

TEST(KeyedSettings, ErrorsNameTheField) {
  Settings settings;
  settings.set_maglev_size(65536);
  EXPECT_THAT(ErrorOf(Kind::kMaglev, settings), HasSubstr("maglev_size: 65536 is not a prime"));
  settings = {};
  settings.set_bounded_load(0.9);
  EXPECT_THAT(ErrorOf(Kind::kBoundedRing, settings), HasSubstr("bounded_load: 0.9"));
  settings = {};
  settings.set_copies("label:");
  EXPECT_THAT(ErrorOf(Kind::kRing, settings), HasSubstr("copies: \"label:\""));
  settings = {};
  settings.add_unit_digits(0);
  EXPECT_THAT(ErrorOf(Kind::kUnit, settings), HasSubstr("unit_digits: 0"));
  settings = {};
  settings.set_when_shielded(static_cast<Settings::Shielded>(7));
  EXPECT_THAT(ErrorOf(Kind::kRing, settings), HasSubstr("when_shielded: 7"));
}

TEST(KeyedPool, RefusesALabelThatDoesNotNameCopies) {
  Fleet fleet(kCopiesMax + 1);
  for (KeyedMember& member : fleet.members()) member.copy = fleet.Keep(std::string(member.path));
  const auto pool = KeyedPool::Make(Kind::kRing, ByCluster(), fleet.members());
  ASSERT_FALSE(pool.ok());
  EXPECT_THAT(pool.status().message(), HasSubstr("copies: \"cluster\" has 17 different values"));
}

TEST(KeyedPool, RefusesSlotsThatDoNotFit) {
  Fleet fleet(1);
  fleet.members()[0].slot = 65536;
  EXPECT_FALSE(KeyedPool::Make(Kind::kRing, {}, fleet.members()).ok());
  EXPECT_FALSE(MakeKeyTable(Kind::kRing, {}, fleet.members()).ok());
}

TEST(KeyedPool, WithoutMembersHasNobody) {
  const auto pool = PoolOf(Kind::kRing, {}, Fleet());
  EXPECT_EQ(Scene().Choose(*pool, "1").outcome, Outcome::kNobody);
}

TEST(KeyedPool, WithoutCopiesOneInstanceOwnsAKeyHoweverFarItIs) {
  const Fleet fleet = TwoCopies();
  const auto pool = PoolOf(Kind::kRing, {}, fleet);
  const auto table = TableOf(Kind::kRing, fleet.members());
  std::set<uint16_t> owners;
  for (int k = 0; k < 100; ++k) {
    const auto choice = Scene().Choose(*pool, std::to_string(k));
    uint16_t owner = 0;
    ASSERT_EQ(table->Choose(std::to_string(k), {&owner, 1}), 1U);
    EXPECT_EQ(choice.slot, owner);
    EXPECT_EQ(choice.owner, owner);
    owners.insert(owner);
  }
  EXPECT_EQ(owners.size(), 6U);
}

TEST(KeyedPool, TakesTheMatchOfTheNearestCopy) {
  const auto pool = PoolOf(Kind::kRing, ByCluster(), TwoCopies());
  for (int k = 0; k < 100; ++k) {
    const auto choice = Scene().Choose(*pool, std::to_string(k));
    EXPECT_EQ(choice.outcome, Outcome::kFound);
    EXPECT_LT(choice.slot, 3) << "all of copy b are far";
  }
}

TEST(KeyedPool, TakesTheOtherCopysMatchBeforeANeighbourWithoutTheData) {
  const Fleet fleet = TwoCopies();
  const auto pool = PoolOf(Kind::kRing, ByCluster(), fleet);
  const auto far = TableOf(Kind::kRing, std::span(fleet.members()).subspan(3));
  for (int k = 0; k < 100; ++k) {
    const std::string key = std::to_string(k);
    const uint16_t owner = Scene().Choose(*pool, key).slot;
    uint16_t match = 0;
    ASSERT_EQ(far->Choose(key, {&match, 1}), 1U);
    const auto choice = Scene{.unusable = {owner}}.Choose(*pool, key);
    EXPECT_EQ(choice.slot, match);
    EXPECT_EQ(choice.owner, owner);
    const auto next = Scene{.unusable = {owner, match}}.Choose(*pool, key);
    EXPECT_EQ(next.outcome, Outcome::kFound);
    EXPECT_LT(next.slot, 3) << "nobody has the data, so it is the nearest";
    EXPECT_NE(next.slot, owner);
  }
}

TEST(KeyedPool, SharesKeysAmongEquallyNearCopies) {
  Fleet fleet = TwoCopies();
  for (KeyedMember& member : fleet.members()) member.level = 1;
  const auto pool = PoolOf(Kind::kMaglev, ByCluster(), fleet);
  int in_first = 0;
  for (int k = 0; k < 2000; ++k) {
    const std::string key = std::to_string(k);
    const uint16_t slot = Scene().Choose(*pool, key).slot;
    EXPECT_EQ(Scene().Choose(*pool, key).slot, slot);
    in_first += slot < 3 ? 1 : 0;
  }
  EXPECT_NEAR(in_first, 1000, 100);
}

TEST(KeyedPool, GoesToTheNextWhenTheOwnerIsShielded) {
  const auto pool = PoolOf(Kind::kRing, {}, Fleet(10));
  const auto well = Scene().Choose(*pool, "7");
  const auto choice = Scene{.unusable = {well.slot}}.Choose(*pool, "7");
  EXPECT_EQ(choice.outcome, Outcome::kFound);
  EXPECT_NE(choice.slot, well.slot);
  EXPECT_EQ(choice.owner, well.slot);
}

TEST(KeyedPool, WaitsOrFailsIfTheSettingsSaySo) {
  const Fleet fleet(10);
  const auto waiting = PoolOf(Kind::kRing, When(Settings::SHIELDED_WAIT), fleet);
  const auto failing = PoolOf(Kind::kRing, When(Settings::SHIELDED_ERROR), fleet);
  const uint16_t owner = Scene().Choose(*waiting, "7").slot;
  const Scene shielded{.unusable = {owner}};
  EXPECT_EQ(shielded.Choose(*waiting, "7").outcome, Outcome::kWait);
  EXPECT_EQ(shielded.Choose(*failing, "7").outcome, Outcome::kFail);
  EXPECT_EQ(shielded.Choose(*failing, "7").owner, owner);
  // A second attempt has nowhere else to go: who has the data is there.
  const auto again = Scene{.been = {owner}}.Choose(*failing, "7");
  EXPECT_EQ(again.outcome, Outcome::kFound);
  EXPECT_EQ(again.slot, owner);
}

TEST(KeyedPool, DoesNotWaitWhileAnotherCopyHasTheData) {
  Settings settings = When(Settings::SHIELDED_WAIT);
  settings.set_copies("cluster");
  const auto pool = PoolOf(Kind::kRing, settings, TwoCopies());
  const uint16_t near = Scene().Choose(*pool, "7").slot;
  const auto far = Scene{.unusable = {near}}.Choose(*pool, "7");
  EXPECT_EQ(far.outcome, Outcome::kFound);
  EXPECT_GE(far.slot, 3);
  EXPECT_EQ((Scene{.unusable = {near, far.slot}}.Choose(*pool, "7").outcome), Outcome::kWait);
}

TEST(KeyedPool, ARetryGoesToTheNext) {
  const auto pool = PoolOf(Kind::kMaglev, {}, Fleet(3));
  const uint16_t owner = Scene().Choose(*pool, "7").slot;
  const uint16_t second = Scene{.been = {owner}}.Choose(*pool, "7").slot;
  EXPECT_NE(second, owner);
  const uint16_t third = Scene{.been = {owner, second}}.Choose(*pool, "7").slot;
  EXPECT_EQ((std::set{owner, second, third}.size()), 3U);
  EXPECT_EQ((Scene{.been = {owner, second, third}}.Choose(*pool, "7").slot), owner);
}

TEST(KeyedPool, TriesTheOwnerWhenNobodyIsUsable) {
  const auto pool = PoolOf(Kind::kRing, {}, Fleet(3));
  const uint16_t owner = Scene().Choose(*pool, "7").slot;
  const auto choice = Scene{.unusable = {0, 1, 2}}.Choose(*pool, "7");
  EXPECT_EQ(choice.outcome, Outcome::kFound);
  EXPECT_EQ(choice.slot, owner);
}

TEST(KeyedPool, SkipsFullOnesByBoundedRingOnly) {
  const Fleet fleet(10);
  const auto ring = PoolOf(Kind::kRing, {}, fleet);
  const auto bounded = PoolOf(Kind::kBoundedRing, When(Settings::SHIELDED_ERROR), fleet);
  const uint16_t owner = Scene().Choose(*ring, "7").slot;
  const Scene full{.above = {owner}};
  EXPECT_EQ(full.Choose(*ring, "7").slot, owner);
  const auto choice = full.Choose(*bounded, "7");
  EXPECT_EQ(choice.outcome, Outcome::kFound) << "full is not shielded";
  EXPECT_NE(choice.slot, owner);
  EXPECT_EQ((Scene{.above = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}.Choose(*bounded, "7").slot), owner)
      << "all are full: a bound is no refusal";
}

TEST(KeyedPool, AllOwnersOfAUnitAreMatches) {
  Fleet fleet(4);
  for (KeyedMember& member : fleet.members()) member.units = "000-499";
  fleet.members()[3].units = "500-999";
  for (KeyedMember& member : fleet.members()) member.level = 3;
  fleet.members()[1].level = 1;
  const auto pool = PoolOf(Kind::kUnit, When(Settings::SHIELDED_ERROR), fleet);
  for (int k = 0; k < 50; ++k) {
    EXPECT_EQ(Scene().Choose(*pool, std::to_string(k)).slot, 1) << "the nearest copy";
  }
  const auto choice = Scene{.unusable = {1}}.Choose(*pool, "10001");
  EXPECT_EQ(choice.outcome, Outcome::kFound);
  EXPECT_TRUE(choice.slot == 0 || choice.slot == 2) << choice.slot;
  EXPECT_EQ((Scene{.unusable = {0, 1, 2}}.Choose(*pool, "10001").outcome), Outcome::kFail);
  EXPECT_EQ(Scene().Choose(*pool, "10500").slot, 3);
  EXPECT_EQ(Scene().Choose(*pool, "no number").outcome, Outcome::kNobody);
}

}  // namespace
}  // namespace bellrock::routing::policy
