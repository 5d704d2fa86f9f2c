// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The engine against librdkafka's mock brokers, which keep records in memory. What real brokers do,
// tests/interop/kafka_test.py asks one.
#include "metrics/queue/kafka_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/loop.h"

namespace bellrock::metrics::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kCalls[] = "calls";

// Brokers in this process, on loopback.
class MockBrokers {
 public:
  explicit MockBrokers(int count)
      : host_(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)),
        cluster_(rd_kafka_mock_cluster_new(host_, count)) {
    rd_kafka_mock_topic_create(cluster_, kCalls, 2, count);
  }
  ~MockBrokers() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  std::string addresses() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  rd_kafka_mock_cluster_t* cluster() { return cluster_; }

 private:
  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
};

void InLoop(const std::function<void()>& body) {
  fiber::Loop loop;
  ASSERT_TRUE(loop.Post([&] {
    body();
    fiber::Loop::Current()->Stop();
  }));
  loop.Run();
}

KafkaOptions OptionsFor(const MockBrokers& brokers) {
  KafkaOptions options;
  options.brokers = {brokers.addresses()};
  options.topics = {{.name = kCalls, .partitions = 2}};
  // A loaded machine may take its time.
  options.append_timeout = seconds(60);
  options.ask_timeout = seconds(60);
  return options;
}

std::unique_ptr<KafkaQueue> OpenQueue(const MockBrokers& brokers) {
  auto queue = KafkaQueue::Open(OptionsFor(brokers));
  EXPECT_TRUE(queue.ok()) << queue.status().ToString();
  return queue.ok() ? std::move(*queue) : nullptr;
}

std::vector<std::string> Values(const Result<std::vector<Record>>& records) {
  EXPECT_TRUE(records.ok()) << records.status().ToString();
  std::vector<std::string> values;
  if (!records.ok()) return values;
  for (const Record& record : *records) values.push_back(record.value);
  return values;
}

TEST(KafkaQueue, GivesBackWhatWasAppendedFromAnyOffset) {
  MockBrokers brokers(3);
  InLoop([&] {
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    EXPECT_EQ(*queue->Append(kCalls, 0, {"a", "b"}), 0u);
    EXPECT_EQ(*queue->Append(kCalls, 0, {"c"}), 2u);
    EXPECT_EQ(*queue->Append(kCalls, 1, {"other"}), 0u);
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 2, {})), ElementsAre("c"));
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 0, {.bytes_max = 1})), ElementsAre("a"));
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 1, {.bytes_max = 1})), ElementsAre("b"));
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 1, {.bytes_max = 1})), ElementsAre("b"));
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 3, {})), IsEmpty());
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 3, {.wait = milliseconds(10)})), IsEmpty());
    EXPECT_EQ(queue->OffsetsOf(kCalls, 0)->end, 3u);
    EXPECT_EQ(*queue->Append(kCalls, 0, {std::string(kQueueRecordBytesMax, 'x')}), 3u);
  });
}

TEST(KafkaQueue, AReaderWaitsForTheNextRecord) {
  MockBrokers brokers(1);
  InLoop([&] {
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    ASSERT_TRUE(queue->Append(kCalls, 0, {"first"}).ok());
    std::vector<std::string> got;
    auto reader =
        fiber::Start([&] { got = Values(queue->Read(kCalls, 0, 1, {.wait = seconds(60)})); });
    EXPECT_EQ(*queue->Append(kCalls, 0, {"second"}), 1u);
    reader.Join();
    EXPECT_THAT(got, ElementsAre("second"));
  });
}

TEST(KafkaQueue, AReaderCanBeCancelled) {
  MockBrokers brokers(1);
  InLoop([&] {
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    Status status;
    auto reader =
        fiber::Start([&] { status = queue->Read(kCalls, 0, 0, {.wait = seconds(60)}).status(); });
    reader.Cancel();
    reader.Join();
    EXPECT_EQ(status.code(), StatusCode::kCancelled);
    ASSERT_TRUE(queue->Append(kCalls, 0, {"after"}).ok());
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 0, {})), ElementsAre("after"));
  });
}

TEST(KafkaQueue, ManyFibersAppendAtOnce) {
  MockBrokers brokers(3);
  InLoop([&] {
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    std::vector<fiber::JoinHandle> fibers;
    int failed = 0;
    for (int i = 0; i < 16; ++i) {
      fibers.push_back(fiber::Start([&] {
        for (int k = 0; k < 50; ++k) failed += !queue->Append(kCalls, 1, {"x", "y"}).ok();
      }));
    }
    for (auto& one : fibers) one.Join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(queue->OffsetsOf(kCalls, 1)->end, 1600u);
  });
}

TEST(KafkaQueue, AnAppendIsTriedAgainWhenTheLeaderMoves) {
  MockBrokers brokers(3);
  InLoop([&] {
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    ASSERT_TRUE(queue->Append(kCalls, 0, {"before"}).ok());
    rd_kafka_mock_partition_set_leader(brokers.cluster(), kCalls, 0, 2);
    EXPECT_EQ(*queue->Append(kCalls, 0, {"after"}), 1u);
    rd_kafka_mock_partition_set_leader(brokers.cluster(), kCalls, 0, 3);
    EXPECT_THAT(Values(queue->Read(kCalls, 0, 1, {.wait = seconds(60)})), ElementsAre("after"));
  });
}

TEST(KafkaQueue, NoBrokerIsNamed) {
  InLoop([&] {
    KafkaOptions options;
    options.brokers = {"127.0.0.1:1"};
    options.topics = {{.name = kCalls}};
    options.ask_timeout = milliseconds(300);
    const Status down = KafkaQueue::Open(options).status();
    EXPECT_EQ(down.code(), StatusCode::kUnavailable);
    EXPECT_THAT(down.ToString(), HasSubstr("kafka 127.0.0.1:1: topic \"calls\""));
    EXPECT_THAT(down.ToString(), HasSubstr("see that the brokers run"));
  });
}

TEST(KafkaQueue, BadInputIsNamed) {
  MockBrokers brokers(1);
  InLoop([&] {
    EXPECT_THAT(KafkaQueue::Open({}).status().ToString(), HasSubstr("brokers: none given"));
    KafkaOptions options = OptionsFor(brokers);
    options.settings = {{"no.such.setting", "1"}};
    EXPECT_THAT(KafkaQueue::Open(options).status().ToString(), HasSubstr("no.such.setting"));
    options.settings.clear();
    options.topics[0].partitions = 3;
    const Status few = KafkaQueue::Open(options).status();
    EXPECT_EQ(few.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(few.ToString(), HasSubstr("has 2 partitions, 3 are wanted"));
    auto queue = OpenQueue(brokers);
    ASSERT_NE(queue, nullptr);
    EXPECT_EQ(queue->Append("other", 0, {"x"}).status().code(), StatusCode::kNotFound);
    EXPECT_EQ(queue->Append(kCalls, 2, {"x"}).status().code(), StatusCode::kNotFound);
    EXPECT_EQ(queue->Append(kCalls, 0, {}).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(
        queue->Append(kCalls, 0, {std::string(kQueueRecordBytesMax + 1, 'x')}).status().code(),
        StatusCode::kInvalidArgument);
    const Status behind = queue->Read(kCalls, 0, 7, {.wait = seconds(60)}).status();
    EXPECT_EQ(behind.code(), StatusCode::kOutOfRange);
    EXPECT_THAT(behind.ToString(), HasSubstr("no record 7: begin is 0, end is 0"));
  });
}

}  // namespace
}  // namespace bellrock::metrics::queue
