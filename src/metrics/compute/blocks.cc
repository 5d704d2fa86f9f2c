// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/blocks.h"

#include <map>
#include <utility>

#include "metrics/table_rows.h"

namespace bellrock::metrics::compute {
namespace {

int64_t WindowOf(store::Grain grain, int64_t second) {
  const int64_t width = store::WindowSecondsOf(grain);
  return second - second % width;
}

}  // namespace

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
