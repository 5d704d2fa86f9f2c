// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue {

struct KafkaOptions {
  std::vector<std::string> brokers{};  // "host:port", some of the cluster's
  std::vector<Topic> topics{};         // those that are missing are made
  int replicas = -1;                   // of a topic that is made; -1: what the brokers are set to
  // An append that has not been acknowledged by all replicas then fails; a read, or whatever else
  // is asked of the brokers, that has no answer.
  Duration append_timeout = std::chrono::seconds(10);
  Duration ask_timeout = std::chrono::seconds(5);
  // Further settings of librdkafka by its own names: "security.protocol", "sasl.username", ...
  std::vector<std::pair<std::string, std::string>> settings{};
};

// Kafka, by librdkafka. Partitions are read by offset and without consumer groups, whose failover
// takes at least 6 s; appends are idempotent and wait for all replicas. Retention and Trim are the
// brokers' work. Lives on one loop; librdkafka's threads only wake its fibers. Errors name brokers,
// topic and partition.
class KafkaQueue final : public Queue {
 public:
  // Blocks. kUnavailable: no broker answers; kFailedPrecondition: a topic has fewer partitions than
  // are wanted; kInvalidArgument names the option.
  static Result<std::unique_ptr<KafkaQueue>> Open(KafkaOptions options);
  ~KafkaQueue() override;  // blocks; no call may be under way
  KafkaQueue(const KafkaQueue&) = delete;
  KafkaQueue& operator=(const KafkaQueue&) = delete;

  // The records of one append may have others between them.
  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          std::vector<std::string> values) override;
  // Of one partition one at a time, others wait in line.
  Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition, uint64_t from,
                                   const ReadBounds& bounds) override;
  Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) override;
  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) override;

 private:
  class Core;
  explicit KafkaQueue(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::metrics::queue
