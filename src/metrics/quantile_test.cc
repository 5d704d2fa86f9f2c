// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/quantile.h"

#include <gmock/gmock.h>

#include <limits>
#include <string>

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

TEST(Quantile, TheRankIsTheNearestFromAbove) {
  EXPECT_EQ(NearestRank(Quantile::kTp999999, 1'000'000), 999'999u);
  EXPECT_EQ(NearestRank(Quantile::kTp999999, 1'000'001), 1'000'000u);
  EXPECT_EQ(NearestRank(Quantile::kTp999999, 999'999), 999'999u);
  EXPECT_EQ(NearestRank(Quantile::kTp99999, 200'000), 199'998u);
  EXPECT_EQ(NearestRank(Quantile::kTp50, 1), 1u);
  EXPECT_EQ(NearestRank(Quantile::kMin, 5), 1u);
  EXPECT_EQ(NearestRank(Quantile::kMax, 5), 5u);
  EXPECT_EQ(NearestRank(Quantile::kMax, 0), 0u);
}

TEST(Quantile, TheRankIsExactForAsManyCallsAsThereCanBe) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(NearestRank(Quantile::kMax, kMost), kMost);
  // 2^64 - 1 = 1,000,000 * 18446744073709 + 551615.
  EXPECT_EQ(NearestRank(Quantile::kTp999999, kMost), kMost - 18'446'744'073'709);
}

TEST(Quantile, IsReadFromShareAndName) {
  EXPECT_EQ(ParseQuantile("0.999999").value(), Quantile::kTp999999);
  EXPECT_EQ(ParseQuantile("TP99.9999").value(), Quantile::kTp999999);
  EXPECT_EQ(ParseQuantile("tp50").value(), Quantile::kTp50);
  EXPECT_EQ(ParseQuantile(".95").value(), Quantile::kTp95);
  EXPECT_EQ(ParseQuantile("0.9900000000").value(), Quantile::kTp99);
  EXPECT_EQ(ParseQuantile("1").value(), Quantile::kMax);
  EXPECT_EQ(ParseQuantile("0").value(), Quantile::kMin);
  EXPECT_EQ(ParseQuantile("0.123457").value(), Quantile{123'457});
}

TEST(Quantile, WhatWouldHaveToBeRoundedIsRefused) {
  for (const char* text : {"", ".", "0.9999999", "TP99.99999", "1.000001", "2", "-0.5", "0.5x",
                           "0..5", "TP101", "99999999999999999999"}) {
    EXPECT_THAT(std::string(ParseQuantile(text).status().message()), HasSubstr("six decimals"))
        << text;
  }
}

TEST(Quantile, EverySixDecimalsSurviveADouble) {
  for (uint32_t millionths = 0; millionths <= 1'000'000; millionths += 1) {
    ASSERT_EQ(QuantileOfShare(millionths / 1e6).value(), Quantile{millionths});
  }
  EXPECT_FALSE(QuantileOfShare(0.9999995).ok());
  EXPECT_FALSE(QuantileOfShare(-0.1).ok());
  EXPECT_FALSE(QuantileOfShare(1.1).ok());
  EXPECT_FALSE(QuantileOfShare(std::numeric_limits<double>::quiet_NaN()).ok());
}

TEST(Quantile, NamesAreAsShortAsTheyCanBe) {
  EXPECT_EQ(QuantileName(Quantile::kTp50), "TP50");
  EXPECT_EQ(QuantileName(Quantile::kTp999), "TP99.9");
  EXPECT_EQ(QuantileName(Quantile::kTp999999), "TP99.9999");
  EXPECT_EQ(QuantileName(Quantile::kMax), "TP100");
  EXPECT_EQ(QuantileName(Quantile::kMin), "TP0");
}

}  // namespace
}  // namespace bellrock::metrics
