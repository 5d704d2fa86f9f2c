// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/loop.h"
#include "fiber/sync.h"

// librdkafka's, whose header only our .cc files include.
struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_queue_s;
struct rd_kafka_op_s;

// What the parts of KafkaQueue share: handles that are destroyed, errors that are named, and
// waiting for librdkafka's threads without blocking the loop's.
namespace bellrock::metrics::queue::kafka {

// Of librdkafka's configuration: "linger.ms" -> "2".
using Settings = std::vector<std::pair<std::string, std::string>>;

struct ConfDeleter {
  void operator()(rd_kafka_conf_s* conf) const;
};
using ConfPtr = std::unique_ptr<rd_kafka_conf_s, ConfDeleter>;
// Blocks the fiber while the handle's threads end.
struct HandleDeleter {
  void operator()(rd_kafka_s* handle) const;
};
using HandlePtr = std::unique_ptr<rd_kafka_s, HandleDeleter>;
struct EventDeleter {
  void operator()(rd_kafka_op_s* event) const;
};
using EventPtr = std::unique_ptr<rd_kafka_op_s, EventDeleter>;

// kInvalidArgument names the setting that librdkafka refuses, and why.
Result<ConfPtr> MakeConf(const Settings& settings);
enum class Kind { kProducer, kConsumer };
Result<HandlePtr> MakeHandle(Kind kind, ConfPtr conf);

// The canonical status of a librdkafka error: "kafka 10.0.0.1:9092: topic ...: Local: Timed out".
Status StatusOf(int error, std::string_view where, const char* detail = nullptr);

// A librdkafka queue whose wake-ups come from foreign threads to the loop that made it. One fiber
// at a time.
class WatchedQueue {
 public:
  // Takes the queue.
  explicit WatchedQueue(rd_kafka_queue_s* queue);
  ~WatchedQueue();
  WatchedQueue(const WatchedQueue&) = delete;
  WatchedQueue& operator=(const WatchedQueue&) = delete;

  rd_kafka_queue_s* get() const { return queue_; }
  // Before looking into the queue; Await() then ends if something came after it.
  void Forget();
  Status Await(Time until = kNever);

 private:
  struct Bell;
  rd_kafka_queue_s* queue_;
  std::shared_ptr<Bell> bell_;
};

// Sends an administrative request whose answer goes to the queue given, and blocks for it.
using SendAsk = std::function<void(rd_kafka_queue_s* answers)>;
Result<EventPtr> Ask(rd_kafka_s* handle, const SendAsk& send, Duration timeout,
                     std::string_view where);

}  // namespace bellrock::metrics::queue::kafka
