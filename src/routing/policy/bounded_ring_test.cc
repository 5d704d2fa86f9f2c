// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/bounded_ring.h"

#include <gmock/gmock.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/splitmix.h"
#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

using ::testing::HasSubstr;

TEST(BoundedRing, AllowsAQuarterMoreThanTheMean) {
  EXPECT_EQ(BoundOf(0, {.in_flight = 39, .weight = 400}, 100), 13U);
  EXPECT_EQ(BoundOf(1.25, {.in_flight = 39, .weight = 400}, 100), 13U);
  EXPECT_EQ(BoundOf(2, {.in_flight = 39, .weight = 400}, 100), 20U);
  EXPECT_FALSE(IsFull(1.25, {.in_flight = 39, .weight = 400}, 100, 12));
  EXPECT_TRUE(IsFull(1.25, {.in_flight = 39, .weight = 400}, 100, 13));
}

TEST(BoundedRing, GoesByWeight) {
  EXPECT_EQ(BoundOf(1.25, {.in_flight = 39, .weight = 400}, 200), 25U);
  EXPECT_EQ(BoundOf(1.25, {.in_flight = 39, .weight = 400}, 0), 1U);
}

TEST(BoundedRing, AnIdlePoolTakesACallAnywhere) {
  EXPECT_FALSE(IsFull(1.25, {.in_flight = 0, .weight = 100'000}, 100, 0));
  EXPECT_FALSE(IsFull(1.25, {}, 100, 0));
}

TEST(BoundedRing, SaysWhatIsWrongWithABound) {
  EXPECT_TRUE(CheckBoundedLoad(0).ok());
  EXPECT_TRUE(CheckBoundedLoad(1.05).ok());
  for (const double bad : {1.0, 0.5, -1.0, 10.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT(CheckBoundedLoad(bad).message(), HasSubstr("bounded_load")) << bad;
  }
}

// Half of all calls are for one key: without the bound its owner had half of them in flight.
TEST(BoundedRing, NoInstanceGoesAboveTheBoundUnderAHotKey) {
  constexpr size_t kMembers = 20;
  constexpr size_t kInFlight = 200;
  const Fleet fleet(kMembers);
  const auto pool = *KeyedPool::Make(Kind::kBoundedRing, {}, fleet.members());
  std::vector<uint64_t> in_flight(kMembers);
  std::vector<uint16_t> calls;
  SplitMix64 random(7);
  for (size_t k = 0; k < 20'000; ++k) {
    const PoolLoad load{.in_flight = calls.size(), .weight = kMembers * 100};
    const auto full = [&](uint16_t slot) { return IsFull(1.25, load, 100, in_flight[slot]); };
    const auto yes = [](uint16_t) { return true; };
    const auto no = [](uint16_t) { return false; };
    const std::string key = k % 2 == 0 ? "hot" : std::to_string(random.Next());
    const auto choice = pool->Choose(key, yes, no, full);
    ASSERT_EQ(choice.outcome, KeyedPool::Outcome::kFound);
    calls.push_back(choice.slot);
    ++in_flight[choice.slot];
    ASSERT_LE(in_flight[choice.slot], BoundOf(1.25, load, 100));
    if (calls.size() < kInFlight) continue;
    std::swap(calls[random.Next() % calls.size()], calls.back());
    --in_flight[calls.back()];
    calls.pop_back();
  }
}

}  // namespace
}  // namespace bellrock::routing::policy
