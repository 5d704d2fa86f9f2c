// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "metrics/quantile.h"
#include "metrics/store/block_rules.h"

namespace bellrock::metrics::store {
namespace {

constexpr std::array kQuantiles = {Quantile::kTp50,    Quantile::kTp90,     Quantile::kTp95,
                                   Quantile::kTp99,    Quantile::kTp999,    Quantile::kTp9999,
                                   Quantile::kTp99999, Quantile::kTp999999, Quantile::kMax};

struct Piece {
  ClickhouseKind kind;
  Contribution contribution;
  uint32_t chunk = 0;
  uint32_t chunks = 0;
  std::string_view in_merged{};
  std::string_view bytes{};
};

void WritePiece(const Shelf& shelf, int64_t window, const Piece& piece, RowWriter& rows) {
  rows.Number(ClickhouseEra(shelf.grain, window))
      .Number(static_cast<uint8_t>(shelf.grain))
      .Text(shelf.set)
      .Text(shelf.callee)
      .Number(window)
      .Number(static_cast<uint8_t>(piece.kind))
      .Number(piece.contribution.partition)
      .Number(piece.contribution.cut)
      .Number(piece.chunk)
      .Number(piece.chunks)
      .Text(piece.in_merged)
      .Text(piece.bytes);
}

// `stamp`: turn or version, behind each row.
template <typename Stamp>
void WritePieces(const Block& block, Piece piece, Stamp stamp, RowWriter& rows) {
  const std::string bytes = EncodeTable(block.table);
  const std::string_view view = bytes;
  piece.chunks = ChunkCount(bytes.size());
  for (; piece.chunk < piece.chunks; ++piece.chunk) {
    piece.bytes = view.substr(piece.chunk * kChunkBytes, kChunkBytes);
    WritePiece(block.shelf, block.window, piece, rows);
    rows.Number(stamp);
    piece.in_merged = {};
  }
}

Result<std::string> BytesOf(std::span<const ClickhouseRow> pieces) {
  const ClickhouseRow& first = pieces[0];
  std::string bytes;
  for (uint32_t i = 0; i < first.chunks; ++i) {
    if (i >= pieces.size() || pieces[i].chunk != i) {
      return DataLossError(
          fmt::format("piece {} of {} of window {} is missing", i, first.chunks, first.window));
    }
    if (pieces[i].version != first.version) {
      return UnavailableError(
          fmt::format("window {} is being written by two; try again", first.window));
    }
    bytes += pieces[i].block;
  }
  return bytes;
}

Status AddBlock(std::span<const ClickhouseRow> pieces, ClickhouseWindow& to) {
  const ClickhouseRow& first = pieces[0];
  if (first.version == kMergedAway || to.in_merged.Contains(first.contribution))
    return Status::Ok();
  BELLROCK_ASSIGN(const std::string bytes, BytesOf(pieces));
  BELLROCK_ASSIGN(CardTable table, DecodeTable(bytes));
  if (first.kind == ClickhouseKind::kMerged) {
    BELLROCK_ASSIGN(to.in_merged, ContributionSet::Decode(first.in_merged));
    to.merged = std::move(table);
    to.has_merged = true;
  } else {
    to.contributions.push_back({first.contribution, first.chunks, std::move(table)});
  }
  return Status::Ok();
}

bool SameBlock(const ClickhouseRow& a, const ClickhouseRow& b) {
  return a.window == b.window && a.kind == b.kind && a.contribution == b.contribution;
}

std::string_view NameAt(const CardTable& table, Dimension dimension, size_t row) {
  const auto place = std::find(table.dimensions.begin(), table.dimensions.end(), dimension);
  if (place == table.dimensions.end()) return {};
  return table.name(static_cast<size_t>(place - table.dimensions.begin()), row);
}

void WritePercentiles(std::span<const Card::Bucket> card, RowWriter& rows) {
  uint64_t calls = 0, seen = 0;
  for (const Card::Bucket& bucket : card) calls += bucket.count;
  rows.Number(calls);
  auto bucket = card.begin();
  for (const Quantile quantile : kQuantiles) {
    const uint64_t rank = NearestRank(quantile, calls);
    for (; bucket != card.end() && seen + bucket->count < rank; ++bucket) seen += bucket->count;
    rows.Number(bucket == card.end() ? uint32_t{0} : bucket->latency_us);
  }
}

}  // namespace

Result<std::vector<ClickhouseRow>> ReadRows(std::string_view answer) {
  std::vector<ClickhouseRow> rows;
  for (RowReader reader(answer); !reader.done();) {
    ClickhouseRow row;
    row.window = reader.Number<int64_t>();
    row.kind = static_cast<ClickhouseKind>(reader.Number<uint8_t>());
    row.contribution.partition = reader.Number<uint32_t>();
    row.contribution.cut = reader.Number<uint64_t>();
    row.chunk = reader.Number<uint32_t>();
    row.chunks = reader.Number<uint32_t>();
    row.version = reader.Number<uint64_t>();
    row.in_merged = reader.Text();
    row.block = reader.Text();
    BELLROCK_TRY(reader.status());
    rows.push_back(row);
  }
  return rows;
}

Result<std::vector<ClickhouseWindow>> WindowsOf(const std::vector<ClickhouseRow>& rows) {
  std::vector<ClickhouseWindow> windows;
  const std::span<const ClickhouseRow> all = rows;
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin + 1;
    while (end < rows.size() && SameBlock(rows[begin], rows[end])) ++end;
    if (windows.empty() || windows.back().window != rows[begin].window) {
      windows.emplace_back().window = rows[begin].window;
    }
    BELLROCK_TRY(AddBlock(all.subspan(begin, end - begin), windows.back()));
    begin = end;
  }
  return windows;
}

void WriteContribution(const Block& block, const Contribution& contribution, uint32_t turn,
                       RowWriter& rows) {
  WritePieces(block, {ClickhouseKind::kContribution, contribution}, turn, rows);
}

void WriteMerged(const Block& block, const ContributionSet& in_merged, RowWriter& rows) {
  const std::string list = in_merged.Encode();
  WritePieces(block, {ClickhouseKind::kMerged, {}, 0, 0, list}, uint64_t{in_merged.size()}, rows);
}

void WriteMergedAway(const Shelf& shelf, int64_t window, const Contribution& contribution,
                     uint32_t chunks, RowWriter& rows) {
  for (uint32_t chunk = 0; chunk < chunks; ++chunk) {
    WritePiece(shelf, window, {ClickhouseKind::kContribution, contribution, chunk}, rows);
    rows.Number(kMergedAway);
  }
}

void WriteCallRows(const Block& block, uint64_t version, RowWriter& rows) {
  constexpr std::array kColumns = {
      Dimension::kCallee,     Dimension::kMethod, Dimension::kCalleeHost,
      Dimension::kCalleeSite, Dimension::kCaller, Dimension::kCallerHost,
      Dimension::kCallerSite, Dimension::kResult, Dimension::kSide};
  const CardTable& table = block.table;
  for (size_t row = 0; row < table.rows(); ++row) {
    rows.Number(ClickhouseEra(block.shelf.grain, block.window))
        .Number(static_cast<uint8_t>(block.shelf.grain))
        .Text(block.shelf.set)
        .Number(static_cast<uint32_t>(table.seconds[row]));
    for (const Dimension dimension : kColumns) rows.Text(NameAt(table, dimension, row));
    WritePercentiles(table.card(row), rows);
    rows.Number(version);
  }
}

}  // namespace bellrock::metrics::store
