// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/announce_mode.h"

#include <gtest/gtest.h>

namespace bellrock::naming::client {
namespace {

constexpr Time At(int64_t ms) {
  return Time(std::chrono::milliseconds(ms));
}

TEST(AnnounceMode, WithoutAnAgentIsDirectAtOnce) {
  const AnnounceMode mode(false, At(0));
  EXPECT_TRUE(mode.direct());
  EXPECT_EQ(mode.due(), kNever);
}

TEST(AnnounceMode, BecomesDirectAfterThreeSecondsOfSilence) {
  AnnounceMode mode(true, At(0));
  mode.OnSilence(At(2000));  // a failed try does not begin the silence anew
  EXPECT_EQ(mode.due(), At(3000));
  mode.Tick(At(2999));
  EXPECT_FALSE(mode.direct());
  mode.Tick(At(3000));
  EXPECT_TRUE(mode.direct());
}

TEST(AnnounceMode, AnAnswerInTimeKeepsItWithTheAgent) {
  AnnounceMode mode(true, At(0));
  mode.OnAnswer(true);
  EXPECT_EQ(mode.due(), kNever);
  mode.OnSilence(At(50'000));
  mode.Tick(At(52'900));
  mode.OnAnswer(true);
  mode.Tick(At(60'000));
  EXPECT_FALSE(mode.direct());
}

TEST(AnnounceMode, HandsBackOnlyWhenTheAgentHasRegistered) {
  AnnounceMode mode(true, At(0));
  mode.Tick(At(3000));
  mode.OnAnswer(false);
  EXPECT_TRUE(mode.direct());
  mode.OnAnswer(true);
  EXPECT_FALSE(mode.direct());
}

TEST(AnnounceMode, AnAgentThatAnswersButCannotRegisterKeepsTheInstance) {
  AnnounceMode mode(true, At(0));
  mode.OnAnswer(false);
  mode.Tick(At(60'000));
  EXPECT_FALSE(mode.direct());  // a dead registry must not send every instance of the host to it
}

}  // namespace
}  // namespace bellrock::naming::client
