// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_session.h"

#include <gtest/gtest.h>

#include "metrics/bounds.h"

namespace bellrock::metrics {
namespace {

TEST(NameSession, NumbersNamesInTheOrderOfTheirComing) {
  NameSession session;
  EXPECT_TRUE(session.Add("b"));
  EXPECT_TRUE(session.Add(""));
  EXPECT_FALSE(session.Add("b"));
  EXPECT_EQ(session.size(), 2u);
  EXPECT_EQ(session.Find("b"), 0u);
  EXPECT_EQ(session.Find(""), 1u);
  EXPECT_EQ(session.Find("c"), std::nullopt);
  EXPECT_EQ(session.at(1), "");
}

TEST(NameSession, TakesNoMoreThanItsBound) {
  NameSession session;
  for (size_t i = 0; i < kSessionNamesMax; ++i) session.Add(std::to_string(i));
  EXPECT_TRUE(session.full());
  EXPECT_FALSE(session.Add("one more"));
  EXPECT_EQ(session.size(), kSessionNamesMax);
}

}  // namespace
}  // namespace bellrock::metrics
