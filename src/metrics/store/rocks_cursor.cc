// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_cursor.h"

#include <fmt/format.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "metrics/store/big_endian.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/rocks_status.h"

namespace bellrock::metrics::store {
namespace {

// What is decoded in one go off the loop.
constexpr size_t kBlocksPerTrip = 64;
constexpr size_t kBytesPerTrip = 1 << 20;

constexpr size_t kChunkCountBytes = sizeof(uint32_t);  // before the bytes of chunk 0

std::unique_ptr<rocksdb::Iterator> NewIterator(rocksdb::DB& db) {
  return std::unique_ptr<rocksdb::Iterator>(db.NewIterator(rocksdb::ReadOptions()));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ChunksOf(const Shelf& shelf, RocksEntry entry,
                                                          std::string_view bytes) {
  const uint32_t count = ChunkCount(bytes.size());
  std::vector<std::pair<std::string, std::string>> chunks;
  for (uint32_t i = 0; i < count; ++i) {
    entry.chunk = i;
    std::string value;
    if (i == 0) AppendBigEndian(count, value);
    value += bytes.substr(i * kChunkBytes, kChunkBytes);
    chunks.emplace_back(EntryKey(shelf, entry), std::move(value));
  }
  return chunks;
}

RocksCursor::RocksCursor(rocksdb::DB& db, Shelf shelf, int64_t from, int64_t to)
    : shelf_(std::move(shelf)), from_(from), to_(to), place_(NewIterator(db)) {}

RocksCursor::~RocksCursor() = default;

// Goes to the first key of the shelf at or after from_, passing over eras that hold nothing of it.
bool RocksCursor::FindEra() {
  while (from_ < to_) {
    const uint32_t era = EraOf(shelf_.grain, from_);
    prefix_ = ShelfPrefix(shelf_, era);
    place_->Seek(WindowKey(shelf_, from_));
    if (!place_->Valid()) return false;
    if (place_->key().starts_with(prefix_)) return true;
    const auto found = ParseShelf(place_->key().ToStringView());
    if (!found || found->grain != shelf_.grain) return false;
    const int64_t next = std::max<int64_t>(found->era, int64_t{era} + 1);
    from_ = EraSecondsOf(shelf_.grain) * next;
  }
  return false;
}

std::optional<RocksEntry> RocksCursor::Here() const {
  if (prefix_.empty() || !place_->Valid() || !place_->key().starts_with(prefix_)) {
    return std::nullopt;
  }
  return ParseEntry(place_->key().ToStringView().substr(prefix_.size()));
}

Result<std::optional<RawBlock>> RocksCursor::NextRaw() {
  for (;;) {
    std::optional<RocksEntry> entry = Here();
    if (!entry) {
      if (!prefix_.empty())
        from_ = EraSecondsOf(shelf_.grain) * (int64_t{EraOf(shelf_.grain, from_)} + 1);
      const bool found = FindEra();
      BELLROCK_TRY(FromRocks(place_->status(), "read"));
      if (!found) return std::optional<RawBlock>();
      entry = Here();
      if (!entry) return DataLossError("a key of the store is not one of its own");
    }
    if (entry->window >= to_) return std::optional<RawBlock>();
    from_ = entry->window;
    // What a longer block left behind that was replaced by a shorter one.
    if (entry->chunk != 0 || entry->kind == RocksKind::kInMerged) {
      place_->Next();
      continue;
    }
    RawBlock block{*entry, {}, {}};
    BELLROCK_TRY(TakeChunks(block));
    return std::optional<RawBlock>(std::move(block));
  }
}

Status RocksCursor::TakeChunks(RawBlock& block) {
  rocksdb::Slice value = place_->value();
  if (value.size() < kChunkCountBytes) return DataLossError("a block of the store is cut off");
  const auto count = ReadBigEndian<uint32_t>(value.ToStringView());
  value.remove_prefix(kChunkCountBytes);
  RocksEntry next = block.entry;
  for (;;) {
    block.bytes.append(value.data(), value.size());
    block.keys.push_back(place_->key().ToString());
    place_->Next();
    if (++next.chunk == count) return FromRocks(place_->status(), "read");
    if (Here() != next) break;
    value = place_->value();
  }
  BELLROCK_TRY(FromRocks(place_->status(), "read"));
  return DataLossError(fmt::format("piece {} of {} of window {} of {} of {} is missing", next.chunk,
                                   count, next.window, shelf_.set, shelf_.callee));
}

Result<std::vector<Block>> RocksCursor::NextBlocks() {
  std::vector<Block> blocks;
  for (size_t bytes = 0; blocks.size() < kBlocksPerTrip && bytes < kBytesPerTrip;) {
    BELLROCK_ASSIGN(const std::optional<RawBlock> raw, NextRaw());
    if (!raw) break;
    bytes += raw->bytes.size();
    BELLROCK_ASSIGN(CardTable table, DecodeTable(raw->bytes));
    blocks.push_back({shelf_, raw->entry.window, std::move(table)});
  }
  return blocks;
}

Result<std::vector<std::string>> FindCallees(rocksdb::DB& db, Grain grain, int64_t from, int64_t to,
                                             size_t limit) {
  std::set<std::string> callees;
  const auto place = NewIterator(db);
  const uint32_t last_era = EraOf(grain, std::max<int64_t>(to - 1, 0));
  for (place->Seek(EraPrefix(grain, EraOf(grain, from))); from < to && place->Valid();) {
    const auto shelf = ParseShelf(place->key().ToStringView());
    if (!shelf || shelf->grain != grain || shelf->era > last_era) break;
    const std::string callee(shelf->callee), prefix(shelf->prefix);
    std::string first = prefix;
    AppendBigEndian(static_cast<uint64_t>(from), first);
    place->Seek(first);
    if (place->Valid() && place->key().starts_with(prefix)) {
      const auto entry = ParseEntry(place->key().ToStringView().substr(prefix.size()));
      if (entry && entry->window < to) callees.insert(callee);
      if (callees.size() > limit) callees.erase(std::prev(callees.end()));
    }
    place->Seek(BehindShelf(prefix));
  }
  BELLROCK_TRY(FromRocks(place->status(), "read"));
  return std::vector<std::string>(callees.begin(), callees.end());
}

}  // namespace bellrock::metrics::store
