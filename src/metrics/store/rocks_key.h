// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/store/store.h"

// How rows of RocksStore are named, so that what is read together lies together and what is
// forgotten together is a range. A block's keys sort by grain, era, set, callee, window, kind,
// contribution, chunk. Pure.
namespace bellrock::metrics::store {

enum class RocksKind : uint8_t {
  kInMerged = 0,  // the contributions that the merged block holds
  kMerged = 1,
  kContribution = 2,
};

struct RocksEntry {
  int64_t window = 0;
  RocksKind kind = RocksKind::kContribution;
  Contribution contribution;  // {} of a merged block
  uint32_t chunk = 0;

  friend bool operator==(const RocksEntry&, const RocksEntry&) = default;
};

// What all keys of a grain's era begin with, and those of a shelf in it.
std::string EraPrefix(Grain grain, uint32_t era);
std::string ShelfPrefix(const Shelf& shelf, uint32_t era);
// The first key of the shelf with this window or a later one of its era.
std::string WindowKey(const Shelf& shelf, int64_t window);
std::string EntryKey(const Shelf& shelf, const RocksEntry& entry);
// Where the keys behind a shelf's begin.
std::string BehindShelf(std::string_view shelf_prefix);

// Of a key of a block.
struct RocksShelfKey {
  Grain grain = Grain::kMinute;
  uint32_t era = 0;
  std::string_view callee;
  std::string_view prefix;  // ShelfPrefix()
};
std::optional<RocksShelfKey> ParseShelf(std::string_view key);
// The part behind a shelf's prefix.
std::optional<RocksEntry> ParseEntry(std::string_view rest);

// Keys that are no block's.
std::string TextKey(const std::string& name);
std::string ForgottenKey(Grain grain);

}  // namespace bellrock::metrics::store
