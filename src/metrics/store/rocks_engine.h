// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "metrics/store/contribution_set.h"
#include "metrics/store/rocks_cursor.h"
#include "metrics/store/rocks_store.h"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace bellrock::metrics::store {

// RocksStore's calls as they run on a disk thread: each blocks the thread. Any thread.
class RocksStore::Engine {
 public:
  static Result<std::unique_ptr<Engine>> Open(const RocksOptions& options);
  ~Engine();

  Status Write(const Contribution& contribution, const std::vector<Block>& blocks);
  // Reads [from, to) but for what is forgotten.
  std::unique_ptr<RocksCursor> Read(const Shelf& shelf, int64_t from, int64_t to);
  Result<std::vector<std::string>> Callees(Grain grain, int64_t from, int64_t to, size_t limit);
  Status Merge(const Shelf& shelf, int64_t window);
  // Merges the first of `shelves`, as many as may keep writes waiting, and takes them off it. Goes
  // on where one fails; the first error.
  Status MergeSome(std::span<const Shelf>& shelves, int64_t window);
  Status Expire(Grain grain, int64_t before);
  Status Put(const std::string& key, const std::string& value);
  Result<std::string> Get(const std::string& key);
  Result<uint64_t> DiskBytes();

 private:
  explicit Engine(std::unique_ptr<rocksdb::DB> db);

  Status LoadForgotten();
  int64_t FirstKept(Grain grain, int64_t from) const;
  Result<ContributionSet> InMerged(const Shelf& shelf, int64_t window);
  // What the merge comes to is added to `batch`; nothing where there is nothing to merge.
  Status MergeInto(const Shelf& shelf, int64_t window, rocksdb::WriteBatch& batch);
  Status Commit(rocksdb::WriteBatch& batch);
  Status Forget(Grain grain, int64_t before);
  Status DropEras(Grain grain, uint32_t first_kept);

  const std::unique_ptr<rocksdb::DB> db_;
  std::shared_mutex merging_;  // held alone by a merge, together by writes
  std::array<std::atomic<int64_t>, 4> forgotten_before_{};
};

}  // namespace bellrock::metrics::store
