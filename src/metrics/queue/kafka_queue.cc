// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/kafka_queue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <map>
#include <utility>

#include "fiber/disk_pool.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "metrics/queue/kafka_handle.h"
#include "metrics/queue/kafka_producer.h"
#include "metrics/queue/kafka_reader.h"
#include "metrics/queue/kafka_topics.h"

namespace bellrock::metrics::queue {
namespace {

constexpr Duration kWaitMax = std::chrono::hours(1);

struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

// Of the producer and of the consumer.
kafka::Settings CommonSettings(const KafkaOptions& options) {
  kafka::Settings settings{
      {"bootstrap.servers", fmt::format("{}", fmt::join(options.brokers, ","))},
      {"client.id", "bellrock"},
      {"log.connection.close", "false"},
      {"allow.auto.create.topics", "false"},
      // A broker that comes back is used within a second.
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
  settings.insert(settings.end(), options.settings.begin(), options.settings.end());
  return settings;
}

kafka::Settings ConsumerSettings(const KafkaOptions& options) {
  kafka::Settings settings = CommonSettings(options);
  settings.insert(settings.end(),
                  {{"enable.auto.commit", "false"},
                   {"auto.offset.reset", "error"},
                   {"fetch.error.backoff.ms", "100"},
                   {"queued.max.messages.kbytes", std::to_string(kQueueKafkaAheadBytes >> 10)}});
  return settings;
}

Status CheckOptions(const KafkaOptions& options) {
  BELLROCK_TRY(CheckTopics(options.topics));
  if (options.brokers.empty()) {
    return InvalidArgumentError("brokers: none given: name at least one as \"host:port\"");
  }
  if (options.append_timeout < std::chrono::milliseconds(1) ||
      options.ask_timeout < std::chrono::milliseconds(1)) {
    return InvalidArgumentError("append_timeout and ask_timeout: give at least 1 ms");
  }
  return Status::Ok();
}

}  // namespace

class KafkaQueue::Core {
 public:
  explicit Core(KafkaOptions options)
      : options_(std::move(options)),
        brokers_(fmt::format("{}", fmt::join(options_.brokers, ","))) {}

  Status Start() {
    BELLROCK_TRY(CheckOptions(options_));
    BELLROCK_ASSIGN(kafka::ConfPtr conf, kafka::MakeConf(ConsumerSettings(options_)));
    BELLROCK_ASSIGN(consumer_, kafka::MakeHandle(kafka::Kind::kConsumer, std::move(conf)));
    BELLROCK_ASSIGN(kafka::ConfPtr same, kafka::MakeConf(ConsumerSettings(options_)));
    BELLROCK_ASSIGN(asker_, kafka::MakeHandle(kafka::Kind::kConsumer, std::move(same)));
    BELLROCK_TRY(kafka::EnsureTopics(asker_.get(), options_.topics, options_.replicas,
                                     options_.ask_timeout, brokers_));
    for (const Topic& topic : options_.topics) AddTopic(topic);
    return Usable().status();
  }

  Result<uint64_t> Append(const std::string& topic, uint32_t partition,
                          const std::vector<std::string>& values) {
    BELLROCK_ASSIGN(const Place* place, Find(topic, partition));
    for (const std::string& value : values) {
      if (value.size() > kQueueRecordBytesMax) {
        return InvalidArgumentError(
            fmt::format("record of {} bytes: use at most {}", value.size(), kQueueRecordBytesMax));
      }
    }
    BELLROCK_ASSIGN(const auto producer, Usable());
    return producer->Append(topic, partition, values, place->where);
  }

  Result<std::vector<Record>> Read(const std::string& topic, uint32_t partition, uint64_t from,
                                   const ReadBounds& bounds) {
    BELLROCK_ASSIGN(Place * place, Find(topic, partition));
    const Time begun = fiber::Loop::Current()->Now();
    const Time until = begun + std::clamp(bounds.wait, Duration(0), kWaitMax);
    auto records = place->reader->Read(from, bounds.bytes_max, until);
    if (records.ok() && !records->empty()) return records;
    if (!records.ok() && records.status().code() != StatusCode::kOutOfRange) return records;
    // None came: is there none, or does no broker answer?
    BELLROCK_ASSIGN(const Offsets kept, OffsetsOf(topic, partition));
    if (from < kept.begin || from > kept.end) {
      return OutOfRangeError(fmt::format("{}: no record {}: begin is {}, end is {}", place->where,
                                         from, kept.begin, kept.end));
    }
    if (from == kept.end) return std::vector<Record>();
    const Time late = fiber::Loop::Current()->Now() + options_.ask_timeout;
    records = place->reader->Read(from, bounds.bytes_max, late);
    if (!records.ok() || !records->empty()) return records;
    return UnavailableError(fmt::format("{}: record {} is there (end is {}) and did not come",
                                        place->where, from, kept.end));
  }

  Result<Offsets> OffsetsOf(const std::string& topic, uint32_t partition) {
    BELLROCK_ASSIGN(const Place* place, Find(topic, partition));
    BELLROCK_TRY(AwaitTurn(place->where));
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(options_.ask_timeout);
    fiber::RunOnDiskThread([&] {
      error = rd_kafka_query_watermark_offsets(asker_.get(), topic.c_str(),
                                               static_cast<int32_t>(partition), &low, &high,
                                               static_cast<int>(timeout.count()));
    });
    asking_ = false;
    asked_.WakeOne();
    BELLROCK_TRY(kafka::StatusOf(error, place->where));
    return Offsets{static_cast<uint64_t>(low), static_cast<uint64_t>(high)};
  }

  Status Trim(const std::string& topic, uint32_t partition, uint64_t offset) {
    BELLROCK_ASSIGN(const Place* place, Find(topic, partition));
    return kafka::DeleteRecords(asker_.get(), topic, static_cast<int32_t>(partition), offset,
                                options_.ask_timeout, place->where);
  }

 private:
  struct Place {
    std::string where;
    std::unique_ptr<kafka::PartitionReader> reader;
  };

  void AddTopic(const Topic& topic) {
    handles_.emplace_back(rd_kafka_topic_new(consumer_.get(), topic.name.c_str(), nullptr));
    std::vector<Place>& places = topics_[topic.name];
    for (uint32_t i = 0; i < topic.partitions; ++i) {
      std::string where =
          fmt::format("kafka {}: topic \"{}\" partition {}", brokers_, topic.name, i);
      auto reader = std::make_unique<kafka::PartitionReader>(consumer_.get(), handles_.back().get(),
                                                             static_cast<int32_t>(i), where);
      places.push_back({std::move(where), std::move(reader)});
    }
  }

  Result<Place*> Find(const std::string& topic, uint32_t partition) {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) {
      return NotFoundError(fmt::format("topic \"{}\": the queue was opened without it", topic));
    }
    if (partition >= found->second.size()) {
      return NotFoundError(fmt::format("topic \"{}\" has no partition {}: it has 0..{}", topic,
                                       partition, found->second.size() - 1));
    }
    return &found->second[partition];
  }

  // OffsetsOf blocks a disk thread: one at a time, so that the others are left for others.
  Status AwaitTurn(const std::string& where) {
    const Time until = fiber::Loop::Current()->Now() + options_.ask_timeout;
    while (asking_) {
      if (asked_.Wait(until).ok()) continue;
      BELLROCK_TRY(fiber::CheckCurrent());
      return UnavailableError(where + ": the brokers have not answered others that asked before");
    }
    asking_ = true;
    return Status::Ok();
  }

  // The producer, or another if that one is broken. Appends under way keep theirs.
  Result<std::shared_ptr<kafka::Producer>> Usable() {
    if (producer_ != nullptr && !producer_->broken()) return producer_;
    BELLROCK_ASSIGN(producer_,
                    kafka::Producer::Make(CommonSettings(options_), options_.append_timeout));
    return producer_;
  }

  const KafkaOptions options_;
  const std::string brokers_;
  // On connections of its own: behind a fetch that waits for records an answer would take half a
  // second.
  kafka::HandlePtr asker_;
  kafka::HandlePtr consumer_;
  std::vector<std::unique_ptr<rd_kafka_topic_t, TopicDeleter>> handles_;
  std::map<std::string, std::vector<Place>> topics_;
  bool asking_ = false;
  fiber::WaitQueue asked_;
  std::shared_ptr<kafka::Producer> producer_;
};

KafkaQueue::KafkaQueue(std::unique_ptr<Core> core) : core_(std::move(core)) {}
KafkaQueue::~KafkaQueue() = default;

Result<std::unique_ptr<KafkaQueue>> KafkaQueue::Open(KafkaOptions options) {
  auto core = std::make_unique<Core>(std::move(options));
  BELLROCK_TRY(core->Start());
  return std::unique_ptr<KafkaQueue>(new KafkaQueue(std::move(core)));
}

Result<uint64_t> KafkaQueue::Append(const std::string& topic, uint32_t partition,
                                    std::vector<std::string> values) {
  return core_->Append(topic, partition, values);
}

Result<std::vector<Record>> KafkaQueue::Read(const std::string& topic, uint32_t partition,
                                             uint64_t from, const ReadBounds& bounds) {
  return core_->Read(topic, partition, from, bounds);
}

Result<Offsets> KafkaQueue::OffsetsOf(const std::string& topic, uint32_t partition) {
  return core_->OffsetsOf(topic, partition);
}

Status KafkaQueue::Trim(const std::string& topic, uint32_t partition, uint64_t offset) {
  return core_->Trim(topic, partition, offset);
}

}  // namespace bellrock::metrics::queue
