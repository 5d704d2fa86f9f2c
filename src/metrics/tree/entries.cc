// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/entries.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics::tree {
namespace {

constexpr uint32_t kDigitBitsMax = 11;
// Below this a comparison sort is faster than clearing the places of digits.
constexpr size_t kRadixMin = 256;

uint32_t PassesFor(uint32_t bits) {
  return (bits + kDigitBitsMax - 1) / kDigitBitsMax;
}

void AppendBucket(uint32_t latency_us, uint64_t count, std::vector<Card::Bucket>& to) {
  constexpr uint64_t kFull = std::numeric_limits<uint32_t>::max();
  for (; count > kFull; count -= kFull) {
    to.push_back({latency_us, static_cast<uint32_t>(kFull)});
  }
  to.push_back({latency_us, static_cast<uint32_t>(count)});
}

}  // namespace

// `digit_of(entry)` is called twice for each entry and may change the entry it is given.
template <typename DigitOf>
void EntrySorter::Scatter(std::span<const Entry> from, std::vector<Entry>& to, uint32_t bits,
                          DigitOf digit_of) {
  BELLROCK_CHECK(from.size() <= std::numeric_limits<uint32_t>::max(), "places have 32 bits");
  places_.assign(size_t{1} << bits, 0);
  to.resize(from.size());
  for (Entry entry : from) ++places_[digit_of(entry)];
  uint32_t sum = 0;
  for (uint32_t& place : places_) sum += std::exchange(place, sum);
  Entry* const out = to.data();
  uint32_t* const places = places_.data();
  for (Entry entry : from) {
    const size_t digit = digit_of(entry);
    out[places[digit]++] = entry;
  }
}

void EntrySorter::ByLatency(std::vector<Entry>& entries) {
  if (entries.size() < kRadixMin) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.latency_us < b.latency_us; });
    return;
  }
  uint32_t most = 0;
  for (const Entry& entry : entries) most |= entry.latency_us;
  const auto bits = static_cast<uint32_t>(std::bit_width(most));
  const uint32_t passes = PassesFor(bits);
  for (uint32_t pass = 0; pass < passes; ++pass) {
    const uint32_t width = (bits + passes - 1) / passes;
    const uint32_t shift = pass * width;
    const uint32_t mask = (uint32_t{1} << width) - 1;
    Scatter(entries, front_, width,
            [=](const Entry& entry) { return entry.latency_us >> shift & mask; });
    entries.swap(front_);
  }
}

std::span<const Entry> EntrySorter::ByKey(const Stream& stream, const KeyLayout& to) {
  const Projection project(stream.layout, to);
  if (stream.entries.size() < kRadixMin || to.bits() == 0) {
    front_.assign(stream.entries.begin(), stream.entries.end());
    for (Entry& entry : front_) entry.key = project(entry.key);
    std::stable_sort(front_.begin(), front_.end(),
                     [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return front_;
  }
  const uint32_t passes = PassesFor(to.bits());
  const uint32_t width = (to.bits() + passes - 1) / passes;
  const uint64_t mask = (uint64_t{1} << width) - 1;
  Scatter(stream.entries, front_, width, [&project, mask](Entry& entry) {
    entry.key = project(entry.key);
    return entry.key & mask;
  });
  for (uint32_t pass = 1; pass < passes; ++pass) {
    const uint32_t shift = pass * width;
    Scatter(front_, back_, width, [=](const Entry& entry) { return entry.key >> shift & mask; });
    front_.swap(back_);
  }
  return front_;
}

void AppendCards(std::span<const Entry> entries, CardTable& to, std::vector<uint64_t>& row_keys) {
  for (size_t i = 0; i < entries.size();) {
    const uint64_t key = entries[i].key;
    while (i < entries.size() && entries[i].key == key) {
      const uint32_t latency_us = entries[i].latency_us;
      uint64_t count = 0;
      for (; i < entries.size() && entries[i].key == key && entries[i].latency_us == latency_us;
           ++i) {
        count += entries[i].count;
      }
      AppendBucket(latency_us, count, to.buckets);
    }
    BELLROCK_CHECK(to.buckets.size() <= std::numeric_limits<uint32_t>::max(),
                   "a table has less than 2^32 buckets");
    to.ends.push_back(static_cast<uint32_t>(to.buckets.size()));
    row_keys.push_back(key);
  }
}

}  // namespace bellrock::metrics::tree
