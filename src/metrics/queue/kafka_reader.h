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
#include "fiber/sync.h"
#include "metrics/queue/kafka_handle.h"
#include "metrics/queue/queue.h"

struct rd_kafka_topic_s;
struct rd_kafka_message_s;

namespace bellrock::metrics::queue::kafka {

// One partition read by offset, without a consumer group (who reads what is decided elsewhere, and
// in less time than a group takes). The brokers send ahead while reads follow one another; a read
// elsewhere begins a new stream. One read at a time, others wait in line. Lives on one loop.
class PartitionReader {
 public:
  // Both borrowed; `where` names brokers, topic and partition.
  PartitionReader(rd_kafka_s* consumer, rd_kafka_topic_s* topic, int32_t partition,
                  std::string where);
  ~PartitionReader();
  PartitionReader(const PartitionReader&) = delete;
  PartitionReader& operator=(const PartitionReader&) = delete;

  // What has come by `until`, at least one record if one comes. Blocks.
  Result<std::vector<Record>> Read(uint64_t from, size_t bytes_max, Time until);

 private:
  Status StartAt(uint64_t offset);
  void Stop();
  // The next record of the stream, nullopt if none is here now.
  Result<std::optional<Record>> Next();
  Result<std::vector<Record>> Collect(size_t bytes_max, Time until);

  rd_kafka_s* const consumer_;
  rd_kafka_topic_s* const topic_;
  const int32_t partition_;
  const std::string where_;
  std::unique_ptr<WatchedQueue> stream_;  // null: not begun
  uint64_t next_ = 0;                     // what the stream goes on with
  std::optional<Record> ahead_;           // taken from the stream, did not fit
  bool busy_ = false;
  fiber::WaitQueue free_;
};

}  // namespace bellrock::metrics::queue::kafka
