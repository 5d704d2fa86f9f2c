// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/memory_queue.h"

#include <fmt/format.h>

namespace bellrock::metrics::queue {

Result<uint64_t> MemoryQueue::Append(const std::string& topic, uint32_t partition,
                                     std::vector<std::string> values) {
  size_t bytes = 0;
  for (const std::string& value : values) bytes += value.size();
  if (bytes_ + bytes > bytes_max_) {
    return ResourceExhaustedError(fmt::format(
        "the queue in memory holds {} of {} bytes and its readers are behind; give the server a "
        "data directory",
        bytes_, bytes_max_));
  }
  bytes_ += bytes;
  Log& log = LogOf(topic, partition);
  const uint64_t first = log.end();
  for (std::string& value : values) log.values.push_back(std::move(value));
  log.appended.WakeAll();
  return first;
}

Result<std::vector<Record>> MemoryQueue::Read(const std::string& topic, uint32_t partition,
                                              uint64_t from, const ReadBounds& bounds) {
  Log& log = LogOf(topic, partition);
  if (from >= log.end() && bounds.wait > Duration(0)) {
    const Status woken = log.appended.Wait(clock_.Now() + bounds.wait);
    if (woken.code() == StatusCode::kCancelled) return woken;
  }
  if (from < log.begin) {
    return OutOfRangeError(fmt::format("{} {}: offset {} is gone; the oldest kept is {}", topic,
                                       partition, from, log.begin));
  }
  std::vector<Record> records;
  size_t bytes = 0;
  for (uint64_t offset = from; offset < log.end(); ++offset) {
    const std::string& value = log.values[offset - log.begin];
    if (!records.empty() && bytes + value.size() > bounds.bytes_max) break;
    bytes += value.size();
    records.push_back({offset, value});
  }
  return records;
}

Result<Offsets> MemoryQueue::OffsetsOf(const std::string& topic, uint32_t partition) {
  const Log& log = LogOf(topic, partition);
  return Offsets{log.begin, log.end()};
}

Status MemoryQueue::Trim(const std::string& topic, uint32_t partition, uint64_t offset) {
  Log& log = LogOf(topic, partition);
  while (log.begin < offset && !log.values.empty()) {
    bytes_ -= log.values.front().size();
    log.values.pop_front();
    ++log.begin;
  }
  return Status::Ok();
}

}  // namespace bellrock::metrics::queue
