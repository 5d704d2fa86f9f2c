// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/queue_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/counted.h"

namespace bellrock::metrics::queue {
namespace {

ReadBounds BoundsOf(const v1::QueueReadRequest& request) {
  constexpr int64_t kWaitMsMax = int64_t{kQueueServedWaitSeconds} * 1000;
  ReadBounds bounds;
  bounds.bytes_max = std::min<uint64_t>(request.bytes_max(), kQueueServedReadBytesMax);
  if (request.bytes_max() == 0) bounds.bytes_max = kQueueServedReadBytesMax;
  bounds.wait = std::chrono::milliseconds(std::clamp<int64_t>(request.wait_ms(), 0, kWaitMsMax));
  return bounds;
}

}  // namespace

Result<v1::QueueAppendReply> QueueService::Append(ServerContext&,
                                                  const v1::QueueAppendRequest& request) {
  std::vector<std::string> values(request.values().begin(), request.values().end());
  BELLROCK_ASSIGN(const uint64_t offset,
                  queue_.Append(request.topic(), request.partition(), std::move(values)));
  v1::QueueAppendReply reply;
  reply.set_offset(offset);
  return reply;
}

Result<v1::QueueReadReply> QueueService::Read(ServerContext&, const v1::QueueReadRequest& request) {
  const ReadBounds bounds = BoundsOf(request);
  const bool waits = bounds.wait > Duration(0);
  if (waits && waiting_ >= kQueueWaitingReadersMax) {
    return ResourceExhaustedError(fmt::format(
        "wait_ms {}: {} readers wait already: ask without waiting, or use fewer readers",
        request.wait_ms(), waiting_));
  }
  int without_wait = 0;
  const Counted counted(waits ? waiting_ : without_wait);
  BELLROCK_ASSIGN(std::vector<Record> records,
                  queue_.Read(request.topic(), request.partition(), request.from(), bounds));
  v1::QueueReadReply reply;
  for (Record& record : records) {
    v1::QueueReadReply::Record& to = *reply.add_records();
    to.set_offset(record.offset);
    to.set_value(std::move(record.value));
  }
  return reply;
}

Result<v1::QueueOffsetsReply> QueueService::Offsets(ServerContext&,
                                                    const v1::QueueOffsetsRequest& request) {
  BELLROCK_ASSIGN(const auto offsets, queue_.OffsetsOf(request.topic(), request.partition()));
  v1::QueueOffsetsReply reply;
  reply.set_begin(offsets.begin);
  reply.set_end(offsets.end);
  return reply;
}

Result<v1::QueueTrimReply> QueueService::Trim(ServerContext&, const v1::QueueTrimRequest& request) {
  BELLROCK_TRY(queue_.Trim(request.topic(), request.partition(), request.offset()));
  return v1::QueueTrimReply();
}

}  // namespace bellrock::metrics::queue
