// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/remote_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "metrics/bounds.h"

namespace bellrock::metrics::queue {
namespace {

// What an answer may take beside the wait that was asked for: a sync of a busy disk and megabytes
// on the wire.
constexpr Duration kAnswerTime = std::chrono::seconds(10);
constexpr Duration kServedWait = std::chrono::seconds(kQueueServedWaitSeconds);

v1::QueueReadRequest ReadRequest(const std::string& topic, uint32_t partition, uint64_t from,
                                 size_t bytes_max, Duration wait) {
  v1::QueueReadRequest request;
  request.set_topic(topic);
  request.set_partition(partition);
  request.set_from(from);
  request.set_bytes_max(std::max<size_t>(bytes_max, 1));
  request.set_wait_ms(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
  return request;
}

// To whoever asks it is the same as no answer: it may have been done.
Status AgainIfLate(Status status) {
  if (status.code() != StatusCode::kDeadlineExceeded) return status;
  return UnavailableError("the queue's server did not answer in time").WithCause(status);
}

std::vector<Record> RecordsOf(v1::QueueReadReply& reply) {
  std::vector<Record> records;
  records.reserve(static_cast<size_t>(reply.records_size()));
  for (v1::QueueReadReply::Record& record : *reply.mutable_records()) {
    records.push_back({record.offset(), std::move(*record.mutable_value())});
  }
  return records;
}

}  // namespace

Result<uint64_t> RemoteQueue::Append(const std::string& topic, uint32_t partition,
                                     std::vector<std::string> values) {
  v1::QueueAppendRequest request;
  request.set_topic(topic);
  request.set_partition(partition);
  request.mutable_values()->Assign(std::make_move_iterator(values.begin()),
                                   std::make_move_iterator(values.end()));
  const auto reply = stub_.Append(request, {.timeout = kAnswerTime, .attempts = 1});
  BELLROCK_TRY(AgainIfLate(reply.status()));
  return reply->offset();
}

Result<std::vector<Record>> RemoteQueue::Read(const std::string& topic, uint32_t partition,
                                              uint64_t from, const ReadBounds& bounds) {
  const Time begun = clock_.Now();
  for (;;) {
    // A server waits for so long at most; a longer wait is asked for in parts.
    const Duration left = std::max(bounds.wait - (clock_.Now() - begun), Duration(0));
    const Duration wait = std::min(left, kServedWait);
    auto reply = stub_.Read(ReadRequest(topic, partition, from, bounds.bytes_max, wait),
                            {.timeout = wait + kAnswerTime});
    BELLROCK_TRY(AgainIfLate(reply.status()));
    if (reply->records_size() > 0 || wait == left) return RecordsOf(*reply);
  }
}

Result<Offsets> RemoteQueue::OffsetsOf(const std::string& topic, uint32_t partition) {
  v1::QueueOffsetsRequest request;
  request.set_topic(topic);
  request.set_partition(partition);
  const auto reply = stub_.Offsets(request, {.timeout = kAnswerTime});
  BELLROCK_TRY(AgainIfLate(reply.status()));
  return Offsets{reply->begin(), reply->end()};
}

Status RemoteQueue::Trim(const std::string& topic, uint32_t partition, uint64_t offset) {
  v1::QueueTrimRequest request;
  request.set_topic(topic);
  request.set_partition(partition);
  request.set_offset(offset);
  return AgainIfLate(stub_.Trim(request, {.timeout = kAnswerTime}).status());
}

}  // namespace bellrock::metrics::queue
