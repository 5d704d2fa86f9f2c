// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace bellrock::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

Tally OneToThousand() {
  Tally tally;
  for (int us = 1000; us >= 1; --us) tally.Add(Status::Ok(), microseconds(us));
  return tally;
}

TEST(Tally, PercentilesAreThoseOfTheCallsThemselves) {
  const auto json = nlohmann::json::parse(OneToThousand().Json(seconds(2)));
  EXPECT_EQ(json["calls"], 1000);
  EXPECT_EQ(json["failed"], 0);
  EXPECT_EQ(json["calls_per_second"], 500.0);
  EXPECT_EQ(json["latency_us"]["p50"], 500);
  EXPECT_EQ(json["latency_us"]["p90"], 900);
  EXPECT_EQ(json["latency_us"]["p99"], 990);
  EXPECT_EQ(json["latency_us"]["p999"], 999);
  EXPECT_EQ(json["latency_us"]["max"], 1000);
}

TEST(Tally, FailuresAreCountedByCodeWithTheLastReason) {
  Tally tally = OneToThousand();
  tally.Add(UnavailableError("refused"), microseconds(1));
  tally.Add(UnavailableError("gone"), microseconds(1));
  tally.Add(NotFoundError("no mp3 7"), microseconds(1));
  EXPECT_EQ(tally.failed(), 3u);
  const auto json = nlohmann::json::parse(tally.Json(seconds(1)));
  EXPECT_EQ(json["failed_by_code"]["UNAVAILABLE"], 2);
  EXPECT_EQ(json["failed_by_code"]["NOT_FOUND"], 1);
  EXPECT_THAT(tally.Table(seconds(1)), HasSubstr("2 x UNAVAILABLE, the last: gone"));
  EXPECT_THAT(tally.Table(seconds(1)), HasSubstr("1 x NOT_FOUND, the last: no mp3 7"));
}

TEST(Tally, TheTableTellsThatTheLoadItselfFellBehind) {
  Tally tally = OneToThousand();
  EXPECT_THAT(tally.Table(seconds(1)), Not(HasSubstr("late")));
  tally.AddLate();
  EXPECT_THAT(tally.Table(seconds(1)), HasSubstr("1 began late"));
}

TEST(Tally, NothingCalledIsATableOfZeros) {
  const auto json = nlohmann::json::parse(Tally().Json(Duration(0)));
  EXPECT_EQ(json["calls"], 0);
  EXPECT_EQ(json["latency_us"]["max"], 0);
}

}  // namespace
}  // namespace bellrock::cli
