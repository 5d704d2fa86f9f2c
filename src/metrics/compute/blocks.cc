// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/blocks.h"

#include <algorithm>
#include <map>
#include <utility>

#include "metrics/table_rows.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::compute {
namespace {

int64_t WindowOf(store::Grain grain, int64_t second) {
  const int64_t width = store::WindowSecondsOf(grain);
  return second - second % width;
}

store::Grain CoarserThan(store::Grain grain) {
  return grain == store::Grain::kMinute ? store::Grain::kHour : store::Grain::kDay;
}

bool IsRolledUp(store::Grain grain) {
  return grain == store::Grain::kMinute || grain == store::Grain::kHour;
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

std::vector<store::Block> RollUp(std::vector<store::Block> blocks) {
  std::map<std::pair<store::Shelf, int64_t>, std::vector<CardTable>> windows;
  for (store::Block& block : blocks) {
    if (!IsRolledUp(block.shelf.grain)) continue;
    block.shelf.grain = CoarserThan(block.shelf.grain);
    const int64_t window = WindowOf(block.shelf.grain, block.window);
    std::fill(block.table.seconds.begin(), block.table.seconds.end(), window);
    windows[{std::move(block.shelf), window}].push_back(std::move(block.table));
  }
  std::vector<store::Block> coarser;
  for (auto& [place, tables] : windows) {
    // They have the dimensions of one set.
    coarser.push_back({place.first, place.second, *SumTables(tables)});
    tables.clear();
  }
  return coarser;
}

}  // namespace bellrock::metrics::compute
