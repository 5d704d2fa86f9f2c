// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/maglev.h"

#include <gmock/gmock.h>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

TEST(Maglev, TakesPrimesOnly) {
  EXPECT_TRUE(Maglev::SizeIsGood(2));
  EXPECT_TRUE(Maglev::SizeIsGood(Maglev::kSizeDefault));
  EXPECT_TRUE(Maglev::SizeIsGood(Maglev::kSizeMax));
  EXPECT_FALSE(Maglev::SizeIsGood(0));
  EXPECT_FALSE(Maglev::SizeIsGood(1));
  EXPECT_FALSE(Maglev::SizeIsGood(65536));
  EXPECT_FALSE(Maglev::SizeIsGood(65537 * 3));
  EXPECT_FALSE(Maglev::SizeIsGood(5'000'111));  // a prime, but too large
}

TEST(Maglev, GivesThePlacesByWeightToTheLastOne) {
  Fleet fleet;
  fleet.Add(100);
  fleet.Add(200);
  fleet.Add(700);
  // Of 1009 places; a key for each would need an inverse of the hash, many keys do as well.
  const Maglev table(fleet.members(), 1009);
  const Spread spread = SpreadOf(OwnersOf(table, 100'000), 3);
  EXPECT_NEAR(static_cast<double>(spread.keys[0]), 10'000, 800);
  EXPECT_NEAR(static_cast<double>(spread.keys[1]), 20'000, 800);
  EXPECT_NEAR(static_cast<double>(spread.keys[2]), 70'000, 800);
}

TEST(Maglev, StandsMoreMembersThanPlaces) {
  const Fleet fleet(20);
  const Maglev table(fleet.members(), 7);
  std::vector<uint16_t> out(30);
  EXPECT_EQ(table.Choose("1", out), 20U) << "those without a place come after those with one";
  const Spread spread = SpreadOf(OwnersOf(table, 1000), 20);
  EXPECT_EQ(std::count(spread.keys.begin(), spread.keys.end(), 0U), 13);
}

TEST(Maglev, StandsTheSmallestTable) {
  const Fleet fleet(2);
  const Spread spread = SpreadOf(OwnersOf(Maglev(fleet.members(), 2), 1000), 2);
  EXPECT_NEAR(static_cast<double>(spread.keys[0]), 500, 100);
}

TEST(Maglev, OfNobodyGivesNothing) {
  uint16_t out = 0;
  EXPECT_EQ(Maglev({}, 7).Choose("1", {&out, 1}), 0U);
}

}  // namespace
}  // namespace bellrock::routing::policy
