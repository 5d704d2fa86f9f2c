// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "load_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace bellrock::bench {
namespace {

TEST(Percentile, IsTheNearestRankWhateverTheOrder) {
  std::vector<uint32_t> values(1000);
  std::iota(values.rbegin(), values.rend(), 1);
  EXPECT_EQ(Percentile(values, 0.5), 500U);
  EXPECT_EQ(Percentile(values, 0.99), 990U);
  EXPECT_EQ(Percentile(values, 0.999), 999U);
  EXPECT_EQ(Percentile(values, 1), 1000U);
}

TEST(Percentile, OfOneValueIsThatValue) {
  std::vector<uint32_t> values = {7};
  EXPECT_EQ(Percentile(values, 0), 7U);
  EXPECT_EQ(Percentile(values, 0.999), 7U);
}

TEST(Percentile, OfNothingIsZero) {
  std::vector<uint32_t> values;
  EXPECT_EQ(Percentile(values, 0.5), 0U);
}

TEST(LoadMeter, CountsEveryCallAndTimesThoseOfTheMeasuredPart) {
  LoadMeter meter({.seconds = 2, .warmup = 1});
  const Instant begin = meter.begin();
  meter.Add(begin, begin + std::chrono::milliseconds(999));                             // warm-up
  meter.Add(begin + std::chrono::seconds(1), begin + std::chrono::milliseconds(1500));  // measured
  meter.Add(begin + std::chrono::seconds(2), begin + std::chrono::milliseconds(3001));  // late
  meter.AddUntimed();
  testing::internal::CaptureStdout();
  meter.Print();
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "{\"calls\":4,\"qps\":0.5,\"p50_us\":500000.00,\"p99_us\":500000.00,"
            "\"p999_us\":500000.00}\n");
}

}  // namespace
}  // namespace bellrock::bench
