// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/flood_guard.h"

#include <gtest/gtest.h>

namespace bellrock::rpc::http2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kStart = Time() + std::chrono::hours(5);

// How many pass in a row.
int Passed(FloodGuard& guard, Control control, Time now) {
  int passed = 0;
  while (guard.Note(control, now).ok()) ++passed;
  return passed;
}

TEST(FloodGuard, AllCallsInFlightMayBeCancelledAtOnce) {
  FloodGuard guard(5000);
  EXPECT_EQ(Passed(guard, Control::kReset, kStart), 5000);
  EXPECT_EQ(guard.Note(Control::kReset, kStart).message(),
            "a flood of resets of streams: more than 5000 and 1000 a second [BR-1808]");
}

TEST(FloodGuard, RefillsWithTimeUpToTheBurst) {
  FloodGuard guard(10);
  EXPECT_EQ(Passed(guard, Control::kReset, kStart), 1000);
  EXPECT_EQ(Passed(guard, Control::kReset, kStart + milliseconds(100)), 100);
  EXPECT_EQ(Passed(guard, Control::kReset, kStart + seconds(1000)), 1000);
}

TEST(FloodGuard, KindsDoNotShareABucket) {
  FloodGuard guard(10);
  EXPECT_EQ(Passed(guard, Control::kSettings, kStart), 100);
  EXPECT_EQ(Passed(guard, Control::kPing, kStart), 20'000);
  EXPECT_EQ(Passed(guard, Control::kEmptyData, kStart), 1000);
  EXPECT_EQ(Passed(guard, Control::kPriority, kStart), 1000);
}

}  // namespace
}  // namespace bellrock::rpc::http2
