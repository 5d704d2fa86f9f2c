// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/splitmix.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

// As java.util.SplittableRandom and Vigna's splitmix64.c give them.
TEST(SplitMix64, GivesTheKnownNumbers) {
  SplitMix64 from_zero(0);
  EXPECT_EQ(from_zero.Next(), 0xe220a8397b1dcdafU);
  EXPECT_EQ(from_zero.Next(), 0x6e789e6aa1b965f4U);
  EXPECT_EQ(from_zero.Next(), 0x06c45d188009454fU);
  SplitMix64 seeded(1234567);
  EXPECT_EQ(seeded.Next(), 6457827717110365317U);
  EXPECT_EQ(seeded.Next(), 3203168211198807973U);
  EXPECT_EQ(seeded.Next(), 9817491932198370423U);
}

TEST(MixBits, IsTheGeneratorsLastStep) {
  EXPECT_EQ(MixBits(0), 0U);
  EXPECT_EQ(MixBits(0x9e3779b97f4a7c15), SplitMix64(0).Next());
  EXPECT_NE(MixBits(1), MixBits(2));
}

}  // namespace
}  // namespace bellrock
