// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "metrics/store/store.h"

namespace bellrock::metrics::store {

struct RocksOptions {
  std::string directory;  // made if it is not there
  size_t cache_bytes = 64 << 20;
  size_t write_buffer_bytes = 32 << 20;
};

// Keeps blocks in RocksDB, in a directory of its own: the store of one machine (OCTO-069). Windows
// of one era (EraSecondsOf) lie together, so that forgetting them drops whole files, and what is
// old is not written over and over. Blocks are packed already and are not packed twice.
//
// A write is one synced batch for each kBatchBytes, in whole blocks. A merge lies in one batch: the
// merged block, the list of what it holds, and the removal of those. Merges and writes exclude each
// other, so that a contribution is either in the list or beside it, never both.
//
// Any loop. RocksDB's calls run on the disk threads (fiber/disk_pool.h), decoding too.
class RocksStore final : public Store {
 public:
  // Blocks. kFailedPrecondition: another process has the directory open.
  static Result<std::unique_ptr<RocksStore>> Open(const RocksOptions& options);
  ~RocksStore() override;

  Status Write(const Contribution& contribution, const std::vector<Block>& blocks) override;
  Status Scan(const Shelf& shelf, int64_t from, int64_t to,
              const std::function<bool(const Block&)>& each) override;
  Result<std::vector<std::string>> Callees(Grain grain, int64_t from, int64_t to,
                                           size_t limit) override;
  Status Merge(const Shelf& shelf, int64_t window) override;
  // Many shelves in one synced batch, instead of one for each.
  Status MergeWindow(Grain grain, int64_t window, const std::vector<std::string>& sets) override;
  Status Expire(Grain grain, int64_t before) override;
  Status Put(const std::string& name, const std::string& value) override;
  Result<std::string> Get(const std::string& name) override;

  // What lies on the disk once all that is in memory is written out too. Blocks.
  Result<uint64_t> DiskBytes();

 private:
  class Engine;
  explicit RocksStore(std::unique_ptr<Engine> engine);

  const std::unique_ptr<Engine> engine_;
};

}  // namespace bellrock::metrics::store
