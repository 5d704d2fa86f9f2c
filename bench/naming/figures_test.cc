// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <gtest/gtest.h>

namespace bellrock::bench {
namespace {

TEST(Quantile, IsTheNearestRank) {
  std::vector<double> values;
  for (int i = 1000; i > 0; --i) values.push_back(i);
  EXPECT_EQ(Quantile(values, 0.5), 500);
  EXPECT_EQ(Quantile(values, 0.999), 999);
  EXPECT_EQ(Quantile(values, 1), 1000);
}

TEST(Quantile, OfFewValuesIsOneOfThem) {
  std::vector<double> none;
  EXPECT_EQ(Quantile(none, 0.99), 0);
  std::vector<double> one = {7};
  EXPECT_EQ(Quantile(one, 0), 7);
  EXPECT_EQ(Quantile(one, 0.999), 7);
}

TEST(Figures, AreOneLineOfJson) {
  Figures figures;
  figures.Add("a", 1.5);
  std::vector<double> ms = {3, 1, 2};
  figures.AddLatencies("b", ms);
  testing::internal::CaptureStdout();
  figures.Print();
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "{\"a\":1.5000,\"b_p50_ms\":2.0000,\"b_p99_ms\":3.0000,\"b_p999_ms\":3.0000}\n");
}

}  // namespace
}  // namespace bellrock::bench
