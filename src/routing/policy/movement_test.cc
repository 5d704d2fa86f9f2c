// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What all policies by key promise: how many keys move when one of n comes or goes, how evenly keys
// are spread, and that nothing but members and settings decides. Figures: docs/routing-keys.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

constexpr size_t kKeys = 100'000;
constexpr size_t kMembers = 100;

// Bounds for 100 members of equal weight.
struct Promise {
  Kind policy;
  double balance;          // most to mean
  double moved_by_leaver;  // one in the middle goes; 0.01 at best
  double moved_by_comer;   // one more at the end; 0.0099 at best
};

void PrintTo(const Promise& promise, std::ostream* out) {
  *out << NameOf(promise.policy);
}

class KeyedPolicy : public ::testing::TestWithParam<Promise> {
 protected:
  std::unique_ptr<const KeyTable> Table(std::span<const KeyedMember> members) const {
    return TableOf(GetParam().policy, members);
  }
};

TEST_P(KeyedPolicy, SpreadsKeysEvenly) {
  const Fleet fleet(kMembers);
  const std::vector<uint16_t> owners = OwnersOf(*Table(fleet.members()), kKeys);
  ASSERT_EQ(owners.size(), kKeys);
  EXPECT_LT(SpreadOf(owners, kMembers).max_to_mean, GetParam().balance);
}

TEST_P(KeyedPolicy, MovesFewKeysWhenOneLeaves) {
  const Fleet fleet(kMembers);
  const std::vector<uint16_t> before = OwnersOf(*Table(fleet.members()), kKeys);
  const std::vector<uint16_t> after = OwnersOf(*Table(fleet.Without(kMembers / 2)), kKeys);
  EXPECT_LT(Moved(before, after), GetParam().moved_by_leaver);
  EXPECT_GT(Moved(before, after), 0.005) << "its own keys must go somewhere";
  EXPECT_EQ(std::count(after.begin(), after.end(), kMembers / 2), 0);
}

TEST_P(KeyedPolicy, MovesFewKeysWhenOneComes) {
  Fleet fleet(kMembers);
  const std::vector<uint16_t> before = OwnersOf(*Table(fleet.members()), kKeys);
  fleet.Add(100);
  const std::vector<uint16_t> after = OwnersOf(*Table(fleet.members()), kKeys);
  EXPECT_LT(Moved(before, after), GetParam().moved_by_comer);
  EXPECT_GT(Moved(before, after), 0.005) << "the new one must get something";
}

TEST_P(KeyedPolicy, HonoursWeights) {
  Fleet fleet;
  for (size_t k = 0; k < kMembers; ++k) fleet.Add(k < 50 ? 100 : 300);
  const Spread spread = SpreadOf(OwnersOf(*Table(fleet.members()), kKeys), kMembers);
  size_t of_light = 0;
  for (size_t k = 0; k < 50; ++k) of_light += spread.keys[k];
  EXPECT_NEAR(static_cast<double>(of_light) / kKeys, 0.25, 0.02);
}

TEST_P(KeyedPolicy, DependsOnMembersOnly) {
  Fleet fleet(kMembers);
  const std::vector<uint16_t> before = OwnersOf(*Table(fleet.members()), 5000);
  std::reverse(fleet.members().begin(), fleet.members().end());
  EXPECT_EQ(OwnersOf(*Table(fleet.members()), 5000), before);
}

TEST_P(KeyedPolicy, LeavesOutMembersWithoutWeightAndSecondOnesOfAPath) {
  Fleet fleet(3);
  fleet.members()[0].weight = 0;
  fleet.members()[2].path = fleet.members()[1].path;
  std::vector<uint16_t> out(4);
  const auto table = Table(fleet.members());
  ASSERT_EQ(table->Choose("1", out), 1U);
  EXPECT_EQ(out[0], 1);
}

TEST_P(KeyedPolicy, OneMemberOwnsAllAndNobodyNothing) {
  uint16_t out = 7;
  EXPECT_EQ(Table({})->Choose("1", {&out, 1}), 0U);
  const Fleet one(1);
  const std::vector<uint16_t> owners = OwnersOf(*Table(one.members()), 1000);
  EXPECT_EQ(std::count(owners.begin(), owners.end(), 0), 1000);
}

TEST_P(KeyedPolicy, NamesEveryMemberOnceInAKeysOrder) {
  const Fleet fleet(5);
  const auto table = Table(fleet.members());
  std::vector<uint16_t> out(8);
  ASSERT_EQ(table->Choose("1", out), 5U);
  uint16_t owner = 0;
  ASSERT_EQ(table->Choose("1", {&owner, 1}), 1U);
  EXPECT_EQ(owner, out[0]);
  std::sort(out.begin(), out.begin() + 5);
  for (uint16_t k = 0; k < 5; ++k) EXPECT_EQ(out[k], k);
}

INSTANTIATE_TEST_SUITE_P(All, KeyedPolicy,
                         ::testing::Values(Promise{Kind::kRing, 1.5, 0.02, 0.02},
                                           Promise{Kind::kBoundedRing, 1.5, 0.02, 0.02},
                                           Promise{Kind::kMaglev, 1.15, 0.05, 0.05},
                                           // Whatever comes after the one that left moves.
                                           Promise{Kind::kJump, 1.15, 0.6, 0.0125}),
                         [](const auto& promise) {
                           return std::string(NameOf(promise.param.policy));
                         });

}  // namespace
}  // namespace bellrock::routing::policy
