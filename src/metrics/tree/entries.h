// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/tree/key_layout.h"

namespace bellrock::metrics::tree {

// A bucket on its way, with the key it counts for.
struct Entry {
  uint64_t key;
  uint32_t latency_us;
  uint32_t count;
};

// Entries in ascending order of latency, under keys of one layout. Cards of any part of the key are
// made of them by a stable partition: latencies are sorted once for many sets.
struct Stream {
  KeyLayout layout;
  std::vector<Entry> entries;
};

// Sorts by digits, the low ones first, between two buffers that are kept. Not thread-safe.
class EntrySorter {
 public:
  void ByLatency(std::vector<Entry>& entries);
  // The stream's entries under keys of `to`, ascending by key and then latency; valid until the
  // next call.
  std::span<const Entry> ByKey(const Stream& stream, const KeyLayout& to);

 private:
  template <typename DigitOf>
  void Scatter(std::span<const Entry> from, std::vector<Entry>& to, uint32_t bits,
               DigitOf digit_of);

  std::vector<Entry> front_;
  std::vector<Entry> back_;
  std::vector<uint32_t> places_;
};

// Cards of entries that ascend by key and latency: a row for each key, its key in `row_keys`.
void AppendCards(std::span<const Entry> entries, CardTable& to, std::vector<uint64_t>& row_keys);

}  // namespace bellrock::metrics::tree
