// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/jump.h"

#include <gmock/gmock.h>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

// The vectors of github.com/dgryski/go-jump; the last from a program in another language that
// follows the paper.
TEST(Jump, GivesThePublishedBuckets) {
  EXPECT_EQ(Jump::BucketOf(1, 1), 0U);
  EXPECT_EQ(Jump::BucketOf(42, 57), 43U);
  EXPECT_EQ(Jump::BucketOf(0xDEAD10CC, 1), 0U);
  EXPECT_EQ(Jump::BucketOf(0xDEAD10CC, 666), 361U);
  EXPECT_EQ(Jump::BucketOf(256, 1024), 520U);
  EXPECT_EQ(Jump::BucketOf(18446744073709551615U, 1'000'000), 589430U);
}

TEST(Jump, HonoursWeights) {
  Fleet fleet;
  fleet.Add(100);
  fleet.Add(200);
  fleet.Add(700);
  const Spread spread = SpreadOf(OwnersOf(Jump(fleet.members()), 100'000), 3);
  EXPECT_NEAR(static_cast<double>(spread.keys[0]), 10'000, 1000);
  EXPECT_NEAR(static_cast<double>(spread.keys[1]), 20'000, 1000);
  EXPECT_NEAR(static_cast<double>(spread.keys[2]), 70'000, 1000);
}

TEST(Jump, NamesEveryMemberOnceHoweverLightItIs) {
  Fleet fleet;
  for (int k = 0; k < 20; ++k) fleet.Add(1);
  fleet.Add(10'000);
  const Jump jump(fleet.members());
  std::vector<uint16_t> out(30);
  EXPECT_EQ(jump.Choose("42", out), 21U);
  std::sort(out.begin(), out.begin() + 21);
  for (uint16_t k = 0; k < 21; ++k) EXPECT_EQ(out[k], k);
}

TEST(Jump, OfNobodyGivesNothing) {
  uint16_t out = 0;
  EXPECT_EQ(Jump({}).Choose("1", {&out, 1}), 0U);
}

}  // namespace
}  // namespace bellrock::routing::policy
