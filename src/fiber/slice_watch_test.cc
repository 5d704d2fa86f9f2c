// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/slice_watch.h"

#include <gtest/gtest.h>

namespace bellrock::fiber {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Duration kTick = microseconds(500);
constexpr Time kStart{std::chrono::seconds(100)};
constexpr uint64_t kFramework = 6, kUser = 7;

TEST(SliceWatch, FindsASliceStuckOnlyAfterAWholeTick) {
  SliceWatch watch(kTick);
  EXPECT_FALSE(watch.Look(kUser, kStart));
  EXPECT_FALSE(watch.Look(kUser, kStart + kTick - microseconds(1)));
  EXPECT_TRUE(watch.Look(kUser, kStart + kTick));
  EXPECT_EQ(watch.since(), kStart);
}

TEST(SliceWatch, ManyShortSlicesAreNotOneLongOne) {
  SliceWatch watch(kTick);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(watch.Look(kUser + 2 * i, kStart + i * kTick));
}

TEST(SliceWatch, FrameworkCodeIsNeverStuck) {
  SliceWatch watch(kTick);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(watch.Look(kFramework, kStart + i * kTick));
}

TEST(SliceWatch, AStuckSliceStaysStuckUntilTheWordChanges) {
  SliceWatch watch(kTick);
  watch.Look(kUser, kStart);
  EXPECT_TRUE(watch.Look(kUser, kStart + kTick));
  EXPECT_TRUE(watch.Look(kUser, kStart + 2 * kTick));
  EXPECT_FALSE(watch.Look(kUser + 1, kStart + 3 * kTick));
}

TEST(SliceWatch, ActiveWhileUserCodeRanSinceTheLastLook) {
  SliceWatch watch(kTick);
  watch.Look(kFramework, kStart);
  watch.Look(kFramework, kStart + kTick);
  EXPECT_FALSE(watch.active());
  watch.Look(kFramework + 2, kStart + 2 * kTick);
  EXPECT_TRUE(watch.active());
  watch.Look(kFramework + 3, kStart + 3 * kTick);
  watch.Look(kFramework + 3, kStart + 4 * kTick);
  EXPECT_TRUE(watch.active());
}

TEST(LongRun, IsDueOncePerSlice) {
  LongRun run;
  EXPECT_FALSE(run.IsDue(kStart, milliseconds(50)));
  run.Begin(kUser, kStart);
  EXPECT_FALSE(run.IsDue(kStart + milliseconds(49), milliseconds(50)));
  EXPECT_TRUE(run.IsDue(kStart + milliseconds(50), milliseconds(50)));
  run.SetReported();
  run.Begin(kUser, kStart + milliseconds(51));
  EXPECT_FALSE(run.IsDue(kStart + milliseconds(200), milliseconds(50)));
  run.Begin(kUser + 2, kStart + milliseconds(200));
  EXPECT_TRUE(run.IsDue(kStart + milliseconds(250), milliseconds(50)));
  run.End();
  EXPECT_FALSE(run.IsDue(kStart + milliseconds(300), milliseconds(50)));
}

}  // namespace
}  // namespace bellrock::fiber
