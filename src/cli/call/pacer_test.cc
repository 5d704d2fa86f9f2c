// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/pacer.h"

#include <gtest/gtest.h>

#include <chrono>

namespace bellrock::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(100)};

TEST(Pacer, AClosedLoopStartsTheNextCallAtOnceUntilTheCount) {
  Pacer pacer({.count = 2}, kStart);
  EXPECT_EQ(pacer.Next(kStart), kStart);
  EXPECT_EQ(pacer.Next(kStart + seconds(9)), kStart + seconds(9));
  EXPECT_EQ(pacer.Next(kStart + seconds(9)), std::nullopt);
}

TEST(Pacer, AnOpenLoopKeepsItsTimesHoweverLateItIsAsked) {
  Pacer pacer({.qps = 100}, kStart);
  EXPECT_EQ(pacer.Next(kStart), kStart);
  EXPECT_EQ(pacer.Next(kStart + seconds(5)), kStart + milliseconds(10));
  EXPECT_EQ(pacer.Next(kStart + seconds(5)), kStart + milliseconds(20));
}

TEST(Pacer, TheDurationEndsBothLoops) {
  Pacer closed({.duration = seconds(1)}, kStart);
  EXPECT_TRUE(closed.Next(kStart + milliseconds(999)).has_value());
  EXPECT_FALSE(closed.Next(kStart + seconds(1)).has_value());
  Pacer open({.qps = 2, .duration = seconds(1)}, kStart);
  EXPECT_TRUE(open.Next(kStart).has_value());
  EXPECT_TRUE(open.Next(kStart).has_value());
  EXPECT_FALSE(open.Next(kStart).has_value());  // planned for the end itself
}

TEST(Pacer, AnOpenLoopThatIsBehindEndsOnTime) {
  Pacer pacer({.qps = 1000, .duration = seconds(1)}, kStart);
  EXPECT_FALSE(pacer.Next(kStart + seconds(2)).has_value());
}

TEST(Pacer, StopEndsIt) {
  Pacer pacer({.count = 10}, kStart);
  pacer.Stop();
  EXPECT_FALSE(pacer.Next(kStart).has_value());
}

}  // namespace
}  // namespace bellrock::cli
