// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/source_memory.h"

#include <gtest/gtest.h>

namespace bellrock::metrics::compute {
namespace {

TEST(SourceMemoryTest, ABatchCountsOnce) {
  SourceMemory memory;
  EXPECT_TRUE(memory.Note("a:1", 7, 1));
  EXPECT_FALSE(memory.Note("a:1", 7, 1));
  EXPECT_TRUE(memory.Note("a:1", 7, 5));
  EXPECT_TRUE(memory.Note("a:1", 7, 3));  // overtaken on its way
  EXPECT_FALSE(memory.Note("a:1", 7, 5));
  EXPECT_FALSE(memory.Note("a:1", 7, 3));
}

TEST(SourceMemoryTest, SourcesAndTheirRunsAreToldApart) {
  SourceMemory memory;
  EXPECT_TRUE(memory.Note("a:1", 7, 1));
  EXPECT_TRUE(memory.Note("a:1", 8, 1));
  EXPECT_TRUE(memory.Note("b:1", 7, 1));
  EXPECT_EQ(memory.sources(), 3u);
}

TEST(SourceMemoryTest, WhatIsTooOldToTellCountsAsSeen) {
  SourceMemory memory;
  memory.Note("a", 1, kSequencesRemembered + 1);
  EXPECT_TRUE(memory.Note("a", 1, 2));
  EXPECT_FALSE(memory.Note("a", 1, 1));
}

TEST(SourceMemoryTest, TheNextOwnerAnswersTheSame) {
  SourceMemory memory;
  memory.Note("a", 1, 10);
  memory.Note("a", 1, 12);
  memory.Note("b", 2, 1);
  SourceMemory next;
  ASSERT_TRUE(next.Load(memory.Save()).ok());
  EXPECT_EQ(next.Save(), memory.Save());
  EXPECT_FALSE(next.Note("a", 1, 10));
  EXPECT_TRUE(next.Note("a", 1, 11));
  EXPECT_FALSE(next.Note("b", 2, 1));
}

TEST(SourceMemoryTest, TheSourceUnheardForLongestIsForgottenAlsoAfterLoading) {
  SourceMemory memory(2);
  memory.Note("a", 1, 1);
  memory.Note("b", 1, 1);
  memory.Note("a", 1, 2);
  SourceMemory next(2);
  ASSERT_TRUE(next.Load(memory.Save()).ok());
  next.Note("c", 1, 1);
  EXPECT_FALSE(next.Note("a", 1, 2));
  EXPECT_TRUE(next.Note("b", 1, 1));  // forgotten, so it counts again
}

TEST(SourceMemoryTest, OtherBytesAreRefused) {
  SourceMemory memory;
  EXPECT_EQ(memory.Load("\xff\xff\xff").code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bellrock::metrics::compute
