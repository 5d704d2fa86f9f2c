// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace bellrock::metrics::server {
namespace {

using ::testing::HasSubstr;

constexpr char kField[] = "--metrics-keep";

TEST(Retention, WhatIsNotSaidIsTheDefault) {
  EXPECT_EQ(ParseRetention(kField, "").value(), Retention());
  Retention week;
  week.minutes = 7 * Retention::kDay;
  EXPECT_EQ(ParseRetention(kField, "minutes=7d").value(), week);
}

TEST(Retention, EachGrainHasATimeOfItsOwn) {
  const Retention all = ParseRetention(kField, "days=10y,seconds=30m,hours=1y,minutes=48h").value();
  EXPECT_EQ(all.seconds, 1800);
  EXPECT_EQ(all.minutes, 2 * Retention::kDay);
  EXPECT_EQ(all.hours, 366 * Retention::kDay);
  EXPECT_EQ(all.days, 3660 * Retention::kDay);
}

TEST(Retention, ACoarserGrainIsNotForgottenBeforeAFinerOne) {
  const Status refused = ParseRetention(kField, "hours=7d").status();
  EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("--metrics-keep: minutes would be kept for 2592000 s, hours for only"));
}

TEST(Retention, WhatIsWrittenWrongIsRefusedByName) {
  for (const char* text : {"minutes", "minutes=", "minutes=7", "minutes=7w", "weeks=1d",
                           "minutes=-1d", "minutes=7d,,hours=1y", "days=99999999999999y",
                           "days=21y", "minutes=0d", "=7d", "seconds=5m", "seconds=2d"}) {
    const Status refused = ParseRetention(kField, text).status();
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("--metrics-keep: ")) << text;
  }
}

}  // namespace
}  // namespace bellrock::metrics::server
