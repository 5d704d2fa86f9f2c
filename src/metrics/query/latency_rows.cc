// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/latency_rows.h"

#include <algorithm>
#include <cmath>

namespace bellrock::metrics::query {
namespace {

// Finest first: E24, E12, E6 and E3 of IEC 60063, then 1-3, and decades.
const std::vector<std::vector<double>>& Series() {
  static const std::vector<std::vector<double>> series = {
      {1.0, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2.0, 2.2, 2.4, 2.7, 3.0,
       3.3, 3.6, 3.9, 4.3, 4.7, 5.1, 5.6, 6.2, 6.8, 7.5, 8.2, 9.1},
      {1.0, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2},
      {1.0, 1.5, 2.2, 3.3, 4.7, 6.8},
      {1.0, 2.2, 4.7},
      {1.0, 3.0},
      {1.0},
  };
  return series;
}

constexpr int kDecades = 10;  // of 32 bits

// All bounds of a series, `decades` apart; 0 is a latency, too.
std::vector<uint64_t> Ladder(const std::vector<double>& mantissas, int decades) {
  std::vector<uint64_t> ladder = {0};
  for (int exponent = 0; exponent <= kDecades + decades; exponent += decades) {
    for (const double mantissa : mantissas) {
      const auto bound = static_cast<uint64_t>(std::llround(mantissa * std::pow(10, exponent)));
      if (bound > ladder.back()) ladder.push_back(bound);
    }
  }
  return ladder;
}

std::vector<uint64_t> Around(const std::vector<uint64_t>& ladder, uint32_t least, uint32_t most) {
  const auto above = [&](uint64_t value) {
    return std::upper_bound(ladder.begin(), ladder.end(), value);
  };
  return {above(least) - 1, above(most) + 1};
}

}  // namespace

std::vector<uint64_t> LatencyRows(uint32_t least_us, uint32_t most_us, size_t rows) {
  for (const std::vector<double>& mantissas : Series()) {
    std::vector<uint64_t> bounds = Around(Ladder(mantissas, 1), least_us, most_us);
    if (bounds.size() <= rows + 1) return bounds;
  }
  return Around(Ladder({1.0}, 3), least_us, most_us);  // 5 ranges at most
}

std::vector<uint64_t> CountByRow(const Card& card, const std::vector<uint64_t>& bounds_us) {
  std::vector<uint64_t> counts(bounds_us.size() - 1);
  size_t row = 0;
  for (const Card::Bucket& bucket : card.buckets()) {
    while (row + 1 < counts.size() && bucket.latency_us >= bounds_us[row + 1]) ++row;
    counts[row] += bucket.count;
  }
  return counts;
}

}  // namespace bellrock::metrics::query
