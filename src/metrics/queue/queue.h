// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/bounds.h"

namespace bellrock::metrics::queue {

// What must be there when a queue is opened.
struct Topic {
  std::string name;         // lower-case letters, digits, '-', '_', '.'; begins with a letter
  uint32_t partitions = 1;  // 1..kQueuePartitionsMax
  // Kept per partition; the oldest records beyond it go, read or not.
  uint64_t partition_bytes_max = kQueuePartitionBytesDefault;
};
// kInvalidArgument names the field and the remedy.
Status CheckTopics(const std::vector<Topic>& topics);

struct Record {
  uint64_t offset = 0;
  std::string value;
};

struct Offsets {
  uint64_t begin = 0;  // the oldest that is kept
  uint64_t end = 0;    // one past the newest
};

struct ReadBounds {
  size_t bytes_max = 4 << 20;   // one record is given however large it is
  Duration wait = Duration(0);  // for the first record, if there is none yet
};

// Partitioned logs that peaks pile up in (OCTO-061). Offsets of a partition ascend, and may have
// gaps. Whoever reads keeps its own offset. All calls block the fiber. Errors: kUnavailable (try
// again: an append may then be there twice, and readers must know a record again), kNotFound (no
// such topic or partition), kOutOfRange (a read before `begin` or behind `end`; the message tells
// them), kResourceExhausted (full; nothing was taken), kInvalidArgument (no record, or one of more
// than kQueueRecordBytesMax), kDataLoss (records that were kept cannot be read; the message says
// where).
class Queue {
 public:
  virtual ~Queue() = default;
  // Durable when it returns. The offset of the first of `values`, which lie there in this order.
  virtual Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                                  std::vector<std::string> values) = 0;
  // Records at or after `from`, ascending; none if `wait` passes without one.
  virtual Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition,
                                           uint64_t from, const ReadBounds& bounds) = 0;
  virtual Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) = 0;
  // What lies before `offset`, at most `end`, is no longer wanted; it may stay for a while.
  virtual Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) = 0;
};

}  // namespace bellrock::metrics::queue
