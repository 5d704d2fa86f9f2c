// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/version_vector.h"

#include <gtest/gtest.h>

#include <random>

namespace bellrock::naming::replica {
namespace {

using Order = VersionVector::Order;

VersionVector Of(std::initializer_list<Dot> dots) {
  VersionVector vector;
  for (const Dot& dot : dots) vector.Raise(dot);
  return vector;
}

VersionVector Random(std::mt19937_64& random) {
  VersionVector vector;
  for (uint64_t node = 1; node <= 3; ++node) {
    for (uint64_t epoch = 1; epoch <= 3; ++epoch) vector.Raise({{node, epoch}, random() % 3});
    if (random() % 2 == 0) vector.Fold(node, random() % 4);
  }
  return vector;
}

TEST(VersionVector, CoversWhatLiesAtOrBelowItsNumbers) {
  const VersionVector vector = Of({{{1, 1}, 5}});
  EXPECT_TRUE(vector.Covers(Dot{{1, 1}, 5}));
  EXPECT_FALSE(vector.Covers(Dot{{1, 1}, 6}));
  EXPECT_FALSE(vector.Covers(Dot{{2, 1}, 1}));
}

TEST(VersionVector, ALaterLifeOfANodeIsAnotherOrigin) {
  const VersionVector vector = Of({{{1, 2}, 5}});
  EXPECT_FALSE(vector.Covers(Dot{{1, 1}, 1}));
  EXPECT_FALSE(vector.Covers(Dot{{1, 3}, 1}));
}

TEST(VersionVector, TellsConcurrencyFromOrder) {
  const VersionVector a = Of({{{1, 1}, 5}}), b = Of({{{1, 1}, 5}, {{2, 1}, 1}});
  const VersionVector c = Of({{{1, 1}, 6}});
  EXPECT_EQ(a.Compare(a), Order::kEqual);
  EXPECT_EQ(a.Compare(b), Order::kBefore);
  EXPECT_EQ(b.Compare(a), Order::kAfter);
  EXPECT_EQ(b.Compare(c), Order::kConcurrent);
}

TEST(VersionVector, FoldedLivesAreCoveredWholeAndTakeNoRoom) {
  VersionVector vector = Of({{{1, 1}, 5}, {{1, 2}, 7}, {{1, 3}, 9}, {{2, 1}, 1}});
  vector.Fold(1, 3);
  EXPECT_EQ(vector.entries().size(), 2u);
  EXPECT_TRUE(vector.Covers(Dot{{1, 1}, 1'000}));
  EXPECT_FALSE(vector.Covers(Dot{{1, 3}, 10}));
  EXPECT_FALSE(Of({{{1, 1}, 5}, {{1, 2}, 7}}).CoversFolds(vector));
}

TEST(VersionVector, KnowsTheLatestLifeOfANode) {
  VersionVector vector;
  EXPECT_EQ(vector.LatestEpoch(1), 0u);
  vector.Raise({{1, 3}, 7});
  vector.Raise({{1, 5}, 1});
  vector.Raise({{2, 9}, 1});
  EXPECT_EQ(vector.LatestEpoch(1), 5u);
  vector.Fold(1, 8);
  EXPECT_EQ(vector.LatestEpoch(1), 8u);
  EXPECT_EQ(vector.LatestEpoch(3), 0u);
}

TEST(VersionVector, JoinAndMeetAreTheBoundsOfTheirArguments) {
  std::mt19937_64 random(20260302);
  for (int i = 0; i < 2'000; ++i) {
    const VersionVector a = Random(random), b = Random(random);
    VersionVector ab = a, ba = b;
    ab.Join(b);
    ba.Join(a);
    ASSERT_EQ(ab, ba);
    ASSERT_TRUE(ab.Covers(a) && ab.Covers(b));
    const VersionVector meet = VersionVector::Meet(a, b);
    ASSERT_EQ(meet, VersionVector::Meet(b, a));
    ASSERT_TRUE(a.Covers(meet) && b.Covers(meet));
    VersionVector again = ab;
    again.Join(a);
    ASSERT_EQ(again, ab);
  }
}

}  // namespace
}  // namespace bellrock::naming::replica
