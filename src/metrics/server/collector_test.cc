// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/collector.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/compute/owner.h"
#include "metrics/queue/memory_queue.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

constexpr int64_t kBusySeconds = 60;
constexpr int64_t kQuietSeconds = 60;

class CollectorTest : public ::testing::Test {
 protected:
  int64_t Now() { return fiber::UnixSecond(environment_.clock); }

  v1::PushRequest PushOf(uint64_t sequence) {
    v1::PushRequest push;
    push.set_source("web-1:77");
    push.set_epoch(1);
    push.set_sequence(sequence);
    v1::Card& card = *push.add_cards();
    card.mutable_dimensions()->set_callee("music/storage");
    card.mutable_dimensions()->set_method("Get");
    card.set_second(Now());
    card.add_latency_us_delta(250);
    card.add_count(1);
    return push;
  }

  std::vector<v1::CardMessage> Records() {
    std::vector<v1::CardMessage> messages;
    auto records = queue_.Read(compute::kCardsTopic, 0, 0, {});
    EXPECT_TRUE(records.ok());
    for (const queue::Record& record : *records) {
      EXPECT_TRUE(messages.emplace_back().ParseFromString(record.value));
    }
    return messages;
  }

  void Run(const std::function<void(Collector&)>& body) {
    world_.Run([&] {
      ASSERT_TRUE(queue_.OffsetsOf(compute::kCardsTopic, 0).ok());
      Collector collector(environment_, queue_,
                          {.name = "c",
                           .partitions = 1,
                           .on_quiet = [this](uint32_t, uint64_t next, const auto& m) {
                             quiet_next_ = next;
                             quiet_second_ = m.second();
                           }});
      collector.Start();
      body(collector);
      collector.Stop();
    });
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  queue::MemoryQueue queue_{environment_.clock};
  uint64_t quiet_next_ = 0;
  int64_t quiet_second_ = 0;
};

TEST_F(CollectorTest, WhereNothingComesAWordEveryFiveSecondsIsWritten) {
  Run([this](Collector&) {
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(kQuietSeconds)).ok());
    const size_t records = Records().size();
    EXPECT_GE(records, 10u);
    EXPECT_LE(records, 13u);
    EXPECT_GE(Records().back().marker().second(), Now() - 10);  // OCTO-053
  });
}

TEST_F(CollectorTest, WhereNothingComesThisProcessIsToldEachSecond) {
  Run([this](Collector& collector) {
    ASSERT_TRUE(collector.Take(PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(kQuietSeconds)).ok());
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
      const auto records = queue_.OffsetsOf(compute::kCardsTopic, 0);
      const int64_t told = std::max(quiet_second_, Records().back().marker().second());
      EXPECT_GE(told, Now() - kSettleSeconds - 2);
      EXPECT_LE(quiet_next_, records->end);
      EXPECT_GT(quiet_next_, 0u);
    }
  });
}

TEST_F(CollectorTest, ARecordOfCallsCarriesTheWordSoThatNoneIsWrittenBesideIt) {
  Run([this](Collector& collector) {
    uint64_t sequence = 0;
    for (int64_t tick = 0; tick < kBusySeconds * 2; ++tick) {
      ASSERT_TRUE(collector.Take(PushOf(++sequence)).ok());
      ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(500)).ok());
    }
    for (const v1::CardMessage& message : Records()) {
      EXPECT_GT(message.batches_size(), 0);
      EXPECT_TRUE(message.has_marker());
    }
  });
}

TEST_F(CollectorTest, TheLastCallsAreSaidToBeCompleteASecondAfterTheirTime) {
  Run([this](Collector& collector) {
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(kQuietSeconds)).ok());
    const int64_t second = Now();
    ASSERT_TRUE(collector.Take(PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(kSettleSeconds + 3)).ok());
    EXPECT_GE(Records().back().marker().second(), second);
  });
}

}  // namespace
}  // namespace bellrock::metrics::server
