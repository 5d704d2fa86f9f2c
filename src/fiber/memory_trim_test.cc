// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/memory_trim.h"

#include <gtest/gtest.h>

namespace bellrock::fiber {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(MemoryTrim, LeavesTheNextBurstItsMemory) {
  EXPECT_EQ(TrimBytes(0, kFreeBytesKept), 0U);
  EXPECT_EQ(TrimBytes(100 * kMiB, kFreeBytesKept + 25 * kMiB), 0U);
}

TEST(MemoryTrim, NeverGivesMoreThanIsTooMuch) {
  EXPECT_EQ(TrimBytes(0, kFreeBytesKept + 1), 1U);
}

TEST(MemoryTrim, EndsWithWhatIsKept) {
  size_t free = 500 * kMiB;
  int seconds = 0;
  while (const size_t given = TrimBytes(40 * kMiB, free)) {
    free -= given;
    ++seconds;
    ASSERT_LT(seconds, 60) << "a minute after a burst its memory is back";
  }
  EXPECT_EQ(free, kFreeBytesKept + 10 * kMiB);
}

}  // namespace
}  // namespace bellrock::fiber
