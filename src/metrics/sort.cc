// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/sort.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace bellrock::metrics {
namespace {

constexpr uint32_t kDigitBits = 11;
constexpr uint32_t kDigits = 1 << kDigitBits;
// Below this the clearing and summing of the digit counts costs more than it saves; measured.
constexpr size_t kRadixMin = 512;

void SortByDigit(std::span<const uint32_t> from, std::span<uint32_t> to, uint32_t shift) {
  std::array<uint32_t, kDigits> places{};
  for (const uint32_t value : from) ++places[(value >> shift) % kDigits];
  uint32_t sum = 0;
  for (uint32_t& place : places) {
    const uint32_t count = place;
    place = sum;
    sum += count;
  }
  for (const uint32_t value : from) to[places[(value >> shift) % kDigits]++] = value;
}

}  // namespace

void SortLatencies(std::span<uint32_t> latencies_us) {
  if (latencies_us.size() < kRadixMin) {
    std::sort(latencies_us.begin(), latencies_us.end());
    return;
  }
  const uint32_t max = *std::max_element(latencies_us.begin(), latencies_us.end());
  std::vector<uint32_t> scratch(latencies_us.size());
  std::span<uint32_t> from = latencies_us;
  std::span<uint32_t> to = scratch;
  for (uint32_t shift = 0; shift < 32 && (max >> shift) > 0; shift += kDigitBits) {
    SortByDigit(from, to, shift);
    std::swap(from, to);
  }
  if (from.data() != latencies_us.data()) std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace bellrock::metrics
