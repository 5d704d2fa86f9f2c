// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/store/clickhouse_sql.h"
#include "metrics/store/contribution_set.h"
#include "metrics/store/row_binary.h"
#include "metrics/store/store.h"

// Blocks as rows of ClickHouse's tables (clickhouse_sql.h), and back. Pure.
namespace bellrock::metrics::store {

// The newest row of a key.
struct ClickhouseRow {
  int64_t window = 0;
  ClickhouseKind kind = ClickhouseKind::kContribution;
  Contribution contribution;
  uint32_t chunk = 0;
  uint32_t chunks = 0;
  uint64_t version = 0;
  std::string_view in_merged;
  std::string_view block;
};
// Of the answer to SelectBlocks(); views into it.
Result<std::vector<ClickhouseRow>> ReadRows(std::string_view answer);

// What readers see of a window.
struct ClickhouseWindow {
  struct Part {
    Contribution contribution;
    uint32_t chunks = 0;  // that its rows have
    CardTable table;
  };

  int64_t window = 0;
  bool has_merged = false;
  CardTable merged;
  ContributionSet in_merged;
  std::vector<Part> contributions;  // that are not in `merged`, ascending
};
// kDataLoss: a piece is missing. kUnavailable: of two writes at once.
Result<std::vector<ClickhouseWindow>> WindowsOf(const std::vector<ClickhouseRow>& rows);

// Rows of a block, in the order of InsertContributions() and InsertWithVersions().
void WriteContribution(const Block& block, const Contribution& contribution, uint32_t turn,
                       RowWriter& rows);
void WriteMerged(const Block& block, const ContributionSet& in_merged, RowWriter& rows);
// In the place of a contribution's `chunks` rows.
void WriteMergedAway(const Shelf& shelf, int64_t window, const Contribution& contribution,
                     uint32_t chunks, RowWriter& rows);

// A row for people for each row of the block: its key, its calls and its percentiles.
void WriteCallRows(const Block& block, uint64_t version, RowWriter& rows);

}  // namespace bellrock::metrics::store
