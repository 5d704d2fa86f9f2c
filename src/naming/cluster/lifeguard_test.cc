// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/lifeguard.h"

#include <gtest/gtest.h>

namespace bellrock::naming::cluster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kInterval = milliseconds(500);
constexpr Time kStart = Time() + seconds(100);

TEST(LocalHealth, StretchesTimeoutsAndStaysWithinItsBounds) {
  LocalHealth health;
  EXPECT_EQ(health.Scale(seconds(1)), seconds(1));
  health.Add(-5);
  EXPECT_EQ(health.score(), 0);
  health.Add(100);
  EXPECT_EQ(health.score(), LocalHealth::kScoreMax);
  EXPECT_EQ(health.Scale(seconds(1)), seconds(1 + LocalHealth::kScoreMax));
}

TEST(Suspicion, EndsSoonerTheMoreAgree) {
  Suspicion suspicion("a", 7, kInterval, kStart);
  const Duration shortest = kInterval * Suspicion::kTimeoutFactor;
  EXPECT_EQ(suspicion.deadline(), kStart + shortest * Suspicion::kTimeoutFactorMax);
  EXPECT_TRUE(suspicion.Confirm("b"));
  const Time with_two = suspicion.deadline();
  EXPECT_LT(with_two, kStart + shortest * Suspicion::kTimeoutFactorMax);
  EXPECT_TRUE(suspicion.Confirm("c"));
  EXPECT_LT(suspicion.deadline(), with_two);
  EXPECT_EQ(suspicion.deadline(), kStart + shortest);
}

TEST(Suspicion, CountsEachAccuserOnceAndNoMoreThanWanted) {
  Suspicion suspicion("a", 7, kInterval, kStart);
  EXPECT_FALSE(suspicion.Confirm("a"));
  EXPECT_TRUE(suspicion.Confirm("b"));
  EXPECT_FALSE(suspicion.Confirm("b"));
  EXPECT_TRUE(suspicion.Confirm("c"));
  EXPECT_FALSE(suspicion.Confirm("d"));
}

TEST(Suspicion, WaitsForNobodyWhereThereIsNobodyToAgree) {
  const Suspicion suspicion("a", 3, kInterval, kStart);
  EXPECT_EQ(suspicion.deadline(), kStart + kInterval * Suspicion::kTimeoutFactor);
}

TEST(Suspicion, APauseOfThisNodeDoesNotCount) {
  Suspicion suspicion("a", 3, kInterval, kStart);
  const Time before = suspicion.deadline();
  suspicion.Postpone(seconds(4));
  EXPECT_EQ(suspicion.deadline(), before + seconds(4));
}

}  // namespace
}  // namespace bellrock::naming::cluster
