// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/kafka_handle.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include "base/log.h"
#include "fiber/disk_pool.h"
#include "fiber/fiber.h"
#include "fiber/wait_point.h"

namespace bellrock::metrics::queue::kafka {
namespace {

constexpr std::string_view kSubject = "metrics/queue";
constexpr size_t kErrorBytes = 512;

// Called by librdkafka's threads.
void OnLog(const rd_kafka_t*, int level, const char* facility, const char* text) {
  constexpr int kSyslogError = 3;
  if (level <= kSyslogError) {
    log::Warning(kSubject, "librdkafka: {}: {}", facility, text);
  } else {
    log::Debug(kSubject, "librdkafka: {}: {}", facility, text);
  }
}

StatusCode CodeOf(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return StatusCode::kNotFound;
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return StatusCode::kOutOfRange;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return StatusCode::kResourceExhausted;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
      return StatusCode::kInvalidArgument;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      return StatusCode::kPermissionDenied;
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
      return StatusCode::kDataLoss;
    default:
      return StatusCode::kUnavailable;
  }
}

}  // namespace

void ConfDeleter::operator()(rd_kafka_conf_s* conf) const {
  rd_kafka_conf_destroy(conf);
}

void HandleDeleter::operator()(rd_kafka_s* handle) const {
  fiber::RunOnDiskThread(
      [handle] { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); });
}

void EventDeleter::operator()(rd_kafka_op_s* event) const {
  rd_kafka_event_destroy(event);
}

Result<ConfPtr> MakeConf(const Settings& settings) {
  ConfPtr conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), &OnLog);
  char error[kErrorBytes] = "";
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), error, sizeof(error)) ==
        RD_KAFKA_CONF_OK) {
      continue;
    }
    return InvalidArgumentError(
        fmt::format("kafka setting \"{}\" = \"{}\": {}", name, value, error));
  }
  return conf;
}

Result<HandlePtr> MakeHandle(Kind kind, ConfPtr conf) {
  char error[kErrorBytes] = "";
  const auto type = kind == Kind::kProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
  HandlePtr handle(rd_kafka_new(type, conf.get(), error, sizeof(error)));
  if (handle == nullptr) return InvalidArgumentError(fmt::format("kafka settings: {}", error));
  (void)conf.release();  // the handle's now
  return handle;
}

Status StatusOf(int error, std::string_view where, const char* detail) {
  const auto code = static_cast<rd_kafka_resp_err_t>(error);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return Status::Ok();
  const std::string_view meaning = rd_kafka_err2str(code);
  std::string text = fmt::format("{}: {}", where, meaning);
  if (detail != nullptr && detail != meaning) text += fmt::format(" ({})", detail);
  if (CodeOf(code) == StatusCode::kUnavailable) {
    text += ": see that the brokers run and can be reached";
  }
  return {CodeOf(code), std::move(text)};
}

// Shared with what is posted to the loop, which may run after the queue has gone.
struct WatchedQueue::Bell : std::enable_shared_from_this<Bell> {
  fiber::Loop& loop = *fiber::Loop::Current();
  fiber::Event rung;

  // Called by librdkafka's threads, under the lock of the queue.
  static void Ring(rd_kafka_t*, void* opaque) {
    auto bell = static_cast<Bell*>(opaque)->shared_from_this();
    fiber::Loop& loop = bell->loop;
    fiber::WaitPoint::PostCallback(loop, [bell = std::move(bell)] { bell->rung.Set(); });
  }
};

WatchedQueue::WatchedQueue(rd_kafka_queue_s* queue)
    : queue_(queue), bell_(std::make_shared<Bell>()) {
  rd_kafka_queue_cb_event_enable(queue_, &Bell::Ring, bell_.get());
}

WatchedQueue::~WatchedQueue() {
  // Takes the queue's lock: no thread is in Ring() afterwards.
  rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
  rd_kafka_queue_destroy(queue_);
}

void WatchedQueue::Forget() {
  bell_->rung.Reset();
}

Status WatchedQueue::Await(Time until) {
  return bell_->rung.Wait(until);
}

Result<EventPtr> Ask(rd_kafka_s* handle, const SendAsk& send, Duration timeout,
                     std::string_view where) {
  WatchedQueue answers(rd_kafka_queue_new(handle));
  send(answers.get());
  // The request has the same timeout; its answer tells more than ours would.
  const Time until = fiber::Loop::Current()->Now() + 2 * timeout;
  for (;;) {
    answers.Forget();
    if (EventPtr event{rd_kafka_queue_poll(answers.get(), 0)}; event != nullptr) {
      BELLROCK_TRY(StatusOf(rd_kafka_event_error(event.get()), where,
                            rd_kafka_event_error_string(event.get())));
      return event;
    }
    const Status awaited = answers.Await(until);
    if (!awaited.ok()) return awaited.WithContext(where);
  }
}

}  // namespace bellrock::metrics::queue::kafka
