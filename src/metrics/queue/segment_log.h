// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/queue/partition_log.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue {

struct SegmentLogOptions {
  std::string directory = "";
  std::vector<Topic> topics{};
  uint64_t segment_bytes = 16 << 20;
  size_t queue_bytes_max = kQueueUnwrittenBytesMax;  // waiting to be written, per partition
};

// The embedded engine: DIRECTORY/TOPIC/PARTITION/log-OFFSET.seg (see PartitionLog). Topics are
// named when it is opened; those on disk that are not named stay there unread. A lock keeps a
// second process out; others reach it through QueueService. Lives on one loop.
class SegmentLog final : public Queue {
 public:
  // Blocks. kFailedPrecondition: another process has the directory; kDataLoss names file and
  // offset.
  static Result<std::unique_ptr<SegmentLog>> Open(fiber::Environment environment,
                                                  SegmentLogOptions options);
  ~SegmentLog() override;  // no call may be under way
  SegmentLog(const SegmentLog&) = delete;
  SegmentLog& operator=(const SegmentLog&) = delete;

  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override;
  Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition, uint64_t from,
                                   const ReadBounds& bounds) override;
  Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override;
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override;

  // Writes what waits, then refuses; readers that wait get kUnavailable.
  void Close();

  uint64_t bytes() const;  // on disk
  uint64_t syncs() const;

 private:
  using Partitions = std::vector<std::unique_ptr<PartitionLog>>;

  explicit SegmentLog(std::unique_ptr<fiber::FileLock> lock) : lock_(std::move(lock)) {}
  Result<PartitionLog*> Find(const std::string& topic, uint32_t partition);

  std::unique_ptr<fiber::FileLock> lock_;
  std::map<std::string, Partitions> topics_;
};

}  // namespace bellrock::metrics::queue
