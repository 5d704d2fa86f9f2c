// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/warm_up.h"

#include <gtest/gtest.h>

#include <limits>

namespace bellrock::routing {
namespace {

constexpr int64_t kRegistered = 1'700'000'000'000;

v1::WarmUpSettings Minute(double floor = 0) {
  v1::WarmUpSettings settings;
  settings.set_duration_ms(60'000);
  settings.set_floor(floor);
  return settings;
}
double After(const v1::WarmUpSettings& settings, int64_t ms) {
  return WarmUpFactor(settings, kRegistered, kRegistered + ms);
}

TEST(WarmUp, GrowsInAStraightLineFromATenthToOne) {
  EXPECT_DOUBLE_EQ(After(Minute(), 0), 0.1);
  EXPECT_DOUBLE_EQ(After(Minute(), 30'000), 0.55);
  EXPECT_DOUBLE_EQ(After(Minute(), 60'000), 1);
  EXPECT_DOUBLE_EQ(After(Minute(), 3'600'000), 1);
}

TEST(WarmUp, BeginsAtTheFloorThatIsSet) {
  EXPECT_DOUBLE_EQ(After(Minute(0.5), 0), 0.5);
  EXPECT_DOUBLE_EQ(After(Minute(0.5), 30'000), 0.75);
  EXPECT_DOUBLE_EQ(After(Minute(7), 0), 1) << "no factor is above 1";
}

TEST(WarmUp, IsOffUnlessSet) {
  EXPECT_EQ(WarmUpFactor({}, kRegistered, kRegistered), 1);
}

TEST(WarmUp, AnInstanceOfUnknownAgeIsWarm) {
  EXPECT_EQ(WarmUpFactor(Minute(), 0, kRegistered), 1);
  EXPECT_EQ(WarmUpFactor(Minute(), -5, kRegistered), 1);
}

TEST(WarmUp, AClockThatIsALittleAheadMeansABeginnerAndOneThatIsFarAheadMeansNothing) {
  EXPECT_DOUBLE_EQ(After(Minute(), -2'000), 0.1);
  EXPECT_EQ(After(Minute(), -60'001), 1);
  EXPECT_EQ(WarmUpFactor(Minute(), std::numeric_limits<int64_t>::max(), 0), 1);
}

}  // namespace
}  // namespace bellrock::routing
