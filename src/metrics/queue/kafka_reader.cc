// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/kafka_reader.h"

#include <librdkafka/rdkafka.h>

#include <utility>

#include "fiber/disk_pool.h"
#include "fiber/fiber.h"

namespace bellrock::metrics::queue::kafka {
namespace {

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using MessagePtr = std::unique_ptr<rd_kafka_message_t, MessageDeleter>;

// Takes the reader, and leaves it for the next in line.
class Turn {
 public:
  Turn(bool& busy, fiber::WaitQueue& free) : busy_(busy), free_(free) { busy_ = true; }
  ~Turn() {
    busy_ = false;
    free_.WakeOne();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  bool& busy_;
  fiber::WaitQueue& free_;
};

}  // namespace

PartitionReader::PartitionReader(rd_kafka_s* consumer, rd_kafka_topic_s* topic, int32_t partition,
                                 std::string where)
    : consumer_(consumer), topic_(topic), partition_(partition), where_(std::move(where)) {}

PartitionReader::~PartitionReader() {
  Stop();
}

Result<std::vector<Record>> PartitionReader::Read(uint64_t from, size_t bytes_max, Time until) {
  while (busy_) BELLROCK_TRY(free_.Wait());
  const Turn turn(busy_, free_);
  if (stream_ == nullptr || next_ != from) BELLROCK_TRY(StartAt(from));
  auto records = Collect(bytes_max, until);
  // Where the stream stands is not known then.
  if (!records.ok()) Stop();
  return records;
}

Status PartitionReader::StartAt(uint64_t offset) {
  Stop();
  // A queue of its own: nothing of an earlier stream can come out of it.
  auto stream = std::make_unique<WatchedQueue>(rd_kafka_queue_new(consumer_));
  if (rd_kafka_consume_start_queue(topic_, partition_, static_cast<int64_t>(offset),
                                   stream->get()) != 0) {
    return StatusOf(rd_kafka_last_error(), where_);
  }
  stream_ = std::move(stream);
  next_ = offset;
  return Status::Ok();
}

void PartitionReader::Stop() {
  ahead_.reset();
  if (stream_ == nullptr) return;
  // Waits for librdkafka's own thread.
  fiber::RunOnDiskThread([this] { rd_kafka_consume_stop(topic_, partition_); });
  stream_.reset();
}

Result<std::vector<Record>> PartitionReader::Collect(size_t bytes_max, Time until) {
  std::vector<Record> records;
  size_t bytes = 0;
  for (;;) {
    stream_->Forget();
    BELLROCK_ASSIGN(std::optional<Record> record, Next());
    if (record) {
      bytes += record->value.size();
      if (!records.empty() && bytes > bytes_max) {
        ahead_ = std::move(record);
        return records;
      }
      next_ = record->offset + 1;
      records.push_back(std::move(*record));
      continue;
    }
    if (!records.empty() || fiber::Loop::Current()->Now() >= until) return records;
    if (!stream_->Await(until).ok()) BELLROCK_TRY(fiber::CheckCurrent());
  }
}

Result<std::optional<Record>> PartitionReader::Next() {
  if (ahead_) return std::exchange(ahead_, std::nullopt);
  for (;;) {
    const MessagePtr message(rd_kafka_consume_queue(stream_->get(), 0));
    if (message == nullptr) return std::optional<Record>();
    BELLROCK_TRY(StatusOf(message->err, where_,
                          message->err == 0 ? nullptr : rd_kafka_message_errstr(message.get())));
    const auto offset = static_cast<uint64_t>(message->offset);
    // Brokers send whole batches, also what lies before the offset asked for.
    if (offset < next_) continue;
    return std::optional(
        Record{offset, std::string(static_cast<const char*>(message->payload), message->len)});
  }
}

}  // namespace bellrock::metrics::queue::kafka
