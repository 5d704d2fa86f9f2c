// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "metrics/store/block_rules.h"
#include "metrics/store/disk_call.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::store {
namespace {

// What is read at once: its answer and the decoded tables are held.
constexpr uint64_t kBytesPerTrip = 16 << 20;
// Newer servers refuse an insert into more than 100 partitions.
constexpr size_t kErasPerInsertMax = 50;

Status CheckDatabase(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_';
  });
  if (plain && !std::isdigit(static_cast<unsigned char>(name[0]))) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("database: '{}'; give a name of letters, digits and '_'", name));
}

struct Trip {
  int64_t from;
  int64_t to;
};

// Cuts what SelectSizes() told into ranges that fit in memory.
Result<std::vector<Trip>> TripsOf(std::string_view sizes) {
  std::vector<Trip> trips;
  uint64_t bytes = kBytesPerTrip;
  for (RowReader reader(sizes); !reader.done();) {
    const auto window = reader.Number<int64_t>();
    const auto more = reader.Number<uint64_t>();
    BELLROCK_TRY(reader.status());
    if (bytes + more > kBytesPerTrip) {
      trips.push_back({window, 0});
      bytes = 0;
    }
    bytes += more;
    trips.back().to = window + 1;
  }
  return trips;
}

}  // namespace

ClickhouseStore::ClickhouseStore(fiber::Environment environment, const ClickhouseOptions& options)
    : client_(environment, options) {}

Result<std::unique_ptr<ClickhouseStore>> ClickhouseStore::Open(fiber::Environment environment,
                                                               const ClickhouseOptions& options) {
  BELLROCK_TRY(CheckDatabase(options.database));
  auto store = std::unique_ptr<ClickhouseStore>(new ClickhouseStore(environment, options));
  BELLROCK_TRY(store->client_.TellServer(CreateDatabase(options.database)));
  for (const std::string& statement : CreateTables()) {
    BELLROCK_TRY(store->client_.Ask(statement).status());
  }
  return store;
}

Status ClickhouseStore::Write(const Contribution& contribution, const std::vector<Block>& blocks) {
  BELLROCK_TRY(CheckBlocks(blocks));
  const uint32_t turn = ++turn_;
  for (size_t at = 0; at < blocks.size();) {
    RowWriter rows;
    fiber::RunOnDiskThread([&] {
      std::set<uint64_t> eras;
      while (at < blocks.size() && rows.size() < kBatchBytes && eras.size() < kErasPerInsertMax) {
        const Block& block = blocks[at++];
        eras.insert(ClickhouseEra(block.shelf.grain, block.window));
        WriteContribution(block, contribution, turn, rows);
      }
    });
    BELLROCK_TRY(client_.Insert(InsertContributions(), rows.Take()));
  }
  return Status::Ok();
}

Result<std::vector<ClickhouseWindow>> ClickhouseStore::Read(const Shelf& shelf, int64_t from,
                                                            int64_t to) {
  BELLROCK_ASSIGN(const std::string answer, client_.Ask(SelectBlocks(shelf, from, to)));
  BELLROCK_ASSIGN(const std::vector<ClickhouseRow> rows, ReadRows(answer));
  return OnDiskThread([&] { return WindowsOf(rows); });
}

Status ClickhouseStore::Scan(const Shelf& shelf, int64_t from, int64_t to,
                             const std::function<bool(const Block&)>& each) {
  BELLROCK_ASSIGN(const std::string sizes, client_.Ask(SelectSizes(shelf, from, to)));
  BELLROCK_ASSIGN(const std::vector<Trip> trips, TripsOf(sizes));
  for (const Trip& trip : trips) {
    BELLROCK_ASSIGN(std::vector<ClickhouseWindow> windows, Read(shelf, trip.from, trip.to));
    for (ClickhouseWindow& window : windows) {
      if (window.has_merged && !each({shelf, window.window, std::move(window.merged)})) {
        return Status::Ok();
      }
      for (auto& part : window.contributions) {
        if (!each({shelf, window.window, std::move(part.table)})) return Status::Ok();
      }
    }
  }
  return Status::Ok();
}

Result<std::vector<std::string>> ClickhouseStore::Callees(Grain grain, int64_t from, int64_t to,
                                                          size_t limit) {
  BELLROCK_ASSIGN(const std::string answer, client_.Ask(SelectCallees(grain, from, to, limit)));
  std::vector<std::string> callees;
  RowReader reader(answer);
  while (!reader.done()) callees.emplace_back(reader.Text());
  BELLROCK_TRY(reader.status());
  return callees;
}

Status ClickhouseStore::Merge(const Shelf& shelf, int64_t window) {
  BELLROCK_ASSIGN(const std::vector<ClickhouseWindow> windows, Read(shelf, window, window + 1));
  if (windows.empty()) return Status::Ok();
  const ClickhouseWindow& read = windows[0];
  std::vector<CardTable> tables;
  ContributionSet in_merged = read.in_merged;
  if (read.has_merged) tables.push_back(read.merged);
  for (const auto& part : read.contributions) {
    tables.push_back(part.table);
    in_merged.Insert(part.contribution);
  }
  BELLROCK_ASSIGN(CardTable sum, OnDiskThread([&] { return SumTables(tables); }));
  BELLROCK_TRY(CheckMerge(shelf, window, in_merged.runs(), sum));
  const Block block{shelf, window, std::move(sum)};
  if (tables.size() > 1) BELLROCK_TRY(WriteSum(shelf, read, block, in_merged));
  RowWriter rows;
  WriteCallRows(block, in_merged.size(), rows);
  return rows.size() == 0 ? Status::Ok() : client_.Insert(InsertCallRows(), rows.Take());
}

// First the merged block, from when on what it holds is not read any more; then that may go.
Status ClickhouseStore::WriteSum(const Shelf& shelf, const ClickhouseWindow& window,
                                 const Block& sum, const ContributionSet& in_merged) {
  RowWriter merged;
  WriteMerged(sum, in_merged, merged);
  BELLROCK_TRY(client_.Insert(InsertWithVersions(), merged.Take()));
  RowWriter removed;
  for (const auto& part : window.contributions) {
    WriteMergedAway(shelf, window.window, part.contribution, part.chunks, removed);
  }
  return client_.Insert(InsertWithVersions(), removed.Take());
}

Status ClickhouseStore::Expire(Grain grain, int64_t before) {
  before = std::min(before, kWindowMax);
  BELLROCK_TRY(client_.Ask(InsertForgotten(grain, before)).status());
  const int64_t first_kept = std::max<int64_t>(before - WindowSecondsOf(grain) + 1, 0);
  for (const std::string& table : {std::string("blocks"), std::string("call_rows")}) {
    BELLROCK_ASSIGN(const std::string eras,
                    client_.Ask(SelectErasBefore(table, grain, ClickhouseEra(grain, first_kept))));
    for (RowReader reader(eras); !reader.done();) {
      const auto era = reader.Number<uint64_t>();
      BELLROCK_TRY(reader.status());
      BELLROCK_TRY(client_.Ask(DropEra(table, era)).status());
    }
  }
  return Status::Ok();
}

Result<ClickhouseStore::Text> ClickhouseStore::ReadText(const std::string& name) {
  BELLROCK_ASSIGN(const std::string answer, client_.Ask(SelectText(name)));
  if (answer.empty()) return Text();
  RowReader reader(answer);
  Text text;
  text.version = reader.Number<uint64_t>();
  text.value = reader.Text();
  BELLROCK_TRY(reader.status());
  return text;
}

Status ClickhouseStore::Put(const std::string& name, const std::string& value) {
  BELLROCK_TRY(CheckText(name, value));
  BELLROCK_ASSIGN(const Text was, ReadText(name));
  RowWriter row;
  row.Text(name).Text(value).Number(was.version + 1);
  return client_.Insert(InsertTexts(), row.Take());
}

Result<std::string> ClickhouseStore::Get(const std::string& name) {
  BELLROCK_ASSIGN(Text text, ReadText(name));
  if (text.value.empty()) return NoSuchText(name);
  return std::move(text.value);
}

}  // namespace bellrock::metrics::store
