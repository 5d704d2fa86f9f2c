// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/queue/kafka_topics.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <memory>

#include "fiber/disk_pool.h"

namespace bellrock::metrics::queue::kafka {
namespace {

template <typename T, void (*Destroy)(T*)>
struct Deleter {
  void operator()(T* what) const { Destroy(what); }
};
template <typename T, void (*Destroy)(T*)>
using Owned = std::unique_ptr<T, Deleter<T, Destroy>>;

using NewTopic = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using AdminOptions = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using PartitionList = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using DeleteRequest = Owned<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;
using TopicHandle = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;

constexpr size_t kErrorBytes = 512;

int Milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

AdminOptions OptionsFor(rd_kafka_s* handle, rd_kafka_admin_op_t what, Duration timeout) {
  char error[kErrorBytes];
  AdminOptions options(rd_kafka_AdminOptions_new(handle, what));
  (void)rd_kafka_AdminOptions_set_request_timeout(options.get(), Milliseconds(timeout), error,
                                                  sizeof(error));
  (void)rd_kafka_AdminOptions_set_operation_timeout(options.get(), Milliseconds(timeout), error,
                                                    sizeof(error));
  return options;
}

Result<NewTopic> Description(const Topic& topic, int replicas, const std::string& where) {
  char error[kErrorBytes] = "";
  NewTopic wanted(rd_kafka_NewTopic_new(topic.name.c_str(), static_cast<int>(topic.partitions),
                                        replicas, error, sizeof(error)));
  if (wanted == nullptr) return InvalidArgumentError(fmt::format("{}: {}", where, error));
  const std::string bytes = std::to_string(topic.partition_bytes_max);
  (void)rd_kafka_NewTopic_set_config(wanted.get(), "retention.bytes", bytes.c_str());
  // Else "all replicas" may be the leader alone, and an acknowledged record die with it.
  if (replicas >= 3) {
    (void)rd_kafka_NewTopic_set_config(wanted.get(), "min.insync.replicas", "2");
  }
  return wanted;
}

Status MakeTopic(rd_kafka_s* handle, const Topic& topic, int replicas, Duration timeout,
                 const std::string& where) {
  BELLROCK_ASSIGN(const NewTopic wanted, Description(topic, replicas, where));
  const AdminOptions options = OptionsFor(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout);
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  const auto send = [&](rd_kafka_queue_t* answers) {
    rd_kafka_CreateTopics(handle, list, 1, options.get(), answers);
  };
  BELLROCK_ASSIGN(const EventPtr event, Ask(handle, send, timeout, where));
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    BELLROCK_TRY(StatusOf(error, where, rd_kafka_topic_result_error_string(results[i])));
  }
  return Status::Ok();
}

// How many partitions the brokers say it has.
Result<uint32_t> PartitionsOf(rd_kafka_s* handle, const Topic& topic, Duration timeout,
                              const std::string& where) {
  const TopicHandle of(rd_kafka_topic_new(handle, topic.name.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  fiber::RunOnDiskThread(
      [&] { error = rd_kafka_metadata(handle, 0, of.get(), &metadata, Milliseconds(timeout)); });
  BELLROCK_TRY(StatusOf(error, where));
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> owned(metadata);
  if (metadata->topic_cnt != 1) return UnavailableError(where + ": the brokers do not tell of it");
  BELLROCK_TRY(StatusOf(metadata->topics[0].err, where));
  return static_cast<uint32_t>(metadata->topics[0].partition_cnt);
}

}  // namespace

Status EnsureTopics(rd_kafka_s* handle, const std::vector<Topic>& topics, int replicas,
                    Duration timeout, const std::string& brokers) {
  for (const Topic& topic : topics) {
    const std::string where = fmt::format("kafka {}: topic \"{}\"", brokers, topic.name);
    Result<uint32_t> partitions = PartitionsOf(handle, topic, timeout, where);
    if (partitions.status().code() == StatusCode::kNotFound) {
      BELLROCK_TRY(MakeTopic(handle, topic, replicas, timeout, where));
      continue;
    }
    BELLROCK_TRY(partitions.status());
    if (*partitions < topic.partitions) {
      return FailedPreconditionError(
          fmt::format("{} has {} partitions, {} are wanted: add them at the brokers, or want fewer",
                      where, *partitions, topic.partitions));
    }
  }
  return Status::Ok();
}

Status DeleteRecords(rd_kafka_s* handle, const std::string& topic, int32_t partition,
                     uint64_t before, Duration timeout, const std::string& where) {
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset =
      static_cast<int64_t>(before);
  const DeleteRequest request(rd_kafka_DeleteRecords_new(list.get()));
  const AdminOptions options = OptionsFor(handle, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout);
  rd_kafka_DeleteRecords_t* requests[] = {request.get()};
  const auto send = [&](rd_kafka_queue_t* answers) {
    rd_kafka_DeleteRecords(handle, requests, 1, options.get(), answers);
  };
  BELLROCK_ASSIGN(const EventPtr event, Ask(handle, send, timeout, where));
  const rd_kafka_topic_partition_list_t* offsets =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  for (int i = 0; i < offsets->cnt; ++i) BELLROCK_TRY(StatusOf(offsets->elems[i].err, where));
  return Status::Ok();
}

}  // namespace bellrock::metrics::queue::kafka
