// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/lost_try.h"

#include <gtest/gtest.h>

namespace bellrock::routing::proxy {
namespace {

TEST(LostTry, WhatMayBeRepeatedGoesToAnother) {
  LostTry lost{.idempotent = true, .held = true, .tries = 1, .tries_max = 3};
  EXPECT_TRUE(After(lost).again);
  EXPECT_TRUE(After(lost).blame);
  lost.held = false;
  EXPECT_FALSE(After(lost).again);
  lost = {.held = true, .tries = 1, .tries_max = 3};
  EXPECT_FALSE(After(lost).again);
}

TEST(LostTry, WhatWasNotBegunGoesToAnotherWhateverItIs) {
  const LostTry refused{.untouched = true, .held = true, .tries = 1, .tries_max = 3};
  EXPECT_TRUE(After(refused).again);
  EXPECT_TRUE(After(refused).blame);
}

TEST(LostTry, AnOrderlyEndIsNobodysFault) {
  const LostTry passed_by{
      .untouched = true, .leaving = true, .held = true, .tries = 1, .tries_max = 3};
  EXPECT_TRUE(After(passed_by).again);
  EXPECT_FALSE(After(passed_by).blame);
}

TEST(LostTry, AStaleConnectionIsNobodysFault) {
  LostTry lost{.lay_idle = true, .idempotent = true, .held = true, .tries = 1, .tries_max = 3};
  EXPECT_TRUE(After(lost).again);
  EXPECT_FALSE(After(lost).blame);
  lost.answer_begun = true;
  EXPECT_FALSE(After(lost).again);
  EXPECT_TRUE(After(lost).blame);
}

TEST(LostTry, SilenceIsNotRepeatedAndCounts) {
  const LostTry lost{.timed_out = true,
                     .lay_idle = true,
                     .idempotent = true,
                     .held = true,
                     .tries = 1,
                     .tries_max = 3};
  EXPECT_FALSE(After(lost).again);
  EXPECT_TRUE(After(lost).blame);
}

TEST(LostTry, TriesAreBounded) {
  LostTry lost{.idempotent = true, .held = true, .tries = 2, .tries_max = 3};
  EXPECT_TRUE(After(lost).again);
  lost.tries = 3;
  EXPECT_FALSE(After(lost).again);
}

}  // namespace
}  // namespace bellrock::routing::proxy
