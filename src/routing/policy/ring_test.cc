// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/ring.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

using ::testing::ElementsAre;

std::vector<uint16_t> Choose(const Ring& ring, std::string_view key, size_t wanted) {
  std::vector<uint16_t> out(wanted);
  out.resize(ring.Choose(key, out));
  return out;
}

// Ten instances "10.0.0.k:port" with ports 7000 to 7002 and weights 100, 50, 200, 1.
Fleet L5Fleet() {
  constexpr std::array<uint32_t, 4> kWeights = {100, 50, 200, 1};
  Fleet fleet;
  for (size_t k = 0; k < 10; ++k) {
    fleet.Add(kWeights[k % 4]).address =
        fleet.Keep("10.0.0." + std::to_string(k + 1) + ":" + std::to_string(7000 + k % 3));
  }
  return fleet;
}

// From a program in another language that follows the description in docs/routing-keys.md alone:
// the first four instances of each key.
TEST(Ring, AgreesWithL5) {
  const Fleet fleet = L5Fleet();
  const Ring ring(fleet.members());
  const std::vector<std::pair<std::string, std::vector<uint16_t>>> expected = {
      {"0", {0, 9, 6, 4}},
      {"1", {2, 6, 0, 8}},
      {"42", {4, 0, 9, 2}},
      {"10001", {8, 6, 9, 1}},
      {"64001", {0, 2, 4, 8}},
      {"4294967295", {6, 5, 0, 8}},
      {"4294967296", {9, 6, 5, 2}},
      {"123456789012", {1, 2, 6, 4}},
      {"18446744073709551615", {4, 0, 6, 9}},
      {"1365", {4, 6, 1, 7}},
  };
  for (const auto& [key, slots] : expected) EXPECT_EQ(Choose(ring, key, 4), slots) << key;
  uint32_t digest = 0;
  for (const uint16_t owner : OwnersOf(ring, 20'000)) digest = digest * 31 + owner + 1;
  EXPECT_EQ(digest, 0x9be9dd9cU);
}

// Two addresses with a node at 2785055660, which key 295 goes to (from the same program). The last
// byte of an address counts most, so that 10.0.11.22 is before 10.0.9.66.
TEST(Ring, GivesAPlaceOfTwoToTheHeavierAndThenToTheSmallerAddress) {
  const auto owner = [](uint32_t weight_of_first, uint32_t weight_of_second) {
    Fleet fleet;
    fleet.Add(weight_of_first).address = "10.0.9.66:7000";
    fleet.Add(weight_of_second).address = "10.0.11.22:7000";
    return Choose(Ring(fleet.members()), "295", 1).front();
  };
  EXPECT_EQ(owner(100, 100), 1);
  EXPECT_EQ(owner(100, 101), 1);
  EXPECT_EQ(owner(101, 100), 0);
}

TEST(Ring, HashesNumbersAsL5AndOtherKeysAsText) {
  EXPECT_NE(Ring::HashOf("7"), Ring::HashOf("07"));
  EXPECT_NE(Ring::HashOf("0"), Ring::HashOf(""));
  EXPECT_NE(Ring::HashOf("18446744073709551615"), Ring::HashOf("18446744073709551616"));
  EXPECT_NE(Ring::HashOf("-1"), Ring::HashOf("18446744073709551615"));
}

TEST(Ring, DoesNotDependOnTheOrderOfMembers) {
  Fleet fleet = L5Fleet();
  const std::vector<uint16_t> before = OwnersOf(Ring(fleet.members()), 5000);
  std::reverse(fleet.members().begin(), fleet.members().end());
  EXPECT_EQ(OwnersOf(Ring(fleet.members()), 5000), before);
}

TEST(Ring, OfTwoAtOneAddressTheFirstByPathOwns) {
  Fleet fleet(3);
  fleet.members()[2].address = fleet.members()[1].address;
  const Spread spread = SpreadOf(OwnersOf(Ring(fleet.members()), 5000), 3);
  EXPECT_EQ(spread.keys[2], 0U);
  EXPECT_GT(spread.keys[1], 1500U);
}

TEST(Ring, OfNobodyOrOneIsTrivial) {
  EXPECT_THAT(Choose(Ring({}), "1", 4), ElementsAre());
  const Fleet one(1);
  EXPECT_THAT(Choose(Ring(one.members()), "1", 4), ElementsAre(0));
}

TEST(Ring, ScalesWeightsThatWouldMakeItTooLarge) {
  Fleet fleet;
  for (int k = 0; k < 300; ++k) fleet.Add(10'000);
  fleet.members()[0].weight = 1;
  fleet.members()[1].weight = 5000;
  const Spread spread = SpreadOf(OwnersOf(Ring(fleet.members()), 100'000), 300);
  EXPECT_NEAR(static_cast<double>(spread.keys[1]), 100'000 / 300 / 2, 60);
  EXPECT_LT(spread.max_to_mean, 1.3);
}

}  // namespace
}  // namespace bellrock::routing::policy
