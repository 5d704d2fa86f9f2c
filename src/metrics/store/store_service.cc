// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/store_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.h"
#include "metrics/bounds.h"
#include "metrics/store/disk_call.h"
#include "metrics/store/store_wire.h"

namespace bellrock::metrics::store {
namespace {

Result<std::vector<Block>> BlocksOf(const v1::StoreWriteRequest& request) {
  std::vector<Block> blocks;
  blocks.reserve(static_cast<size_t>(request.blocks_size()));
  for (const v1::StoreWriteRequest::Block& from : request.blocks()) {
    BELLROCK_ASSIGN(Shelf shelf, FromWire(from.shelf()));
    auto table = DecodeTable(from.table());
    if (!table.ok()) return table.status().WithContext("blocks.table");
    blocks.push_back({std::move(shelf), from.window(), *std::move(table)});
  }
  return blocks;
}

// Sends blocks as they are scanned, several in a reply.
class ScanReplies {
 public:
  explicit ScanReplies(Writer<v1::StoreScanReply>& writer) : writer_(writer) {}

  Status Add(const Block& block) {
    v1::StoreScanReply::Block& to = *reply_.add_blocks();
    to.set_window(block.window);
    to.set_table(OnDiskThread([&] { return EncodeTable(block.table); }));
    bytes_ += to.table().size();
    return bytes_ < kStoreServedScanBytes ? Status::Ok() : Flush();
  }
  Status Flush() {
    if (reply_.blocks_size() == 0) return Status::Ok();
    const Status written = writer_.Write(reply_);
    reply_.Clear();
    bytes_ = 0;
    return written;
  }

 private:
  Writer<v1::StoreScanReply>& writer_;
  v1::StoreScanReply reply_;
  size_t bytes_ = 0;
};

}  // namespace

Result<v1::StoreWriteReply> StoreService::Write(ServerContext&,
                                                const v1::StoreWriteRequest& request) {
  BELLROCK_ASSIGN(const auto blocks, OnDiskThread([&] { return BlocksOf(request); }));
  BELLROCK_TRY(store_.Write({request.partition(), request.cut()}, blocks));
  return v1::StoreWriteReply();
}

Status StoreService::Scan(ServerContext&, const v1::StoreScanRequest& request,
                          Writer<v1::StoreScanReply>& writer) {
  BELLROCK_ASSIGN(const Shelf shelf, FromWire(request.shelf()));
  if (scans_ >= kStoreServedScansMax) {
    return ResourceExhaustedError(
        fmt::format("{} scans are under way: ask again, or ask less at a time", scans_));
  }
  const Counted counted(scans_);
  ScanReplies replies(writer);
  Status sent;
  BELLROCK_TRY(store_.Scan(shelf, request.from(), request.to(), [&](const Block& block) {
    sent = replies.Add(block);
    return sent.ok();
  }));
  BELLROCK_TRY(sent);
  return replies.Flush();
}

Result<v1::StoreCalleesReply> StoreService::Callees(ServerContext&,
                                                    const v1::StoreCalleesRequest& request) {
  BELLROCK_ASSIGN(const Grain grain, GrainFromWire(request.grain()));
  const size_t limit = std::min<size_t>(request.limit(), kStoreServedCalleesMax);
  BELLROCK_ASSIGN(const auto callees, store_.Callees(grain, request.from(), request.to(), limit));
  v1::StoreCalleesReply reply;
  reply.mutable_callees()->Assign(callees.begin(), callees.end());
  return reply;
}

Result<v1::StoreMergeReply> StoreService::Merge(ServerContext&,
                                                const v1::StoreMergeRequest& request) {
  BELLROCK_ASSIGN(const Shelf shelf, FromWire(request.shelf()));
  BELLROCK_TRY(store_.Merge(shelf, request.window()));
  return v1::StoreMergeReply();
}

Result<v1::StoreExpireReply> StoreService::Expire(ServerContext&,
                                                  const v1::StoreExpireRequest& request) {
  BELLROCK_ASSIGN(const Grain grain, GrainFromWire(request.grain()));
  BELLROCK_TRY(store_.Expire(grain, request.before()));
  return v1::StoreExpireReply();
}

Result<v1::StorePutReply> StoreService::Put(ServerContext&, const v1::StorePutRequest& request) {
  BELLROCK_TRY(store_.Put(request.name(), request.value()));
  return v1::StorePutReply();
}

Result<v1::StoreGetReply> StoreService::Get(ServerContext&, const v1::StoreGetRequest& request) {
  BELLROCK_ASSIGN(std::string value, store_.Get(request.name()));
  v1::StoreGetReply reply;
  reply.set_value(std::move(value));
  return reply;
}

}  // namespace bellrock::metrics::store
