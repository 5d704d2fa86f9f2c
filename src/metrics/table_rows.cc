// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_rows.h"

#include <limits>

namespace bellrock::metrics {
namespace {

constexpr uint32_t kUnused = std::numeric_limits<uint32_t>::max();

}  // namespace

CardTable SelectRows(const CardTable& table, std::span<const uint32_t> rows) {
  CardTable out;
  out.dimensions = table.dimensions;
  out.keys.resize(table.keys.size());
  std::vector<uint32_t> number(table.names.size(), kUnused);
  for (const uint32_t row : rows) {
    for (size_t column = 0; column < table.keys.size(); ++column) {
      const uint32_t name = table.keys[column][row];
      if (number[name] == kUnused) {
        number[name] = static_cast<uint32_t>(out.names.size());
        out.names.push_back(table.names[name]);
      }
      out.keys[column].push_back(number[name]);
    }
    out.seconds.push_back(table.seconds[row]);
    const auto card = table.card(row);
    out.buckets.insert(out.buckets.end(), card.begin(), card.end());
    out.ends.push_back(static_cast<uint32_t>(out.buckets.size()));
  }
  return out;
}

}  // namespace bellrock::metrics
