// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/kafka_producer.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "metrics/bounds.h"

namespace bellrock::metrics::queue::kafka {

Result<std::shared_ptr<Producer>> Producer::Make(Settings settings, Duration append_timeout) {
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(append_timeout).count();
  settings.insert(settings.end(), {
                                      {"enable.idempotence", "true"},  // and with it acks=all
                                      {"message.timeout.ms", std::to_string(timeout)},
                                      {"linger.ms", "2"},
                                      // What brokers take unless told otherwise.
                                      {"message.max.bytes", "1048588"},
                                      // Ours are tighter, so that an append is refused as a whole.
                                      {"queue.buffering.max.kbytes", "2000000"},
                                      {"queue.buffering.max.messages", "10000000"},
                                  });
  BELLROCK_ASSIGN(ConfPtr conf, MakeConf(settings));
  auto producer = std::unique_ptr<Producer>(new Producer);
  rd_kafka_conf_set_opaque(conf.get(), producer.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), &Producer::OnReport);
  BELLROCK_ASSIGN(producer->handle_, MakeHandle(Kind::kProducer, std::move(conf)));
  producer->reports_ =
      std::make_unique<WatchedQueue>(rd_kafka_queue_get_main(producer->handle_.get()));
  producer->server_ = fiber::Start([raw = producer.get()] { raw->Serve(); });
  return std::shared_ptr<Producer>(std::move(producer));
}

Producer::~Producer() {
  server_.Cancel();
  server_.Join();
  reports_.reset();
  handle_.reset();
}

void Producer::Serve() {
  do {
    reports_->Forget();
    while (rd_kafka_poll(handle_.get(), 0) > 0) fiber::Yield();
  } while (reports_->Await().ok());
}

Status Producer::CheckRoom(size_t records, size_t bytes, const std::string& where) const {
  if (records == 0) return InvalidArgumentError(where + ": no record to append");
  if (bytes_ + bytes <= kQueueKafkaUnsentBytesMax &&
      records_ + records <= kQueueKafkaUnsentRecordsMax) {
    return Status::Ok();
  }
  return ResourceExhaustedError(
      fmt::format("{}: {} records ({} bytes) wait for the brokers already: try again later", where,
                  records_, bytes_));
}

Result<uint64_t> Producer::Append(const std::string& topic, uint32_t partition,
                                  const std::vector<std::string>& values,
                                  const std::string& where) {
  const size_t bytes =
      std::accumulate(values.begin(), values.end(), size_t{0},
                      [](size_t sum, const std::string& value) { return sum + value.size(); });
  BELLROCK_TRY(CheckRoom(values.size(), bytes, where));
  auto delivery = std::make_shared<Delivery>();
  const uint64_t id = ++last_delivery_;
  for (const std::string& value : values) {
    const rd_kafka_resp_err_t error =
        rd_kafka_producev(handle_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                          RD_KAFKA_V_PARTITION(static_cast<int32_t>(partition)),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(id)), RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      broken_ = broken_ || error == RD_KAFKA_RESP_ERR__FATAL;
      if (delivery->left == 0) return StatusOf(error, where);
      delivery->error = error;
      break;  // those before it may be written
    }
    ++delivery->left;
    delivery->bytes += value.size();
  }
  bytes_ += delivery->bytes;
  records_ += delivery->left;
  deliveries_.emplace(id, delivery);
  BELLROCK_TRY(delivery->done.Wait().WithContext(where));
  BELLROCK_TRY(StatusOf(delivery->error, where));
  if (delivery->first >= 0) return static_cast<uint64_t>(delivery->first);
  return UnavailableError(where + ": the records were there already and nobody knows where");
}

void Producer::OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  static_cast<Producer*>(opaque)->Report(*message);
}

void Producer::Report(const rd_kafka_message_t& message) {
  const auto found = deliveries_.find(reinterpret_cast<uint64_t>(message._private));
  if (found == deliveries_.end()) return;
  Delivery& delivery = *found->second;
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    broken_ = broken_ || rd_kafka_fatal_error(handle_.get(), nullptr, 0) != 0;
    if (delivery.error == 0) delivery.error = message.err;
  } else if (delivery.first < 0 || message.offset < delivery.first) {
    delivery.first = message.offset;
  }
  --records_;
  if (--delivery.left > 0) return;
  bytes_ -= delivery.bytes;
  delivery.done.Set();
  deliveries_.erase(found);
}

}  // namespace bellrock::metrics::queue::kafka
