// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/announce_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::naming::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time At(int64_t ms) {
  return Time(std::chrono::milliseconds(ms));
}

TEST(AnnounceTable, BrokenAnnouncementExpiresAfterTheGrace) {
  AnnounceTable table;
  const uint64_t token = *table.Begin("/a", 0);
  EXPECT_EQ(table.due(), kNever);
  EXPECT_TRUE(table.Break("/a", token, At(100)));
  EXPECT_EQ(table.due(), At(100) + kAnnounceGrace);
  EXPECT_THAT(table.TakeExpired(At(1099)), IsEmpty());
  EXPECT_THAT(table.TakeExpired(At(1100)), ElementsAre("/a"));
  EXPECT_EQ(table.size(), 0u);
}

TEST(AnnounceTable, AnnouncingAgainEndsTheGrace) {
  AnnounceTable table;
  const uint64_t token = *table.Begin("/a", 5);
  EXPECT_TRUE(table.Break("/a", token, At(100)));
  ASSERT_TRUE(table.Begin("/a", 5).ok());
  EXPECT_THAT(table.TakeExpired(At(5000)), IsEmpty());
  EXPECT_TRUE(table.live("/a"));
}

TEST(AnnounceTable, SecondLiveAnnouncementNeedsAHigherIncarnation) {
  AnnounceTable table;
  const uint64_t first = *table.Begin("/a", 5);
  for (uint64_t incarnation : {0, 4, 5}) {
    const auto refused = table.Begin("/a", incarnation);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code(), StatusCode::kAlreadyExists);
    EXPECT_NE(refused.status().message().find("/a"), std::string::npos);
  }
  ASSERT_TRUE(table.Begin("/a", 6).ok());
  EXPECT_FALSE(table.Break("/a", first, At(0)));  // the superseded one no longer speaks for it
  EXPECT_EQ(table.due(), kNever);
}

TEST(AnnounceTable, DropLeavesNoGrace) {
  AnnounceTable table;
  table.Drop("/a", *table.Begin("/a", 0));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(table.Begin("/a", 0).ok());
}

}  // namespace
}  // namespace bellrock::naming::agent
