// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/unit.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

constexpr Unit kUnits[] = {Unit::kUs, Unit::k10Us, Unit::k100Us, Unit::kMs, Unit::kLadder};

TEST(Unit, CutsToItsStep) {
  EXPECT_EQ(Quantise(Unit::kUs, 12'345'678), 12'345'678u);
  EXPECT_EQ(Quantise(Unit::k10Us, 19), 10u);
  EXPECT_EQ(Quantise(Unit::k100Us, 99), 0u);
  EXPECT_EQ(Quantise(Unit::k100Us, 12'345), 12'300u);
  EXPECT_EQ(Quantise(Unit::kMs, 12'999), 12'000u);
}

TEST(Unit, TheLadderTakesWiderStepsUpwards) {
  EXPECT_EQ(Quantise(Unit::kLadder, 9'999), 9'999u);
  EXPECT_EQ(Quantise(Unit::kLadder, 10'009), 10'000u);
  EXPECT_EQ(Quantise(Unit::kLadder, 99'999), 99'990u);
  EXPECT_EQ(Quantise(Unit::kLadder, 100'099), 100'000u);
  EXPECT_EQ(Quantise(Unit::kLadder, 999'999), 999'900u);
  EXPECT_EQ(Quantise(Unit::kLadder, 1'000'999), 1'000'000u);
  EXPECT_EQ(Quantise(Unit::kLadder, std::numeric_limits<uint32_t>::max()), 4'294'967'000u);
}

TEST(Unit, KeepsTheOrderAndWhatIsCutAlready) {
  for (const Unit unit : kUnits) {
    uint32_t before = 0;
    for (uint32_t latency_us = 0; latency_us < 2'000'000; latency_us += 7) {
      const uint32_t cut = Quantise(unit, latency_us);
      ASSERT_LE(before, cut);
      ASSERT_LE(cut, latency_us);
      ASSERT_EQ(Quantise(unit, cut), cut);
      if (unit == Unit::kLadder) {
        ASSERT_LE((latency_us - cut) * uint64_t{1000}, latency_us);
      }
      before = cut;
    }
  }
}

TEST(Unit, APercentileOfCutLatenciesIsTheCutPercentile) {
  std::mt19937_64 random(19);
  std::vector<uint32_t> latencies(10'007);
  for (uint32_t& latency : latencies) latency = static_cast<uint32_t>(random() % 3'000'000);
  const Card exact = Card::FromLatencies(latencies);
  for (const Unit unit : kUnits) {
    std::vector<uint32_t> cut = latencies;
    for (uint32_t& latency : cut) latency = Quantise(unit, latency);
    const Card card = Card::FromLatencies(cut);
    for (const Quantile quantile : {Quantile::kTp50, Quantile::kTp99, Quantile::kTp9999}) {
      EXPECT_EQ(card.PercentileUs(quantile), Quantise(unit, exact.PercentileUs(quantile)));
    }
  }
}

TEST(Unit, IsReadFromItsName) {
  for (const Unit unit : kUnits) EXPECT_EQ(ParseUnit(UnitName(unit)).value(), unit);
  EXPECT_THAT(std::string(ParseUnit("2us").status().message()),
              HasSubstr("\"2us\" is unknown; use one of 1us, 10us, 100us, 1ms, ladder"));
}

TEST(Units, AServiceWithoutOneOfItsOwnHasTheStandard) {
  const Units units{Unit::k100Us, {{"music/catalog", Unit::kLadder}}};
  EXPECT_EQ(units.Of("music/catalog"), Unit::kLadder);
  EXPECT_EQ(units.Of("music/storage"), Unit::k100Us);
}

}  // namespace
}  // namespace bellrock::metrics
