// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/remote_store.h"

#include <algorithm>
#include <utility>

#include "metrics/bounds.h"
#include "metrics/store/block_rules.h"
#include "metrics/store/disk_call.h"
#include "metrics/store/store_wire.h"

namespace bellrock::metrics::store {
namespace {

// What an answer may take: a batch and its sync on a busy disk, and megabytes on the wire.
constexpr Duration kAnswerTime = std::chrono::seconds(30);
// Of a whole scan, however many replies it takes.
constexpr Duration kScanTime = std::chrono::minutes(2);

Status AgainIfLate(Status status) {
  if (status.code() != StatusCode::kDeadlineExceeded) return status;
  return UnavailableError("the store's server did not answer in time").WithCause(status);
}

CallOptions Within(Duration time) {
  return {.timeout = time};
}

// The next request of at most kBatchBytes, or one block however large it is.
v1::StoreWriteRequest NextRequest(const Contribution& contribution,
                                  const std::vector<Block>& blocks, size_t& next) {
  v1::StoreWriteRequest request;
  request.set_partition(contribution.partition);
  request.set_cut(contribution.cut);
  for (size_t bytes = 0; next < blocks.size() && bytes < kBatchBytes; ++next) {
    v1::StoreWriteRequest::Block& to = *request.add_blocks();
    *to.mutable_shelf() = ToWire(blocks[next].shelf);
    to.set_window(blocks[next].window);
    to.set_table(EncodeTable(blocks[next].table));
    bytes += to.table().size();
  }
  return request;
}

// Why a scan ends early without an error: who asked has enough.
enum class Go : uint8_t { kOn, kEnough };

Result<Go> Give(const Shelf& shelf, const v1::StoreScanReply& reply,
                const std::function<bool(const Block&)>& each) {
  for (const v1::StoreScanReply::Block& from : reply.blocks()) {
    auto table = OnDiskThread([&] { return DecodeTable(from.table()); });
    if (!table.ok()) {
      return DataLossError("the store's server sent a table that cannot be read")
          .WithCause(table.status());
    }
    if (!each({shelf, from.window(), *std::move(table)})) return Go::kEnough;
  }
  return Go::kOn;
}

}  // namespace

Status RemoteStore::Write(const Contribution& contribution, const std::vector<Block>& blocks) {
  BELLROCK_TRY(CheckBlocks(blocks));
  for (size_t next = 0; next < blocks.size();) {
    const auto request = OnDiskThread([&] { return NextRequest(contribution, blocks, next); });
    BELLROCK_TRY(AgainIfLate(stub_.Write(request, Within(kAnswerTime)).status()));
  }
  return Status::Ok();
}

Status RemoteStore::Scan(const Shelf& shelf, int64_t from, int64_t to,
                         const std::function<bool(const Block&)>& each) {
  v1::StoreScanRequest request;
  *request.mutable_shelf() = ToWire(shelf);
  request.set_from(from);
  request.set_to(to);
  auto reader = stub_.Scan(request, Within(kScanTime));
  BELLROCK_TRY(AgainIfLate(reader.status()));
  for (;;) {
    v1::StoreScanReply reply;
    const auto more = reader->Read(reply);
    BELLROCK_TRY(AgainIfLate(more.status()));
    if (!*more) return Status::Ok();
    BELLROCK_ASSIGN(const Go go, Give(shelf, reply, each));
    if (go == Go::kEnough) return Status::Ok();
  }
}

Result<std::vector<std::string>> RemoteStore::Callees(Grain grain, int64_t from, int64_t to,
                                                      size_t limit) {
  v1::StoreCalleesRequest request;
  request.set_grain(static_cast<uint32_t>(grain));
  request.set_from(from);
  request.set_to(to);
  request.set_limit(static_cast<uint32_t>(std::min(limit, kStoreServedCalleesMax)));
  const auto reply = stub_.Callees(request, Within(kAnswerTime));
  BELLROCK_TRY(AgainIfLate(reply.status()));
  return std::vector<std::string>(reply->callees().begin(), reply->callees().end());
}

Status RemoteStore::Merge(const Shelf& shelf, int64_t window) {
  v1::StoreMergeRequest request;
  *request.mutable_shelf() = ToWire(shelf);
  request.set_window(window);
  return AgainIfLate(stub_.Merge(request, Within(kAnswerTime)).status());
}

Status RemoteStore::Expire(Grain grain, int64_t before) {
  v1::StoreExpireRequest request;
  request.set_grain(static_cast<uint32_t>(grain));
  request.set_before(before);
  return AgainIfLate(stub_.Expire(request, Within(kAnswerTime)).status());
}

Status RemoteStore::Put(const std::string& name, const std::string& value) {
  BELLROCK_TRY(CheckText(name, value));
  v1::StorePutRequest request;
  request.set_name(name);
  request.set_value(value);
  return AgainIfLate(stub_.Put(request, Within(kAnswerTime)).status());
}

Result<std::string> RemoteStore::Get(const std::string& name) {
  v1::StoreGetRequest request;
  request.set_name(name);
  auto reply = stub_.Get(request, Within(kAnswerTime));
  BELLROCK_TRY(AgainIfLate(reply.status()));
  return std::move(*reply->mutable_value());
}

}  // namespace bellrock::metrics::store
