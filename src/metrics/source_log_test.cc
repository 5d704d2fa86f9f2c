// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/source_log.h"

#include <gtest/gtest.h>

namespace bellrock::metrics {
namespace {

TEST(SourceLog, CountsAPushOnceWhateverTheOrder) {
  SourceLog log(10);
  EXPECT_TRUE(log.Note("a", 1, 1, 10, 10, 0));
  EXPECT_FALSE(log.Note("a", 1, 1, 10, 10, 0));
  EXPECT_TRUE(log.Note("a", 1, 3, 10, 30, 0));
  EXPECT_TRUE(log.Note("a", 1, 2, 10, 20, 0));
  EXPECT_FALSE(log.Note("a", 1, 2, 10, 20, 0));
  EXPECT_FALSE(log.Note("a", 1, 3, 10, 30, 0));
  EXPECT_EQ(log.calls_expected(), 30u);
}

TEST(SourceLog, ANewEpochBeginsAnew) {
  SourceLog log(10);
  EXPECT_TRUE(log.Note("a", 1, 1, 10, 10, 0));
  EXPECT_TRUE(log.Note("a", 2, 1, 5, 5, 0));
  EXPECT_FALSE(log.Note("a", 1, 1, 10, 10, 0));  // a late one of the old epoch
  EXPECT_EQ(log.calls_expected(), 15u);
}

TEST(SourceLog, WhatLiesBehindItsMemoryIsADuplicate) {
  SourceLog log(10);
  EXPECT_TRUE(log.Note("a", 1, 1, 1, 1, 0));
  EXPECT_TRUE(log.Note("a", 1, 1 + kSequencesRemembered, 1, 200, 0));
  EXPECT_FALSE(log.Note("a", 1, 1, 1, 1, 0));
  EXPECT_TRUE(log.Note("a", 1, 2, 1, 2, 0));
}

TEST(SourceLog, ExpectsDroppedCallsToo) {
  SourceLog log(10);
  log.Note("a", 1, 1, 10, 25, 0);  // 15 dropped before the first push
  log.Note("a", 1, 2, 10, 50, 0);  // 15 more
  EXPECT_EQ(log.calls_expected(), 50u);
}

TEST(SourceLog, ExpectsOnlyWhatComesFromNowOnOfASourceAlreadyRunning) {
  SourceLog log(10);
  log.Note("a", 1, 900, 10, 9000, 0);
  EXPECT_EQ(log.calls_expected(), 10u);
  log.Note("a", 1, 899, 10, 8990, 0);  // overtaken by the first
  EXPECT_EQ(log.calls_expected(), 20u);
}

TEST(SourceLog, ForgetsTheSourceUnheardForLongestAtItsBound) {
  SourceLog log(2);
  log.Note("a", 1, 1, 1, 1, 100);
  log.Note("b", 1, 1, 1, 1, 101);
  log.Note("a", 1, 2, 1, 2, 102);
  log.Note("c", 1, 1, 1, 1, 103);
  EXPECT_EQ(log.HeardSince(0), 2u);
  EXPECT_FALSE(log.Note("a", 1, 2, 1, 2, 104));
  EXPECT_EQ(log.HeardSince(104), 1u);
}

}  // namespace
}  // namespace bellrock::metrics
