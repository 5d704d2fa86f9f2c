// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/store/rocks_key.h"
#include "metrics/store/store.h"

namespace rocksdb {
class DB;
class Iterator;
}  // namespace rocksdb

namespace bellrock::metrics::store {

// A block as it lies: its bytes, put together again, and the keys they lie under.
struct RawBlock {
  RocksEntry entry;  // with chunk 0
  std::string bytes;
  std::vector<std::string> keys;
};

// Reads the blocks of a shelf in their order, as they were when it was made. Calls block the
// thread; one at a time. Inside of RocksStore.
class RocksCursor {
 public:
  // Windows in [from, to), both from 0 to kWindowMax. `db` outlives it.
  RocksCursor(rocksdb::DB& db, Shelf shelf, int64_t from, int64_t to);
  ~RocksCursor();

  // None at the end. kDataLoss: a piece is missing.
  Result<std::optional<RawBlock>> NextRaw();
  // Further blocks, decoded, as much as is worth a change of threads; none at the end.
  Result<std::vector<Block>> NextBlocks();

 private:
  bool FindEra();
  std::optional<RocksEntry> Here() const;
  Status TakeChunks(RawBlock& block);

  const Shelf shelf_;
  int64_t from_;
  const int64_t to_;
  std::unique_ptr<rocksdb::Iterator> place_;
  std::string prefix_;  // of the shelf in the era that is read; empty: none yet
};

// Services with a block of `grain` in [from, to), ascending; at most `limit`.
Result<std::vector<std::string>> FindCallees(rocksdb::DB& db, Grain grain, int64_t from, int64_t to,
                                             size_t limit);

// The pieces of a block under their keys, ready to be put.
std::vector<std::pair<std::string, std::string>> ChunksOf(const Shelf& shelf, RocksEntry entry,
                                                          std::string_view bytes);

}  // namespace bellrock::metrics::store
