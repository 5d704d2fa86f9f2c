// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::metrics {

// A rank in the sorted list of latencies, in parts per million: any number from 0 (the smallest) to
// 1,000,000 (the largest), so that six nines are a whole number (OCTO-037).
enum class Quantile : uint32_t {
  kMin = 0,
  kTp50 = 500'000,
  kTp90 = 900'000,
  kTp95 = 950'000,
  kTp99 = 990'000,
  kTp999 = 999'000,
  kTp9999 = 999'900,
  kTp99999 = 999'990,
  kTp999999 = 999'999,
  kMax = 1'000'000,
};

// Nearest rank: the smallest k with k >= q * calls, 1-based; 0 when there are no calls.
uint64_t NearestRank(Quantile quantile, uint64_t calls);

// "0.999999", "1" or "TP99.9999". kInvalidArgument for anything outside of 0..1, and for more than
// six decimals: it would not be the quantile that was asked for.
Result<Quantile> ParseQuantile(std::string_view text);
// 0.999999, as JSON and PromQL have it; refuses what ParseQuantile refuses.
Result<Quantile> QuantileOfShare(double share);
// "TP99.9999", "TP50".
std::string QuantileName(Quantile quantile);

}  // namespace bellrock::metrics
