// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fiber/environment.h"
#include "fiber/sync.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue {

// A queue that ends with its process, for control planes without a directory and for simulations.
// Any topic and partition exists. At the bound appends are refused. Lives on one loop.
class MemoryQueue final : public Queue {
 public:
  static constexpr size_t kBytesMaxDefault = size_t{256} << 20;

  // The clock is borrowed.
  explicit MemoryQueue(fiber::Clock& clock, size_t bytes_max = kBytesMaxDefault)
      : clock_(clock), bytes_max_(bytes_max) {}

  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override;
  Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition, uint64_t from,
                                   const ReadBounds& bounds) override;
  Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override;
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override;

 private:
  struct Log {
    uint64_t begin = 0;
    std::deque<std::string> values;
    fiber::WaitQueue appended;
    uint64_t end() const { return begin + values.size(); }
  };
  Log& LogOf(const std::string& topic, uint32_t partition) { return logs_[{topic, partition}]; }

  fiber::Clock& clock_;
  const size_t bytes_max_;
  size_t bytes_ = 0;
  std::map<std::pair<std::string, uint32_t>, Log> logs_;
};

}  // namespace bellrock::metrics::queue
