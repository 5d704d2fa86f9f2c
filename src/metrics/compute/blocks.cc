// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/blocks.h"

#include <limits>
#include <map>
#include <utility>

namespace bellrock::metrics::compute {
namespace {

constexpr uint32_t kUnused = std::numeric_limits<uint32_t>::max();

int64_t WindowOf(store::Grain grain, int64_t second) {
  const int64_t width = store::WindowSecondsOf(grain);
  return second - second % width;
}

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

std::vector<store::Block> BlocksOf(const CardTable& table, store::Grain grain,
                                   const std::string& set) {
  std::map<std::pair<uint32_t, int64_t>, std::vector<uint32_t>> rows;  // by (callee, window)
  for (uint32_t row = 0; row < table.rows(); ++row) {
    rows[{table.keys[0][row], WindowOf(grain, table.seconds[row])}].push_back(row);
  }
  std::vector<store::Block> blocks;
  for (const auto& [place, chosen] : rows) {
    blocks.push_back({.shelf = {.grain = grain, .set = set, .callee = table.names[place.first]},
                      .window = place.second,
                      .table = SelectRows(table, chosen)});
  }
  return blocks;
}

}  // namespace bellrock::metrics::compute
