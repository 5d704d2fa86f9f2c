// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/rocks_store.h"

#include <span>
#include <utility>

#include "fiber/fiber.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/disk_call.h"
#include "metrics/store/rocks_engine.h"

namespace bellrock::metrics::store {
Result<std::unique_ptr<RocksStore>> RocksStore::Open(const RocksOptions& options) {
  BELLROCK_ASSIGN(std::unique_ptr<Engine> engine,
                  OnDiskThread([&] { return Engine::Open(options); }));
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(engine)));
}

RocksStore::RocksStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

RocksStore::~RocksStore() = default;

Status RocksStore::Write(const Contribution& contribution, const std::vector<Block>& blocks) {
  BELLROCK_TRY(CheckBlocks(blocks));
  return OnDiskThread([&] { return engine_->Write(contribution, blocks); });
}

Status RocksStore::Scan(const Shelf& shelf, int64_t from, int64_t to,
                        const std::function<bool(const Block&)>& each) {
  const auto cursor = OnDiskThread([&] { return engine_->Read(shelf, from, to); });
  for (;;) {
    if (fiber::InFiber()) BELLROCK_TRY(fiber::CheckCurrent());
    BELLROCK_ASSIGN(const std::vector<Block> blocks,
                    OnDiskThread([&] { return cursor->NextBlocks(); }));
    if (blocks.empty()) return Status::Ok();
    for (const Block& block : blocks) {
      if (!each(block)) return Status::Ok();
    }
  }
}

Result<std::vector<std::string>> RocksStore::Callees(Grain grain, int64_t from, int64_t to,
                                                     size_t limit) {
  return OnDiskThread([&] { return engine_->Callees(grain, from, to, limit); });
}

Status RocksStore::Merge(const Shelf& shelf, int64_t window) {
  return OnDiskThread([&] { return engine_->Merge(shelf, window); });
}

Status RocksStore::MergeWindow(Grain grain, int64_t window, const std::vector<std::string>& sets) {
  BELLROCK_ASSIGN(const auto callees,
                  Callees(grain, window, window + WindowSecondsOf(grain), kMergedServicesMax));
  std::vector<Shelf> shelves;
  for (const std::string& set : sets) {  // as their keys ascend
    for (const std::string& callee : callees) shelves.push_back({grain, set, callee});
  }
  Status first;
  for (std::span<const Shelf> rest = shelves; !rest.empty();) {
    if (fiber::InFiber()) BELLROCK_TRY(fiber::CheckCurrent());
    const Status merged = OnDiskThread([&] { return engine_->MergeSome(rest, window); });
    if (first.ok()) first = merged;
  }
  return first;
}

Status RocksStore::Expire(Grain grain, int64_t before) {
  return OnDiskThread([&] { return engine_->Expire(grain, before); });
}

Status RocksStore::Put(const std::string& name, const std::string& value) {
  BELLROCK_TRY(CheckText(name, value));
  return OnDiskThread([&] { return engine_->Put(TextKey(name), value); });
}

Result<std::string> RocksStore::Get(const std::string& name) {
  Result<std::string> value = OnDiskThread([&] { return engine_->Get(TextKey(name)); });
  if (value.status().code() == StatusCode::kNotFound) return NoSuchText(name);
  return value;
}

Result<uint64_t> RocksStore::DiskBytes() {
  return OnDiskThread([&] { return engine_->DiskBytes(); });
}

}  // namespace bellrock::metrics::store
