// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_engine.h"

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "fiber/disk.h"
#include "metrics/store/big_endian.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/rocks_status.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::store {
namespace {

constexpr int kOpenFilesMax = 512;
constexpr int kBackgroundJobsMax = 2;
constexpr size_t kLogFilesKept = 2;
constexpr size_t kLogFileBytes = 4 << 20;
constexpr size_t kBlockBytes = 16 << 10;
constexpr double kFilterBitsPerKey = 10;
// Writes wait for this much of a merge.
constexpr size_t kMergeBatchBytes = 1 << 20;
constexpr size_t kShelvesPerMergeMax = 256;

rocksdb::Options EngineOptions(const RocksOptions& from) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;  // blocks are zstd already
  options.write_buffer_size = from.write_buffer_bytes;
  options.max_open_files = kOpenFilesMax;
  options.max_background_jobs = kBackgroundJobsMax;
  options.level_compaction_dynamic_level_bytes = true;
  // All of the log was synced but for a torn tail; anything else that is broken is to be told.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = kLogFilesKept;
  options.max_log_file_size = kLogFileBytes;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(from.cache_bytes);
  table.block_size = kBlockBytes;
  // Each write asks whether a merged block holds it already, mostly in vain.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  table.cache_index_and_filter_blocks = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

std::string InMergedKey(const Shelf& shelf, int64_t window) {
  return EntryKey(shelf, {window, RocksKind::kInMerged, {}, 0});
}

void PutBlock(const Shelf& shelf, const RocksEntry& entry, const CardTable& table,
              rocksdb::WriteBatch& batch) {
  for (const auto& [key, value] : ChunksOf(shelf, entry, EncodeTable(table))) {
    batch.Put(key, value);
  }
}

}  // namespace

RocksStore::Engine::Engine(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}

RocksStore::Engine::~Engine() = default;

Result<std::unique_ptr<RocksStore::Engine>> RocksStore::Engine::Open(const RocksOptions& options) {
  BELLROCK_TRY(fiber::RealDisk().CreateDirectories(options.directory));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(EngineOptions(options), options.directory, &db);
  if (opened.IsIOError() && opened.ToString().find("lock") != std::string::npos) {
    return FailedPreconditionError(
        fmt::format("metrics store {}: {}; another process has it open, stop that one or give this "
                    "one a directory of its own",
                    options.directory, opened.ToString()));
  }
  BELLROCK_TRY(FromRocks(opened, fmt::format("open metrics store {}", options.directory)));
  std::unique_ptr<Engine> engine(
      new Engine(std::unique_ptr<rocksdb::DB>(db)));  // NOLINT(new): the constructor is private
  BELLROCK_TRY(engine->LoadForgotten());
  return engine;
}

Status RocksStore::Engine::LoadForgotten() {
  for (size_t grain = 0; grain < forgotten_before_.size(); ++grain) {
    const Result<std::string> before = Get(ForgottenKey(static_cast<Grain>(grain)));
    if (before.status().code() == StatusCode::kNotFound) continue;
    BELLROCK_TRY(before.status());
    if (before->size() != sizeof(uint64_t))
      return DataLossError("a bound of the store is no number");
    forgotten_before_[grain] = static_cast<int64_t>(ReadBigEndian<uint64_t>(*before));
  }
  return Status::Ok();
}

int64_t RocksStore::Engine::FirstKept(Grain grain, int64_t from) const {
  const int64_t before = forgotten_before_[static_cast<size_t>(grain)];
  return std::clamp(before - WindowSecondsOf(grain) + 1, std::clamp<int64_t>(from, 0, kWindowMax),
                    kWindowMax);
}

Result<ContributionSet> RocksStore::Engine::InMerged(const Shelf& shelf, int64_t window) {
  const Result<std::string> bytes = Get(InMergedKey(shelf, window));
  if (bytes.status().code() == StatusCode::kNotFound) return ContributionSet();
  BELLROCK_TRY(bytes.status());
  return ContributionSet::Decode(*bytes);
}

Status RocksStore::Engine::Commit(rocksdb::WriteBatch& batch) {
  if (batch.Count() == 0) return Status::Ok();
  const rocksdb::Status written = db_->Write(Synced(), &batch);
  // A failed write makes RocksDB refuse all others until it is told that the cause may be gone.
  if (!written.ok()) db_->Resume().PermitUncheckedError();
  batch.Clear();
  return FromRocks(written, fmt::format("write to metrics store {}", db_->GetName()));
}

Status RocksStore::Engine::Write(const Contribution& contribution,
                                 const std::vector<Block>& blocks) {
  const std::shared_lock lock(merging_);
  rocksdb::WriteBatch batch;
  for (const Block& block : blocks) {
    if (block.window < FirstKept(block.shelf.grain, 0)) continue;
    BELLROCK_ASSIGN(const ContributionSet in_merged, InMerged(block.shelf, block.window));
    if (in_merged.Contains(contribution)) continue;
    PutBlock(block.shelf, {block.window, RocksKind::kContribution, contribution, 0}, block.table,
             batch);
    if (batch.GetDataSize() >= kBatchBytes) BELLROCK_TRY(Commit(batch));
  }
  return Commit(batch);
}

std::unique_ptr<RocksCursor> RocksStore::Engine::Read(const Shelf& shelf, int64_t from,
                                                      int64_t to) {
  return std::make_unique<RocksCursor>(*db_, shelf, FirstKept(shelf.grain, from),
                                       std::min(to, kWindowMax));
}

Result<std::vector<std::string>> RocksStore::Engine::Callees(Grain grain, int64_t from, int64_t to,
                                                             size_t limit) {
  return FindCallees(*db_, grain, FirstKept(grain, from), std::min(to, kWindowMax), limit);
}

Status RocksStore::Engine::Merge(const Shelf& shelf, int64_t window) {
  std::span<const Shelf> one(&shelf, 1);
  return MergeSome(one, window);
}

Status RocksStore::Engine::MergeSome(std::span<const Shelf>& shelves, int64_t window) {
  const std::unique_lock lock(merging_);
  rocksdb::WriteBatch batch;
  Status first;
  for (size_t i = 0; i < kShelvesPerMergeMax && !shelves.empty(); ++i) {
    if (batch.GetDataSize() >= kMergeBatchBytes) break;
    const Status merged = MergeInto(shelves.front(), window, batch);
    if (first.ok()) first = merged;
    shelves = shelves.subspan(1);
  }
  const Status written = Commit(batch);
  return first.ok() ? written : first;
}

Status RocksStore::Engine::MergeInto(const Shelf& shelf, int64_t window,
                                     rocksdb::WriteBatch& batch) {
  if (window < 0 || window >= kWindowMax) return Status::Ok();
  const auto cursor = Read(shelf, window, window + 1);
  std::vector<RawBlock> blocks;
  for (;;) {
    BELLROCK_ASSIGN(std::optional<RawBlock> raw, cursor->NextRaw());
    if (!raw) break;
    blocks.push_back(std::move(*raw));
  }
  if (blocks.size() < 2) return Status::Ok();
  BELLROCK_ASSIGN(ContributionSet in_merged, InMerged(shelf, window));
  std::vector<CardTable> tables;
  for (const RawBlock& raw : blocks) {
    BELLROCK_ASSIGN(CardTable table, DecodeTable(raw.bytes));
    tables.push_back(std::move(table));
    if (raw.entry.kind == RocksKind::kContribution) in_merged.Insert(raw.entry.contribution);
  }
  BELLROCK_ASSIGN(const CardTable sum, SumTables(tables));
  BELLROCK_TRY(CheckMerge(shelf, window, in_merged.runs(), sum));
  for (const RawBlock& raw : blocks) {
    if (raw.entry.kind != RocksKind::kContribution) continue;
    for (const std::string& key : raw.keys) batch.Delete(key);
  }
  PutBlock(shelf, {window, RocksKind::kMerged, {}, 0}, sum, batch);
  batch.Put(InMergedKey(shelf, window), in_merged.Encode());
  return Status::Ok();
}

Status RocksStore::Engine::Expire(Grain grain, int64_t before) {
  const uint32_t was = EraOf(grain, FirstKept(grain, 0));
  BELLROCK_TRY(Forget(grain, std::min(before, kWindowMax)));
  const uint32_t now = EraOf(grain, FirstKept(grain, 0));
  return now == was ? Status::Ok() : DropEras(grain, now);
}

// No write that thinks the windows are kept comes after it.
Status RocksStore::Engine::Forget(Grain grain, int64_t before) {
  const std::unique_lock lock(merging_);
  std::atomic<int64_t>& forgotten = forgotten_before_[static_cast<size_t>(grain)];
  if (before <= forgotten) return Status::Ok();
  std::string number;
  AppendBigEndian(static_cast<uint64_t>(before), number);
  BELLROCK_TRY(Put(ForgottenKey(grain), number));
  forgotten = before;
  return Status::Ok();
}

// Files that hold nothing else go at once, then what lies between others.
Status RocksStore::Engine::DropEras(Grain grain, uint32_t first_kept) {
  const std::string begin = EraPrefix(grain, 0), end = EraPrefix(grain, first_kept);
  const rocksdb::Slice from(begin), to(end);
  rocksdb::ColumnFamilyHandle* const all = db_->DefaultColumnFamily();
  const rocksdb::RangePtr range(&from, &to);
  BELLROCK_TRY(
      FromRocks(rocksdb::DeleteFilesInRanges(db_.get(), all, &range, 1, false), "drop old files"));
  rocksdb::WriteBatch batch;
  BELLROCK_TRY(FromRocks(batch.DeleteRange(all, from, to), "drop old windows"));
  BELLROCK_TRY(Commit(batch));
  rocksdb::CompactRangeOptions beside_others;
  beside_others.exclusive_manual_compaction = false;
  return FromRocks(db_->CompactRange(beside_others, &from, &to), "drop old windows");
}

Status RocksStore::Engine::Put(const std::string& key, const std::string& value) {
  rocksdb::WriteBatch batch;
  BELLROCK_TRY(FromRocks(value.empty() ? batch.Delete(key) : batch.Put(key, value), "put"));
  return Commit(batch);
}

Result<std::string> RocksStore::Engine::Get(const std::string& key) {
  std::string value;
  BELLROCK_TRY(FromRocks(db_->Get(rocksdb::ReadOptions(), key, &value), "read"));
  return value;
}

Result<uint64_t> RocksStore::Engine::DiskBytes() {
  BELLROCK_TRY(FromRocks(db_->Flush(rocksdb::FlushOptions()), "flush"));
  uint64_t bytes = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &bytes);
  return bytes;
}

}  // namespace bellrock::metrics::store
