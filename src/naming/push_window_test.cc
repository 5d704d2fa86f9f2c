// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/push_window.h"

#include <gtest/gtest.h>

namespace bellrock::naming {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kStart = Time() + seconds(100);

TEST(PushWindow, IsNarrowWhilePushesGoOutInTime) {
  PushWindow window;
  EXPECT_EQ(window.At(kStart), PushWindow::kMin);
  for (int i = 0; i < 1000; ++i) {
    const Time now = kStart + milliseconds(i);
    window.OnPush(now, 1, now);
    EXPECT_EQ(window.At(now), PushWindow::kMin);
  }
}

TEST(PushWindow, WidensToTwiceTheLatenessAndNoFurtherThanTheBound) {
  PushWindow window;
  window.OnPush(kStart - milliseconds(4), 1, kStart);
  EXPECT_EQ(window.At(kStart), milliseconds(8));
  window.OnPush(kStart - seconds(3), 1, kStart);
  EXPECT_EQ(window.At(kStart), PushWindow::kMax);
}

TEST(PushWindow, WidensStepByStepWhileEventsComeFast) {
  PushWindow window;
  Time now = kStart;
  Duration before = window.At(now);
  for (int i = 0; i < 4; ++i) {
    window.OnPush(now, PushWindow::kManyEvents, now);
    EXPECT_EQ(window.At(now), 2 * before);
    before = window.At(now);
  }
  for (int i = 0; i < 4; ++i) window.OnPush(now, 10 * PushWindow::kManyEvents, now);
  EXPECT_EQ(window.At(now), PushWindow::kMax);
  window.OnPush(now, PushWindow::kManyEvents - 1, now);
  EXPECT_EQ(window.At(now), PushWindow::kMax) << "few events do not narrow it at once";
}

TEST(PushWindow, NarrowsByItselfWhenItIsQuiet) {
  PushWindow window;
  window.OnPush(kStart - seconds(1), 1, kStart);
  EXPECT_EQ(window.At(kStart + PushWindow::kHalfLife), PushWindow::kMax / 2);
  EXPECT_EQ(window.At(kStart + 3 * PushWindow::kHalfLife), PushWindow::kMax / 8);
  EXPECT_EQ(window.At(kStart + seconds(1)), PushWindow::kMin);
  EXPECT_EQ(window.At(kStart + std::chrono::hours(1000)), PushWindow::kMin);
}

TEST(PushWindow, ALittleLatenessDoesNotNarrowAWideOne) {
  PushWindow window;
  window.OnPush(kStart - milliseconds(10), 1, kStart);
  window.OnPush(kStart - milliseconds(2), 1, kStart);
  EXPECT_EQ(window.At(kStart), milliseconds(20));
}

}  // namespace
}  // namespace bellrock::naming
