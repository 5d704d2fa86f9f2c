// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/stability.h"

#include <gtest/gtest.h>

#include "naming/replica/tombstones.h"

namespace bellrock::naming::replica {
namespace {

using std::chrono::seconds;

constexpr uint64_t kSelf = 1;

VersionVector Of(std::initializer_list<Dot> dots) {
  VersionVector vector;
  for (const Dot& dot : dots) vector.Raise(dot);
  return vector;
}

TEST(Stability, NothingIsStableBeforeEverybodyWasHeard) {
  Stability stability(kSelf);
  stability.SetPeers({2, 3});
  const VersionVector own = Of({{{1, 1}, 5}});
  stability.Heard({{2, 1}, 1, own});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_FALSE(stability.stable().Covers(Dot{{1, 1}, 1}));
  stability.Heard({{3, 1}, 1, Of({{{1, 1}, 3}})});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_TRUE(stability.stable().Covers(Dot{{1, 1}, 3}));
  EXPECT_FALSE(stability.stable().Covers(Dot{{1, 1}, 4}));
}

TEST(Stability, WaitsForThoseWhomAPeerKnows) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  const VersionVector own = Of({{{kSelf, 1}, 5}, {{kSelf, 2}, 1}});
  stability.Heard({{2, 1}, 1, own, {kSelf, 3}});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_FALSE(stability.stable().Covers(Dot{{kSelf, 1}, 5})) << "node 3 may have something else";
  EXPECT_TRUE(stability.Foldable(own).empty());
  EXPECT_EQ(stability.own_peers(), std::set<uint64_t>{2}) << "hearsay is not passed on as our own";
  stability.Heard({{3, 1}, 1, own, {kSelf, 2}});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_TRUE(stability.stable().Covers(Dot{{kSelf, 1}, 5}));
  EXPECT_FALSE(stability.Foldable(own).empty());
}

TEST(Stability, DoesNotWaitForWhomNobodyKnowsAnyMore) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  const VersionVector own = Of({{{kSelf, 1}, 5}});
  stability.Heard({{2, 1}, 1, own, {kSelf, 3}});
  stability.Heard({{2, 1}, 2, own, {kSelf}});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_TRUE(stability.stable().Covers(Dot{{kSelf, 1}, 5}));
}

TEST(Stability, WaitsForWhatAPeerHadAcceptedBeforeItPassed) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  VersionVector own = Of({{{1, 1}, 5}});
  stability.Heard({{2, 1}, 1, Of({{{1, 1}, 5}, {{2, 1}, 7}})});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_FALSE(stability.stable().Covers(Dot{{1, 1}, 5})) << "events of node 2 are still to come";
  own.Raise({{2, 1}, 7});
  stability.Step(own);
  EXPECT_TRUE(stability.stable().Covers(Dot{{1, 1}, 5}));
}

TEST(Stability, DoesNotWaitForWhatACrashLost) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  const VersionVector own = Of({{{1, 1}, 5}, {{2, 1}, 6}});
  stability.Heard({{2, 1}, 1, Of({{{1, 1}, 5}, {{2, 1}, 7}})});
  stability.Step(own);
  stability.Heard({{2, 2}, 1, own});
  for (int i = 0; i < 3; ++i) stability.Step(own);
  EXPECT_TRUE(stability.stable().Covers(Dot{{1, 1}, 5}));
}

TEST(Stability, WhatWasHeardLaterCountsThoughItArrivesFirst) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  const VersionVector own = Of({{{1, 1}, 5}});
  stability.Heard({{2, 1}, 2, own});
  stability.Heard({{2, 1}, 1, {}});
  ASSERT_EQ(stability.Share().size(), 1u);
  EXPECT_EQ(stability.Share()[0].count, 2u);
}

TEST(Stability, ALifeFoldsOnlyAfterAllHaveSeenTheNextOne) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  const VersionVector own = Of({{{3, 1}, 5}, {{3, 2}, 1}});
  stability.Heard({{2, 1}, 1, Of({{{3, 1}, 5}})});
  EXPECT_TRUE(stability.Foldable(own).empty()) << "what it says may be out of date";
  stability.Heard({{2, 1}, 2, Of({{{3, 1}, 6}, {{3, 2}, 1}})});
  EXPECT_TRUE(stability.Foldable(own).empty()) << "it has more of the old life";
  stability.Heard({{2, 1}, 3, own});
  EXPECT_EQ(stability.Foldable(own), (std::map<uint64_t, uint64_t>{{3, 2}}));
}

// Somebody who has less would claim what it never saw.
TEST(Stability, WhoeverHasLessOfALifeDoesNotFoldItBecauseAnotherDid) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  VersionVector theirs = Of({{{3, 1}, 7}, {{3, 2}, 1}});
  theirs.Fold(3, 2);
  stability.Heard({{2, 1}, 1, theirs});
  EXPECT_TRUE(stability.Foldable(Of({{{3, 1}, 5}, {{3, 2}, 1}})).empty());
}

// As after the loss of a disk: later lives came as events, an earlier one is still to be repaired.
TEST(Stability, AFoldThatOnlyAnotherHasIsNotPassedOver) {
  Stability stability(kSelf);
  stability.SetPeers({2});
  VersionVector own = Of({{{3, 2}, 2}, {{3, 3}, 1}}), theirs = own;
  theirs.Fold(3, 2);
  stability.Heard({{2, 1}, 1, theirs});
  EXPECT_TRUE(stability.Foldable(own).empty());
  own.Fold(3, 2);
  EXPECT_EQ(stability.Foldable(own), (std::map<uint64_t, uint64_t>{{3, 3}}));
}

TEST(Tombstones, GoWhenStableAndOldEnoughOrByNumberOrByAge) {
  Tombstones::Options options;
  options.number_max = 2;
  options.age_min = seconds(60);
  options.age_max = seconds(1'000);
  Tombstones tombstones(options);
  const auto at = [](int64_t second) { return Time() + seconds(second); };
  const VersionVector passed = Of({{{1, 1}, 1}});
  tombstones.Add("/1", Tombstones::Word::kInstance, {{1, 1}, 1}, at(0));
  tombstones.Add("/2", Tombstones::Word::kOperator, {{1, 1}, 2}, at(0));
  EXPECT_TRUE(tombstones.Sweep(passed, at(59)).empty());
  const auto stable = tombstones.Sweep(passed, at(60));
  ASSERT_EQ(stable.size(), 1u);
  EXPECT_FALSE(stable[0].forced);
  for (uint64_t i = 3; i < 5; ++i) {
    tombstones.Add("/n", Tombstones::Word::kInstance, {{1, 1}, i}, at(100));
  }
  const auto by_number = tombstones.Sweep(passed, at(100));
  ASSERT_EQ(by_number.size(), 1u);
  EXPECT_EQ(by_number[0].path, "/2");
  EXPECT_TRUE(by_number[0].forced);
  EXPECT_EQ(tombstones.Sweep(passed, at(1'100)).size(), 2u);
}

}  // namespace
}  // namespace bellrock::naming::replica
