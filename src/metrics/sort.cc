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

uint32_t LatencyOf(uint32_t latency_us) {
  return latency_us;
}
uint32_t LatencyOf(const Card::Bucket& bucket) {
  return bucket.latency_us;
}

template <typename Value>
void SortByDigit(std::span<const Value> from, std::span<Value> to, uint32_t shift) {
  std::array<uint32_t, kDigits> places{};
  for (const Value& value : from) ++places[(LatencyOf(value) >> shift) % kDigits];
  uint32_t sum = 0;
  for (uint32_t& place : places) {
    const uint32_t count = place;
    place = sum;
    sum += count;
  }
  for (const Value& value : from) to[places[(LatencyOf(value) >> shift) % kDigits]++] = value;
}

template <typename Value>
void SortByLatency(std::span<Value> values) {
  const auto before = [](const Value& a, const Value& b) { return LatencyOf(a) < LatencyOf(b); };
  if (values.size() < kRadixMin) {
    std::stable_sort(values.begin(), values.end(), before);
    return;
  }
  const uint32_t max = LatencyOf(*std::max_element(values.begin(), values.end(), before));
  std::vector<Value> scratch(values.size());
  std::span<Value> from = values;
  std::span<Value> to = scratch;
  for (uint32_t shift = 0; shift < 32 && (max >> shift) > 0; shift += kDigitBits) {
    SortByDigit<Value>(from, to, shift);
    std::swap(from, to);
  }
  if (from.data() != values.data()) std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace

void SortLatencies(std::span<uint32_t> latencies_us) {
  if (latencies_us.size() < kRadixMin) {
    std::sort(latencies_us.begin(), latencies_us.end());
    return;
  }
  SortByLatency(latencies_us);
}

void SortBuckets(std::span<Card::Bucket> buckets) {
  SortByLatency(buckets);
}

}  // namespace bellrock::metrics
