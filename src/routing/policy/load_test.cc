// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/load.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "routing/policy/least_request.h"
#include "routing/policy/p2c.h"
#include "routing/policy/two_choices.h"

namespace bellrock::routing::policy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr LoadOptions kOptions;
constexpr Time kStart{seconds(100)};

Load After(bool ok, Duration latency, Time now = kStart) {
  Load load;
  BeginCall(load);
  EndCall(load, kOptions, ok, latency, now);
  return load;
}

TEST(Load, ASlowerAnswerCountsAtOnceAndAFasterOneByTime) {
  Load load = After(true, milliseconds(10));
  EXPECT_DOUBLE_EQ(load.ewma_us, 10'000);
  BeginCall(load);
  EndCall(load, kOptions, true, milliseconds(80), kStart + seconds(1));
  EXPECT_DOUBLE_EQ(load.ewma_us, 80'000);
  BeginCall(load);
  EndCall(load, kOptions, true, milliseconds(10), kStart + seconds(4));
  const double left = std::exp(-1.0);
  EXPECT_NEAR(load.ewma_us, 80'000 * left + 10'000 * (1 - left), 1e-6);
  EXPECT_EQ(load.in_flight, 0u);
}

TEST(Load, WhoWasSlowLongAgoIsTriedAgain) {
  const Load load = After(true, milliseconds(500));
  EXPECT_NEAR(EwmaUs(load, kOptions, kStart + seconds(15)), 500'000 * std::exp(-5.0), 1e-6);
}

TEST(Load, AFastFailureIsNotAFastAnswer) {
  const Load failed = After(false, milliseconds(1));
  EXPECT_DOUBLE_EQ(failed.ewma_us, 100'000);
  Load load = failed;
  for (int k = 0; k < 20; ++k) {
    BeginCall(load);
    EndCall(load, kOptions, false, milliseconds(1), kStart);
  }
  EXPECT_DOUBLE_EQ(load.ewma_us, 5e6) << "bounded, so that it is forgiven";
}

TEST(Load, AClockThatStandsStillOrEndsWithoutABeginningDoNoHarm) {
  Load load;
  EndCall(load, kOptions, true, Duration{0}, kStart);
  EXPECT_EQ(load.in_flight, 0u);
  EXPECT_DOUBLE_EQ(load.ewma_us, 1);
  EndCall(load, kOptions, true, Duration{0}, kStart - seconds(5));
  EXPECT_EQ(load.stamp, kStart);
  DropCall(load);
  EXPECT_EQ(load.in_flight, 0u);
}

TEST(P2c, PrefersWhoWillAnswerSooner) {
  Load fast = After(true, milliseconds(10));
  const Load slow = After(true, milliseconds(25));
  EXPECT_LT(P2cScore(fast, kOptions, kStart), P2cScore(slow, kOptions, kStart));
  BeginCall(fast);
  BeginCall(fast);
  EXPECT_GT(P2cScore(fast, kOptions, kStart), P2cScore(slow, kOptions, kStart));
  EXPECT_LT(P2cScore(fast, kOptions, kStart, 4), P2cScore(slow, kOptions, kStart))
      << "four times as strong: two calls are little";
}

TEST(P2c, AnUntriedInstanceGetsOneCallAtATime) {
  Load untried;
  const Load known = After(true, milliseconds(1));
  EXPECT_LT(P2cScore(untried, kOptions, kStart), P2cScore(known, kOptions, kStart));
  BeginCall(untried);
  EXPECT_GT(P2cScore(untried, kOptions, kStart), P2cScore(known, kOptions, kStart));
}

TEST(LeastRequest, CountsCallsInFlightByWeight) {
  Load one;
  BeginCall(one);
  Load two = one;
  BeginCall(two);
  EXPECT_LT(LeastRequestScore(one), LeastRequestScore(two));
  EXPECT_LT(LeastRequestScore(two, 4), LeastRequestScore(one));
}

TEST(TwoChoices, EverybodyMeetsEverybody) {
  std::array<uint16_t, 256> sequence{};
  for (uint16_t k = 0; k < sequence.size(); ++k) sequence[k] = k % 16;
  std::set<std::pair<uint16_t, uint16_t>> pairs;
  std::map<uint16_t, int> second;
  for (uint32_t cursor = 0; cursor < 8192; ++cursor) {
    const Candidates two = TwoOf(sequence, cursor);
    EXPECT_NE(two.first, two.second);
    pairs.emplace(two.first, two.second);
    ++second[two.second];
  }
  EXPECT_EQ(pairs.size(), 16u * 15u);
  for (const auto& [slot, count] : second) EXPECT_NEAR(count, 512, 80) << slot;
}

TEST(TwoChoices, AloneItMeetsItself) {
  const std::array<uint16_t, 2> sequence = {3, 3};
  const Candidates two = TwoOf(sequence, 7);
  EXPECT_EQ(two.first, 3);
  EXPECT_EQ(two.second, 3);
}

}  // namespace
}  // namespace bellrock::routing::policy
