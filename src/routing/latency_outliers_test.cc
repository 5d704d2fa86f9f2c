// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/latency_outliers.h"

#include <gtest/gtest.h>

#include <vector>

#include "routing/settings_options.h"

namespace bellrock::routing {
namespace {

struct Fixture : testing::Test {
  LatencyOptions options{.factor = 5};
  std::vector<LatencyFigures> figures = std::vector<LatencyFigures>(5);

  // One period of `calls` calls to each; its delay in ms.
  void Period(const std::vector<double>& delays_ms, uint64_t calls = 20) {
    std::vector<LatencySample> samples;
    for (const double ms : delays_ms) {
      samples.push_back({calls, static_cast<uint64_t>(ms * 1000) * calls});
    }
    EndLatencyPeriod(options, samples, figures);
  }
  bool slow(size_t k) const { return VerdictOf(options, figures[k]).slow; }
};
using LatencyOutliersTest = Fixture;

TEST_F(LatencyOutliersTest, FarSlowerThanTheMedianOfTheOthersTwiceInARow) {
  Period({50, 50, 49, 51, 480});
  EXPECT_FALSE(slow(4)) << "once may be chance";
  Period({50, 50, 49, 51, 480});
  for (size_t k = 0; k < 4; ++k) EXPECT_FALSE(slow(k)) << k;
  const LatencyVerdict verdict = VerdictOf(options, figures[4]);
  EXPECT_TRUE(verdict.slow);
  EXPECT_EQ(verdict.reason, "latency: 480 ms, 9.6 times the median");
  EXPECT_NEAR(verdict.limit_us, 175'000, 1);
}

TEST_F(LatencyOutliersTest, TheMedianIsOfTheOthersOnly) {
  Period({10, 20, 30, 40, 50});
  EXPECT_EQ(figures[0].median_us, 35'000);
  EXPECT_EQ(figures[2].median_us, 30'000);
  EXPECT_EQ(figures[4].median_us, 25'000);
}

TEST_F(LatencyOutliersTest, StaysAnOutlierUntilWellBelowTheFactor) {
  Period({50, 50, 50, 50, 300});
  Period({50, 50, 50, 50, 300});
  ASSERT_TRUE(slow(4));
  Period({50, 50, 50, 50, 200});
  EXPECT_TRUE(slow(4)) << "4 times, under 5 but not under 3.5";
  Period({50, 50, 50, 50, 170});
  EXPECT_FALSE(slow(4));
  Period({50, 50, 50, 50, 200});
  Period({50, 50, 50, 50, 200});
  EXPECT_FALSE(slow(4)) << "from this side the whole factor counts";
}

TEST_F(LatencyOutliersTest, FewCallsAreGatheredOverPeriods) {
  for (int period = 0; period < 8; ++period) {
    EXPECT_FALSE(slow(4)) << period;
    Period({50, 50, 50, 50, 480}, 3);
  }
  EXPECT_TRUE(slow(4)) << "24 calls, judged twice";
}

TEST_F(LatencyOutliersTest, WithoutEnoughOthersNobodyIsJudged) {
  figures.resize(3);
  for (int period = 0; period < 5; ++period) Period({50, 50, 900});
  EXPECT_FALSE(slow(2));
  EXPECT_EQ(VerdictOf(options, figures[2]).limit_us, 0);
}

TEST_F(LatencyOutliersTest, ShortDelaysHarmNobody) {
  for (int period = 0; period < 5; ++period) Period({0.1, 0.1, 0.1, 0.1, 1.0});
  EXPECT_FALSE(slow(4));
}

TEST_F(LatencyOutliersTest, OneThatIsShieldedIsForgottenAndStillToldTheMedian) {
  Period({50, 50, 50, 50, 480});
  Period({50, 50, 50, 50, 480});
  ASSERT_TRUE(slow(4));
  std::vector<LatencySample> samples(5, {20, 1'000'000});
  samples[4] = {.ok = 3, .latency_us = 3'000'000, .open = false};
  EndLatencyPeriod(options, samples, figures);
  EXPECT_FALSE(slow(4));
  EXPECT_EQ(VerdictOf(options, figures[4]).limit_us, 175'000);
  EXPECT_EQ(figures[0].median_us, 50'000) << "not compared with the shielded one";
}

TEST_F(LatencyOutliersTest, OldFiguresFade) {
  Period({50, 50, 50, 50, 50});
  for (int period = 0; period < 40; ++period) Period({50, 50, 50, 50, 50}, 0);
  EXPECT_EQ(figures[0].mean_us, 0);
  EXPECT_EQ(figures[0].median_us, 0);
}

TEST_F(LatencyOutliersTest, OffByDefaultAndWithTheShields) {
  v1::ShieldSettings settings;
  EXPECT_EQ(LatencyOptionsFrom(settings).factor, 0);
  settings.set_latency_factor(4);
  EXPECT_EQ(LatencyOptionsFrom(settings).factor, 4);
  settings.set_off(true);
  EXPECT_EQ(LatencyOptionsFrom(settings).factor, 0);
  options = LatencyOptionsFrom(settings);
  Period({50, 50, 50, 50, 480});
  Period({50, 50, 50, 50, 480});
  EXPECT_FALSE(slow(4));
}

}  // namespace
}  // namespace bellrock::routing
