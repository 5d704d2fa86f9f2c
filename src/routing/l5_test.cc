// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/l5.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace bellrock::routing {
namespace {

TEST(L5, WeighsByDelayAndSuccessAsComputedByHand) {
  // delay 10, 20, 40 ms; rates 1, 1, 0.5.
  const std::vector<L5Sample> samples = {{.ok = 100, .failed = 0, .latency_us = 1'000'000},
                                         {.ok = 50, .failed = 0, .latency_us = 1'000'000},
                                         {.ok = 50, .failed = 50, .latency_us = 2'000'000}};
  std::vector<L5Figures> figures(3);
  EndL5Period(kL5AsPublished, samples, figures);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1.0);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 2.0);
  EXPECT_DOUBLE_EQ(figures[1].dynamic_weight, 1 / (2 * 0.5 + 1 * 0.5));
  EXPECT_DOUBLE_EQ(figures[2].delay_load, 4.0);
  EXPECT_DOUBLE_EQ(figures[2].ok_load, 2.0);
  EXPECT_DOUBLE_EQ(figures[2].dynamic_weight, 1 / (4 * 0.5 + 2 * 0.5));
  EXPECT_DOUBLE_EQ(figures[2].delay_us, 40'000);
  EXPECT_DOUBLE_EQ(figures[2].ok_rate, 0.5);
}

TEST(L5, TheMultipliersAreTunable) {
  const std::vector<L5Sample> samples = {{.ok = 1, .failed = 0, .latency_us = 100},
                                         {.ok = 1, .failed = 1, .latency_us = 300}};
  std::vector<L5Figures> figures(2);
  L5Options options = kL5AsPublished;
  options.delay_multiplier = 1;
  options.ok_multiplier = 3;
  EndL5Period(options, samples, figures);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1 / 4.0);
  EXPECT_DOUBLE_EQ(figures[1].dynamic_weight, 1 / (3 * 1 + 2 * 3.0));
}

TEST(L5, RatiosAreToTheBestPresentEvenIfTheBestIsPoor) {
  const std::vector<L5Sample> samples = {{.ok = 8, .failed = 2, .latency_us = 8'000},
                                         {.ok = 4, .failed = 6, .latency_us = 4'000}};
  std::vector<L5Figures> figures(2);
  EndL5Period(kL5AsPublished, samples, figures);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1.0);
  EXPECT_DOUBLE_EQ(figures[1].ok_load, 2.0);
}

TEST(L5, ARateOfZeroHasAFiniteLoad) {
  const std::vector<L5Sample> samples = {{.ok = 10, .failed = 0, .latency_us = 1000},
                                         {.ok = 0, .failed = 10, .latency_us = 0}};
  std::vector<L5Figures> figures(2);
  EndL5Period(kL5AsPublished, samples, figures);
  EXPECT_DOUBLE_EQ(figures[1].ok_rate, 0.0);
  EXPECT_DOUBLE_EQ(figures[1].ok_load, 100.0);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 1.0) << "never measured: neutral";
  EXPECT_DOUBLE_EQ(figures[1].dynamic_weight, 1 / (0.5 + 50));
}

TEST(L5, WithoutCallsTheFiguresStayAndTheLoadFadesToNeutral) {
  std::vector<L5Figures> figures(2);
  const std::vector<L5Sample> busy = {{.ok = 10, .failed = 0, .latency_us = 1000},
                                      {.ok = 10, .failed = 0, .latency_us = 10'000}};
  EndL5Period(kL5AsPublished, busy, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 10.0);
  const std::vector<L5Sample> idle = {busy[0], {}};
  EndL5Period(kL5AsPublished, idle, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 1 + 9 * 0.8);
  EXPECT_DOUBLE_EQ(figures[1].delay_us, 1000);
  for (int period = 0; period < 60; ++period) EndL5Period(kL5AsPublished, idle, figures);
  EXPECT_NEAR(figures[1].dynamic_weight, 1.0, 1e-4);
}

TEST(L5, ADelayBelowTheClockStepDoesNotMakeOthersInfinitelySlow) {
  const std::vector<L5Sample> samples = {{.ok = 10, .failed = 0, .latency_us = 0},
                                         {.ok = 10, .failed = 0, .latency_us = 20}};
  std::vector<L5Figures> figures(2);
  EndL5Period(kL5AsPublished, samples, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 2.0);
}

TEST(L5, AFewCallsAreJudgedTogetherWithThoseBeforeThem) {
  // Instance 1 is as fast as instance 0; in one period its two calls were slow by chance.
  std::vector<L5Figures> figures(2);
  const std::vector<L5Sample> usual = {{.ok = 20, .failed = 0, .latency_us = 200'000},
                                       {.ok = 20, .failed = 0, .latency_us = 200'000}};
  EndL5Period({}, usual, figures);
  const std::vector<L5Sample> chance = {usual[0], {.ok = 2, .failed = 0, .latency_us = 60'000}};
  EndL5Period({}, chance, figures);
  // 17 calls are kept of the 18 that are missing: (17 * 10 + 2 * 30) / 19 ms.
  EXPECT_NEAR(figures[1].delay_us, 12'105, 1);
  EXPECT_GT(figures[1].dynamic_weight, 0.9);
}

TEST(L5, EnoughCallsOfOnePeriodNeedNoOthers) {
  std::vector<L5Figures> figures(2);
  const std::vector<L5Sample> before = {{.ok = 50, .failed = 0, .latency_us = 500'000},
                                        {.ok = 50, .failed = 50, .latency_us = 5'000'000}};
  EndL5Period({}, before, figures);
  const std::vector<L5Sample> now = {before[0], {.ok = 20, .failed = 0, .latency_us = 200'000}};
  EndL5Period({}, now, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_us, 10'000);
  EXPECT_DOUBLE_EQ(figures[1].ok_rate, 1);
}

TEST(L5, ADelayCountsPartOfTheWayAndArrivesAFailureAtOnce) {
  const std::vector<L5Sample> samples = {{.ok = 50, .failed = 0, .latency_us = 500'000},
                                         {.ok = 50, .failed = 0, .latency_us = 5'000'000},
                                         {.ok = 25, .failed = 25, .latency_us = 250'000}};
  std::vector<L5Figures> figures(3);
  EndL5Period({}, samples, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, std::min(2.0, std::pow(10, 0.4)));
  EXPECT_DOUBLE_EQ(figures[2].ok_load, 2);
  for (int period = 0; period < 30; ++period) EndL5Period({}, samples, figures);
  EXPECT_NEAR(figures[1].delay_load, 10, 1e-4);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1);
}

TEST(L5, ANewInstanceIsNotJudgedByItsFirstCall) {
  std::vector<L5Figures> figures(2);
  const std::vector<L5Sample> first = {{.ok = 50, .failed = 0, .latency_us = 500'000},
                                       {.ok = 1, .failed = 0, .latency_us = 100'000}};
  EndL5Period({}, first, figures);
  EXPECT_NEAR(figures[1].delay_load, std::pow(1 + 9 / 20.0, 0.4), 1e-9);
}

}  // namespace
}  // namespace bellrock::routing
