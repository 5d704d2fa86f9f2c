// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_key.h"

#include "metrics/store/big_endian.h"
#include "metrics/store/block_rules.h"

namespace bellrock::metrics::store {
namespace {

constexpr char kBlocks = 'B';
constexpr char kForgotten = 'F';
constexpr char kTexts = 'T';

constexpr size_t kEraPrefixBytes = 2 + sizeof(uint32_t);
constexpr size_t kKindAt = sizeof(uint64_t);
constexpr size_t kPartitionAt = kKindAt + 1;
constexpr size_t kCutAt = kPartitionAt + sizeof(uint32_t);
constexpr size_t kChunkAt = kCutAt + sizeof(uint64_t);
constexpr size_t kEntryBytes = kChunkAt + sizeof(uint32_t);

}  // namespace

std::string EraPrefix(Grain grain, uint32_t era) {
  std::string key{kBlocks, static_cast<char>(grain)};
  AppendBigEndian(era, key);
  return key;
}

std::string ShelfPrefix(const Shelf& shelf, uint32_t era) {
  std::string key = EraPrefix(shelf.grain, era);
  key.append(shelf.set).push_back('\0');
  key.append(shelf.callee).push_back('\0');
  return key;
}

std::string WindowKey(const Shelf& shelf, int64_t window) {
  std::string key = ShelfPrefix(shelf, EraOf(shelf.grain, window));
  AppendBigEndian(static_cast<uint64_t>(window), key);
  return key;
}

std::string EntryKey(const Shelf& shelf, const RocksEntry& entry) {
  std::string key = WindowKey(shelf, entry.window);
  key.push_back(static_cast<char>(entry.kind));
  AppendBigEndian(entry.contribution.partition, key);
  AppendBigEndian(entry.contribution.cut, key);
  AppendBigEndian(entry.chunk, key);
  return key;
}

std::string BehindShelf(std::string_view shelf_prefix) {
  // A window's first byte is 0: they stay below kWindowMax.
  return std::string(shelf_prefix) + '\x01';
}

std::optional<RocksShelfKey> ParseShelf(std::string_view key) {
  if (key.size() < kEraPrefixBytes || key[0] != kBlocks) return std::nullopt;
  const auto grain = static_cast<unsigned char>(key[1]);
  const size_t set_end = key.find('\0', kEraPrefixBytes);
  if (grain > static_cast<unsigned char>(Grain::kDay) || set_end == key.npos) return std::nullopt;
  const size_t callee_end = key.find('\0', set_end + 1);
  if (callee_end == key.npos) return std::nullopt;
  return RocksShelfKey{static_cast<Grain>(grain), ReadBigEndian<uint32_t>(key.substr(2)),
                       key.substr(set_end + 1, callee_end - set_end - 1),
                       key.substr(0, callee_end + 1)};
}

std::optional<RocksEntry> ParseEntry(std::string_view rest) {
  if (rest.size() != kEntryBytes) return std::nullopt;
  const auto kind = static_cast<unsigned char>(rest[kKindAt]);
  if (kind > static_cast<unsigned char>(RocksKind::kContribution)) return std::nullopt;
  return RocksEntry{static_cast<int64_t>(ReadBigEndian<uint64_t>(rest)),
                    static_cast<RocksKind>(kind),
                    {ReadBigEndian<uint32_t>(rest.substr(kPartitionAt)),
                     ReadBigEndian<uint64_t>(rest.substr(kCutAt))},
                    ReadBigEndian<uint32_t>(rest.substr(kChunkAt))};
}

std::string TextKey(const std::string& name) {
  return kTexts + name;
}

std::string ForgottenKey(Grain grain) {
  return {kForgotten, static_cast<char>(grain)};
}

}  // namespace bellrock::metrics::store
