// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/store/store.h"

// What ClickhouseStore says to the server. Only what ClickHouse knows since 18.16 (Debian 12's):
// no LowCardinality, DateTime64, codecs or TTL. Pure.
namespace bellrock::metrics::store {

// A row of table `blocks`: a piece of a block. The newest of a key holds: the one of the highest
// version. A merged block's version is the number of contributions in it; that of a contribution
// is the server's time, then the writer's turn; one without pieces stands for a contribution that
// was merged, and is newer than any.
enum class ClickhouseKind : uint8_t { kMerged = 1, kContribution = 2 };
inline constexpr uint64_t kMergedAway = ~uint64_t{0};  // its version

// Windows of one era are one partition, dropped as a whole.
uint64_t ClickhouseEra(Grain grain, int64_t window);

// 'it\'s', whatever the text.
std::string QuoteText(std::string_view text);

std::string CreateDatabase(const std::string& database);
std::vector<std::string> CreateTables();

// INSERT statements; rows follow as RowBinary, columns in this order:
// era, grain, set_name, callee, window_start, kind, source_partition, cut, chunk, chunks,
// in_merged, block; then turn, or version.
std::string InsertContributions();
std::string InsertWithVersions();
// grain, set_name, window_start, the nine dimensions, calls, the percentiles, max_us, version; era
// before.
std::string InsertCallRows();

// window_start, bytes: what a scan would read, ascending.
std::string SelectSizes(const Shelf& shelf, int64_t from, int64_t to);
// window_start, kind, source_partition, cut, chunk, chunks, version, in_merged, block: the newest
// of each key, ascending.
std::string SelectBlocks(const Shelf& shelf, int64_t from, int64_t to);
std::string SelectCallees(Grain grain, int64_t from, int64_t to, size_t limit);

std::string InsertForgotten(Grain grain, int64_t before);
// The bound of the grain; 0 if none.
std::string SelectForgotten(Grain grain);
// Eras of `table` that hold nothing but forgotten windows.
std::string SelectErasBefore(const std::string& table, Grain grain, uint64_t first_kept);
std::string DropEra(const std::string& table, uint64_t era);

// name, value, version.
std::string InsertTexts();
// version, value: at most one row.
std::string SelectText(const std::string& name);

}  // namespace bellrock::metrics::store
