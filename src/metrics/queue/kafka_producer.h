// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "bellrock/status.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/queue/kafka_handle.h"

struct rd_kafka_message_s;

namespace bellrock::metrics::queue::kafka {

// An idempotent producer that waits for all replicas. Lives on one loop: librdkafka's threads only
// wake a fiber of it, which serves the delivery reports. Once it is broken, which librdkafka calls
// fatal, everything fails and its owner makes another.
class Producer {
 public:
  // Without those that this class is about.
  static Result<std::shared_ptr<Producer>> Make(Settings settings, Duration append_timeout);
  ~Producer();  // no append may be under way
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Blocks until all are acknowledged, or failed.
  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          const std::vector<std::string>& values, const std::string& where);
  bool broken() const { return broken_; }

 private:
  // One append. Stays until all of its reports have come, also if its fiber left.
  struct Delivery {
    size_t left = 0;
    size_t bytes = 0;
    int64_t first = -1;
    int error = 0;  // the first
    fiber::Event done;
  };

  Producer() = default;
  static void OnReport(rd_kafka_s*, const rd_kafka_message_s* message, void* opaque);
  void Report(const rd_kafka_message_s& message);
  Status CheckRoom(size_t records, size_t bytes, const std::string& where) const;
  void Serve();

  HandlePtr handle_;
  std::unique_ptr<WatchedQueue> reports_;
  std::unordered_map<uint64_t, std::shared_ptr<Delivery>> deliveries_;
  uint64_t last_delivery_ = 0;
  size_t bytes_ = 0;  // under way
  size_t records_ = 0;
  bool broken_ = false;
  fiber::JoinHandle server_;
};

}  // namespace bellrock::metrics::queue::kafka
