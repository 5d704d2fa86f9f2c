// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/l5.h"

#include <gtest/gtest.h>

#include <vector>

namespace bellrock::routing {
namespace {

TEST(L5, WeighsByDelayAndSuccessAsComputedByHand) {
  // delay 10, 20, 40 ms; rates 1, 1, 0.5.
  const std::vector<L5Sample> samples = {{.ok = 100, .failed = 0, .latency_us = 1'000'000},
                                         {.ok = 50, .failed = 0, .latency_us = 1'000'000},
                                         {.ok = 50, .failed = 50, .latency_us = 2'000'000}};
  std::vector<L5Figures> figures(3);
  EndL5Period({}, samples, figures);
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
  EndL5Period({.delay_multiplier = 1, .ok_multiplier = 3}, samples, figures);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1 / 4.0);
  EXPECT_DOUBLE_EQ(figures[1].dynamic_weight, 1 / (3 * 1 + 2 * 3.0));
}

TEST(L5, RatiosAreToTheBestPresentEvenIfTheBestIsPoor) {
  const std::vector<L5Sample> samples = {{.ok = 8, .failed = 2, .latency_us = 8'000},
                                         {.ok = 4, .failed = 6, .latency_us = 4'000}};
  std::vector<L5Figures> figures(2);
  EndL5Period({}, samples, figures);
  EXPECT_DOUBLE_EQ(figures[0].dynamic_weight, 1.0);
  EXPECT_DOUBLE_EQ(figures[1].ok_load, 2.0);
}

TEST(L5, ARateOfZeroHasAFiniteLoad) {
  const std::vector<L5Sample> samples = {{.ok = 10, .failed = 0, .latency_us = 1000},
                                         {.ok = 0, .failed = 10, .latency_us = 0}};
  std::vector<L5Figures> figures(2);
  EndL5Period({}, samples, figures);
  EXPECT_DOUBLE_EQ(figures[1].ok_rate, 0.0);
  EXPECT_DOUBLE_EQ(figures[1].ok_load, 100.0);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 1.0) << "never measured: neutral";
  EXPECT_DOUBLE_EQ(figures[1].dynamic_weight, 1 / (0.5 + 50));
}

TEST(L5, WithoutCallsTheFiguresStayAndTheLoadFadesToNeutral) {
  std::vector<L5Figures> figures(2);
  const std::vector<L5Sample> busy = {{.ok = 10, .failed = 0, .latency_us = 1000},
                                      {.ok = 10, .failed = 0, .latency_us = 10'000}};
  EndL5Period({}, busy, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 10.0);
  const std::vector<L5Sample> idle = {busy[0], {}};
  EndL5Period({}, idle, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 1 + 9 * 0.8);
  EXPECT_DOUBLE_EQ(figures[1].delay_us, 1000);
  for (int period = 0; period < 60; ++period) EndL5Period({}, idle, figures);
  EXPECT_NEAR(figures[1].dynamic_weight, 1.0, 1e-4);
}

TEST(L5, ADelayBelowTheClockStepDoesNotMakeOthersInfinitelySlow) {
  const std::vector<L5Sample> samples = {{.ok = 10, .failed = 0, .latency_us = 0},
                                         {.ok = 10, .failed = 0, .latency_us = 20}};
  std::vector<L5Figures> figures(2);
  EndL5Period({}, samples, figures);
  EXPECT_DOUBLE_EQ(figures[1].delay_load, 2.0);
}

}  // namespace
}  // namespace bellrock::routing
