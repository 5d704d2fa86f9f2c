// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/segment_log.h"

#include <fmt/format.h>

#include <utility>

namespace bellrock::metrics::queue {
namespace {

// No topic's name begins with a dot.
constexpr char kLockName[] = "/.lock";

}  // namespace

Result<std::unique_ptr<SegmentLog>> SegmentLog::Open(fiber::Environment environment,
                                                     SegmentLogOptions options) {
  BELLROCK_TRY(CheckTopics(options.topics));
  BELLROCK_TRY(environment.disk.CreateDirectories(options.directory));
  BELLROCK_ASSIGN(auto lock, environment.disk.Lock(options.directory + kLockName));
  auto log = std::unique_ptr<SegmentLog>(new SegmentLog(std::move(lock)));
  for (const Topic& topic : options.topics) {
    Partitions& partitions = log->topics_[topic.name];
    for (uint32_t i = 0; i < topic.partitions; ++i) {
      PartitionOptions partition;
      partition.directory = fmt::format("{}/{}/{}", options.directory, topic.name, i);
      partition.bytes_max = topic.partition_bytes_max;
      partition.segment_bytes = options.segment_bytes;
      partition.queue_bytes_max = options.queue_bytes_max;
      BELLROCK_ASSIGN(auto opened, PartitionLog::Open(environment, std::move(partition)));
      partitions.push_back(std::move(opened));
    }
  }
  return log;
}

SegmentLog::~SegmentLog() {
  Close();
}

Result<PartitionLog*> SegmentLog::Find(const std::string& topic, uint32_t partition) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) {
    return NotFoundError(fmt::format("topic \"{}\": the queue was opened without it", topic));
  }
  if (partition >= found->second.size()) {
    return NotFoundError(fmt::format("topic \"{}\" has no partition {}: it has 0..{}", topic,
                                     partition, found->second.size() - 1));
  }
  return found->second[partition].get();
}

Result<uint64_t> SegmentLog::Append(const std::string& topic, uint32_t partition,
                                    std::vector<std::string> values) {
  BELLROCK_ASSIGN(PartitionLog * log, Find(topic, partition));
  return log->Append(std::move(values));
}

Result<std::vector<Record>> SegmentLog::Read(const std::string& topic, uint32_t partition,
                                             uint64_t from, const ReadBounds& bounds) {
  BELLROCK_ASSIGN(PartitionLog * log, Find(topic, partition));
  return log->Read(from, bounds);
}

Result<Offsets> SegmentLog::OffsetsOf(const std::string& topic, uint32_t partition) {
  BELLROCK_ASSIGN(const PartitionLog* log, Find(topic, partition));
  return log->offsets();
}

Status SegmentLog::Trim(const std::string& topic, uint32_t partition, uint64_t offset) {
  BELLROCK_ASSIGN(PartitionLog * log, Find(topic, partition));
  return log->Trim(offset);
}

void SegmentLog::Close() {
  for (const auto& [name, partitions] : topics_) {
    for (const auto& partition : partitions) partition->Close();
  }
}

uint64_t SegmentLog::bytes() const {
  uint64_t bytes = 0;
  for (const auto& [name, partitions] : topics_) {
    for (const auto& partition : partitions) bytes += partition->bytes();
  }
  return bytes;
}

uint64_t SegmentLog::syncs() const {
  uint64_t syncs = 0;
  for (const auto& [name, partitions] : topics_) {
    for (const auto& partition : partitions) syncs += partition->syncs();
  }
  return syncs;
}

}  // namespace bellrock::metrics::queue
