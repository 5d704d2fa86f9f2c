// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/time_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::cli {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1'000'000;
constexpr int64_t kTwo = 1'795'356'000'000;  // 2026-11-22 14:00 UTC

TEST(TimeOption, ReadsMomentsWithTheirZone) {
  for (const char* text : {"2026-11-22T14:00Z", "2026-11-22 14:00:00Z", "2026-11-22T22:00+08:00",
                           "2026-11-22T10:30:00-03:30"}) {
    const Result<int64_t> moment = ParseMoment("--from", text, kNow);
    ASSERT_TRUE(moment.ok()) << moment.status().ToString();
    EXPECT_EQ(*moment, kTwo) << text;
  }
}

TEST(TimeOption, ALengthCountsFromNow) {
  EXPECT_EQ(*ParseMoment("--until", "30m", kNow), kNow + 1'800'000);
  EXPECT_EQ(*ParseLengthMs("--for", "90s"), 90'000);
  EXPECT_EQ(*ParseLengthMs("--for", "366d"), int64_t{366} * 86'400'000);
}

TEST(TimeOption, WhatCannotBeReadIsNamedWithAnExample) {
  for (const char* text :
       {"", "14:00", "2026-11-22T14:00", "2026-11-31T14:00Z", "2026-11-22T24:00Z",
        "2026-11-22T14:00Zx", "26-11-22T14:00Z", "0m", "-5m", "5", "367d"}) {
    EXPECT_THAT(ParseMoment("--from", text, kNow).status().message(),
                HasSubstr("2026-11-22T14:00Z"))
        << text;
  }
  EXPECT_THAT(ParseLengthMs("--for", "1w").status().message(), HasSubstr("--for '1w'"));
}

}  // namespace
}  // namespace bellrock::cli
