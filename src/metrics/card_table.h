// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/card.h"
#include "metrics/dimension.h"

namespace bellrock::metrics {

// Many cards under the same dimensions: what agents send, what the tree works on and what stores
// keep, in one form (docs/spec/card.md). A row is a key, a second and a card. A value.
struct CardTable {
  std::vector<Dimension> dimensions;        // of the key columns
  std::vector<std::string> names;           // each value of a key once
  std::vector<std::vector<uint32_t>> keys;  // [dimension][row] -> names
  std::vector<int64_t> seconds;             // per row: unix second in which the row's window begins
  std::vector<uint32_t> ends;  // per row: end of its buckets; they begin at the last row's end
  std::vector<Card::Bucket> buckets;  // ascending by latency within a row

  size_t rows() const { return ends.size(); }
  std::span<const Card::Bucket> card(size_t row) const {
    const uint32_t begin = row == 0 ? 0 : ends[row - 1];
    return {buckets.data() + begin, ends[row] - begin};
  }
  friend bool operator==(const CardTable&, const CardTable&) = default;
};

struct TableBounds {
  size_t rows_max = 1 << 20;
  size_t names_max = 1 << 20;
  size_t name_bytes_max = 256;
  size_t buckets_max = 1 << 26;
};

// Columnar: names, key columns, seconds, gaps and counts as varints, zstd level 1 over all of it.
// Rows in an order that the same calls always give: by key's text, then second.
std::string EncodeTable(const CardTable& table);
// kInvalidArgument names what does not fit: bytes come from the network and from disks.
Result<CardTable> DecodeTable(std::string_view bytes, const TableBounds& bounds = {});

}  // namespace bellrock::metrics
