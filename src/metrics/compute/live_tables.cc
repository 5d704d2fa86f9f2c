// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/live_tables.h"

#include <cstdint>
#include <numeric>

#include "metrics/table_rows.h"

namespace bellrock::metrics::compute {

CardTable RowsOfCallee(const CardTable& table, const std::string& callee) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < table.rows(); ++row) {
    if (table.name(0, row) == callee) rows.push_back(row);
  }
  return SelectRows(table, rows);
}

std::vector<CardTable> PiecesOf(const CardTable& table, size_t buckets_max) {
  if (table.buckets.size() <= buckets_max) return {table};
  std::vector<CardTable> pieces;
  for (uint32_t first = 0; first < table.rows();) {
    uint32_t end = first + 1;
    while (end < table.rows() && table.ends[end] - table.begin(first) <= buckets_max) ++end;
    std::vector<uint32_t> rows(end - first);
    std::iota(rows.begin(), rows.end(), first);
    pieces.push_back(SelectRows(table, rows));
    first = end;
  }
  return pieces;
}

}  // namespace bellrock::metrics::compute
