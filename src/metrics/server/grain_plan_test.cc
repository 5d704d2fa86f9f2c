// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/grain_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/splitmix.h"

namespace bellrock::metrics::server {
namespace {

using store::Grain;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 86400;
constexpr int64_t kBegin = 20'000 * kDay;

query::Question Over(int64_t from, int64_t to, int64_t step) {
  query::Question question;
  question.from = kBegin + from;
  question.to = kBegin + to;
  question.step = step;
  return question;
}

Piece PieceOf(Grain grain, int64_t from, int64_t to) {
  return {grain, kBegin + from, kBegin + to};
}

TEST(GrainPlan, DaysByDayAreReadFromDays) {
  EXPECT_THAT(PiecesOf(Over(0, 90 * kDay, kDay)), ElementsAre(PieceOf(Grain::kDay, 0, 90 * kDay)));
}

TEST(GrainPlan, DaysThatBeginAtAnotherHourAreReadFromHours) {
  EXPECT_THAT(PiecesOf(Over(16 * kHour, 16 * kHour + 90 * kDay, kDay)),
              ElementsAre(PieceOf(Grain::kHour, 16 * kHour, 16 * kHour + 90 * kDay)));
}

TEST(GrainPlan, OneStepOverAllIsReadFromShorterWindowsAtItsEnds) {
  const int64_t to = 3 * kDay + kHour + 60;
  EXPECT_THAT(
      PiecesOf(Over(22 * kHour + 120, to, to)),
      ElementsAre(PieceOf(Grain::kMinute, 22 * kHour + 120, 23 * kHour),
                  PieceOf(Grain::kHour, 23 * kHour, kDay), PieceOf(Grain::kDay, kDay, 3 * kDay),
                  PieceOf(Grain::kHour, 3 * kDay, 3 * kDay + kHour),
                  PieceOf(Grain::kMinute, 3 * kDay + kHour, to)));
}

TEST(GrainPlan, AnHourThatLiesInTwoStepsIsReadFromMinutes) {
  EXPECT_THAT(
      PiecesOf(Over(0, 3 * kHour, 90 * 60)),
      ElementsAre(PieceOf(Grain::kHour, 0, kHour), PieceOf(Grain::kMinute, kHour, 2 * kHour),
                  PieceOf(Grain::kHour, 2 * kHour, 3 * kHour)));
}

TEST(GrainPlan, TheMinuteInWhichItEndsCountsWholeUnlessSecondsAreAskedFor) {
  EXPECT_THAT(PiecesOf(Over(0, 90, 60)), ElementsAre(PieceOf(Grain::kMinute, 0, 120)));
  EXPECT_THAT(PiecesOf(Over(0, 90, 1)), ElementsAre(PieceOf(Grain::kSecond, 0, 90)));
  EXPECT_THAT(PiecesOf(Over(30, 150, 120)),
              ElementsAre(PieceOf(Grain::kSecond, 30, 60), PieceOf(Grain::kMinute, 60, 120),
                          PieceOf(Grain::kSecond, 120, 150)));
}

TEST(GrainPlan, PiecesCoverWhatIsAskedWithoutAGapAndKeepToTheirWindowsAndSteps) {
  SplitMix64 random(1);
  constexpr int64_t kUnits[] = {1, 60, kHour, kDay};
  for (int run = 0; run < 2000; ++run) {
    const auto unit = [&] { return kUnits[random.Next() % 4]; };
    const auto some = [&](uint64_t below) { return static_cast<int64_t>(random.Next() % below); };
    const int64_t from = some(100) * unit();
    const int64_t length = 1 + some(200) * unit();
    const int64_t step = std::max(1 + some(50) * unit(), length / 1000);
    const query::Question question = Over(from, from + length, step);
    int64_t at = question.from;
    for (const Piece& piece : PiecesOf(question)) {
      ASSERT_EQ(piece.from, at);
      ASSERT_GT(piece.to, piece.from);
      const int64_t width = store::SecondsOf(piece.grain);
      ASSERT_EQ(piece.from % width, 0);
      ASSERT_EQ(piece.to % width, 0);
      for (int64_t window = piece.from; width > 1 && window < piece.to; window += width) {
        const int64_t end = std::min(window + width, question.to);
        ASSERT_EQ((window - question.from) / question.step,
                  (end - 1 - question.from) / question.step);
      }
      at = piece.to;
    }
    ASSERT_GE(at, question.to);
    ASSERT_LT(at, question.to + 60);
  }
}

TEST(GrainPlan, WhatOnlyLongerWindowsStillTellIsOutOfRangeAndSaysWhatToAsk) {
  const Retention retention;
  const int64_t now = kBegin + 60 * kDay;
  EXPECT_TRUE(CheckKept(PiecesOf(Over(0, 60 * kDay, kDay)), now, retention).ok());
  const Status refused = CheckKept(PiecesOf(Over(1800, 60 * kDay, 61 * kDay)), now, retention);
  EXPECT_EQ(refused.code(), StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("by the minute are kept for 2592000 s, by the hour for 34560000 s"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("whole hours"));
  const Status seconds = CheckKept(PiecesOf(Over(1, 31, 10)), now, retention);
  EXPECT_THAT(std::string(seconds.message()), HasSubstr("whole hours"));
}

TEST(GrainPlan, WhatNoWindowTellsAnyMoreIsAnsweredByWhatThereIs) {
  const Retention retention;
  const int64_t now = kBegin + 10'000 * kDay;
  EXPECT_TRUE(CheckKept(PiecesOf(Over(30, 90, 60)), now, retention).ok());
}

}  // namespace
}  // namespace bellrock::metrics::server
