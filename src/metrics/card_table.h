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
#include "metrics/name_session.h"

namespace bellrock::metrics {

// Many cards under the same dimensions: what agents send, what the tree works on and what stores
// keep, in one form (docs/spec/card.md). A row is a key, a second and a card. A value.
//
// A table is canonical if its names ascend, each is used, and its rows ascend by their key's text,
// then by second, each pair once: then the same calls give the same table. tree::Fold makes
// canonical ones; senders need not.
struct CardTable {
  std::vector<Dimension> dimensions;        // of the key columns
  std::vector<std::string> names;           // each value of a key once
  std::vector<std::vector<uint32_t>> keys;  // [dimension][row] -> names
  std::vector<int64_t> seconds;             // per row: unix second in which the row's window begins
  std::vector<uint32_t> ends;  // per row: end of its buckets; they begin at the last row's end
  std::vector<Card::Bucket> buckets;  // ascending by latency within a row, as in a Card

  size_t rows() const { return ends.size(); }
  uint32_t begin(size_t row) const { return row == 0 ? 0 : ends[row - 1]; }
  std::span<const Card::Bucket> card(size_t row) const {
    return {buckets.data() + begin(row), ends[row] - begin(row)};
  }
  const std::string& name(size_t dimension, size_t row) const {
    return names[keys[dimension][row]];
  }
  friend bool operator==(const CardTable&, const CardTable&) = default;
};

struct TableBounds {
  size_t rows_max = 1 << 20;
  size_t names_max = 1 << 20;
  size_t name_bytes_max = 256;
  size_t buckets_max = 1 << 26;
  size_t plain_bytes_max = 256 << 20;  // what it may unpack to
};

// Columnar: names, key columns, seconds, gaps and counts as varints, zstd level 1 over all of it.
// Names, rows and buckets stay in the table's order.
std::string EncodeTable(const CardTable& table);
// kInvalidArgument names what does not fit: bytes come from the network and from disks. What it
// makes is at most a few times as large as the bytes unpack to, and those are bounded.
Result<CardTable> DecodeTable(std::string_view bytes, const TableBounds& bounds = {});

// Between a sender and its receiver: leaves out names that `session` holds, and adds the others to
// it, up to its bound. Tables are to be decoded in the order in which they were encoded; one that
// comes again changes nothing. kFailedPrecondition if tables before it are missing: the sender
// begins a new session and encodes it anew. `session` is unchanged by a table that is refused.
std::string EncodeTable(const CardTable& table, NameSession& session);
Result<CardTable> DecodeTable(std::string_view bytes, NameSession& session,
                              const TableBounds& bounds = {});

}  // namespace bellrock::metrics
