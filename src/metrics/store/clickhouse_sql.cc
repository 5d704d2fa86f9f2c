// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/store/block_rules.h"

namespace bellrock::metrics::store {
namespace {

constexpr int kGrainShift = 32;

// Granules are small because a row may hold a megabyte, and a point read reads a granule.
constexpr std::string_view kCreateBlocks = R"(CREATE TABLE IF NOT EXISTS blocks (
  era UInt64, grain UInt8, set_name String, callee String, window_start Int64, kind UInt8,
  source_partition UInt32, cut UInt64, chunk UInt32, chunks UInt32, in_merged String, block String,
  bytes UInt64 DEFAULT length(block), turn UInt32,
  version UInt64 DEFAULT toUInt64(now()) * 4294967296 + turn
) ENGINE = ReplacingMergeTree(version) PARTITION BY era
ORDER BY (grain, set_name, callee, window_start, kind, source_partition, cut, chunk)
SETTINGS index_granularity = 128)";

constexpr std::string_view kCreateCallRows = R"(CREATE TABLE IF NOT EXISTS call_rows (
  era UInt64, grain Enum8('second' = 0, 'minute' = 1, 'hour' = 2, 'day' = 3), set_name String,
  window_start DateTime, callee String, method String, callee_host String, callee_site String,
  caller String, caller_host String, caller_site String, result String, side String,
  calls UInt64, tp50_us UInt32, tp90_us UInt32, tp95_us UInt32, tp99_us UInt32, tp999_us UInt32,
  tp9999_us UInt32, tp99999_us UInt32, tp999999_us UInt32, max_us UInt32, version UInt64
) ENGINE = ReplacingMergeTree(version) PARTITION BY era
ORDER BY (grain, set_name, callee, window_start, method, callee_host, callee_site, caller,
  caller_host, caller_site, result, side))";

constexpr std::string_view kCreateForgotten =
    "CREATE TABLE IF NOT EXISTS forgotten (grain UInt8, before Int64) "
    "ENGINE = ReplacingMergeTree(before) ORDER BY grain";

constexpr std::string_view kCreateTexts =
    "CREATE TABLE IF NOT EXISTS texts (name String, value String, version UInt64) "
    "ENGINE = ReplacingMergeTree(version) ORDER BY name SETTINGS index_granularity = 128";

constexpr std::string_view kBlockColumns =
    "era, grain, set_name, callee, window_start, kind, source_partition, cut, chunk, chunks, "
    "in_merged, block";

// Of the blocks of a grain that are kept. `era` lets the server leave whole partitions out.
std::string KeptIn(Grain grain, int64_t from, int64_t to) {
  from = std::clamp<int64_t>(from, 0, kWindowMax);
  to = std::clamp<int64_t>(to, 0, kWindowMax);
  return fmt::format(
      "era >= {} AND era <= {} AND grain = {} AND window_start >= {} AND window_start < {} "
      "AND window_start + {} > ({})",
      ClickhouseEra(grain, from), ClickhouseEra(grain, to), static_cast<int>(grain), from, to,
      WindowSecondsOf(grain), SelectForgotten(grain));
}

std::string KeptOn(const Shelf& shelf, int64_t from, int64_t to) {
  return fmt::format("{} AND set_name = {} AND callee = {}", KeptIn(shelf.grain, from, to),
                     QuoteText(shelf.set), QuoteText(shelf.callee));
}

}  // namespace

uint64_t ClickhouseEra(Grain grain, int64_t window) {
  return uint64_t{static_cast<uint8_t>(grain)} << kGrainShift | EraOf(grain, window);
}

std::string QuoteText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted.push_back('\\');
    if (c == '\0') {
      quoted += "\\0";
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "'";
}

std::string CreateDatabase(const std::string& database) {
  return fmt::format("CREATE DATABASE IF NOT EXISTS {}", database);
}

std::vector<std::string> CreateTables() {
  return {std::string(kCreateBlocks), std::string(kCreateCallRows), std::string(kCreateForgotten),
          std::string(kCreateTexts)};
}

std::string InsertContributions() {
  return fmt::format("INSERT INTO blocks ({}, turn) FORMAT RowBinary", kBlockColumns);
}

std::string InsertWithVersions() {
  return fmt::format("INSERT INTO blocks ({}, version) FORMAT RowBinary", kBlockColumns);
}

std::string InsertCallRows() {
  return "INSERT INTO call_rows FORMAT RowBinary";
}

std::string SelectSizes(const Shelf& shelf, int64_t from, int64_t to) {
  return fmt::format(
      "SELECT window_start, sum(bytes) FROM blocks WHERE {} GROUP BY window_start "
      "ORDER BY window_start FORMAT RowBinary",
      KeptOn(shelf, from, to));
}

std::string SelectBlocks(const Shelf& shelf, int64_t from, int64_t to) {
  constexpr std::string_view kKey = "window_start, kind, source_partition, cut, chunk";
  return fmt::format(
      "SELECT {0}, argMax(chunks, version), max(version), argMax(in_merged, version), "
      "argMax(block, version) FROM blocks WHERE {1} GROUP BY {0} ORDER BY {0} FORMAT RowBinary",
      kKey, KeptOn(shelf, from, to));
}

std::string SelectCallees(Grain grain, int64_t from, int64_t to, size_t limit) {
  return fmt::format(
      "SELECT DISTINCT callee FROM blocks WHERE {} ORDER BY callee LIMIT {} FORMAT RowBinary",
      KeptIn(grain, from, to), limit);
}

std::string InsertForgotten(Grain grain, int64_t before) {
  return fmt::format("INSERT INTO forgotten (grain, before) VALUES ({}, {})",
                     static_cast<int>(grain), before);
}

std::string SelectForgotten(Grain grain) {
  return fmt::format("SELECT max(before) FROM forgotten WHERE grain = {}", static_cast<int>(grain));
}

std::string SelectErasBefore(const std::string& table, Grain grain, uint64_t first_kept) {
  return fmt::format("SELECT DISTINCT era FROM {} WHERE era >= {} AND era < {} FORMAT RowBinary",
                     table, ClickhouseEra(grain, 0), first_kept);
}

std::string DropEra(const std::string& table, uint64_t era) {
  return fmt::format("ALTER TABLE {} DROP PARTITION {}", table, era);
}

std::string InsertTexts() {
  return "INSERT INTO texts (name, value, version) FORMAT RowBinary";
}

std::string SelectText(const std::string& name) {
  return fmt::format(
      "SELECT max(version), argMax(value, version) FROM texts WHERE name = {} GROUP BY name "
      "FORMAT RowBinary",
      QuoteText(name));
}

}  // namespace bellrock::metrics::store
