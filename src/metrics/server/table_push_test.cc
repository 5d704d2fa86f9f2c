// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/push_table.h"
#include "metrics/server/metrics_service.h"
#include "metrics/session_table.h"
#include "metrics/table_sink.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

using Key = std::tuple<std::string, uint64_t, uint64_t>;  // source, epoch, sequence

// A server whose queue outlives it, behind a line on which requests and answers are lost, are late
// and pass each other.
class Line final : public ChannelInterface {
 public:
  Line(fiber::Clock& clock, uint64_t seed) : clock_(clock), random_(seed) { Restart(); }

  void Restart() {
    service_ = std::make_shared<MetricsService>(
        clock_, WindowBounds(), [this](const v1::PushRequest& push) -> Result<v1::PushReply> {
          kept.try_emplace({push.source(), push.epoch(), push.sequence()}, push);
          return v1::PushReply();
        });
    ++restarts;
  }
  Status Call(std::string_view, std::string_view method, const Message& request, Message& reply,
              const CallOptions&) override {
    BELLROCK_TRY(fiber::SleepFor(std::chrono::milliseconds(random_() % delay_ms)));
    if (Happens(fault_percent)) return UnavailableError("the request is lost");
    if (Happens(fault_percent)) Restart();
    if (old && method == "PushTable") return UnimplementedError(std::string(method));
    const auto& push = static_cast<const v1::PushRequest&>(request);
    ++calls;
    if (version_1 && IsSessionTable(push.table())) return InvalidArgumentError("version");
    bytes += push.ByteSizeLong();
    const std::shared_ptr<MetricsService> service = service_;
    TestContext context;
    Result<v1::PushReply> answer =
        method == "PushTable" ? service->PushTable(context, push) : service->Push(context, push);
    if (Happens(fault_percent)) return UnavailableError("the answer is lost");
    if (answer.ok()) static_cast<v1::PushReply&>(reply) = *answer;
    return answer.status();
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view,
                                                   const Message&, const CallOptions&) override {
    return UnimplementedError("no streams");
  }

  std::map<Key, v1::PushRequest> kept;
  uint32_t fault_percent = 0;
  uint32_t delay_ms = 1;   // less than
  bool old = false;        // it knows no tables
  bool version_1 = false;  // it knows those of the first version
  int calls = 0;
  int restarts = 0;
  size_t bytes = 0;

 private:
  bool Happens(uint32_t percent) { return random_() % 100 < percent; }

  fiber::Clock& clock_;
  std::mt19937_64 random_;
  std::shared_ptr<MetricsService> service_;
};

// Calls under names some of which are new in every push, ordered as a table orders them.
v1::PushRequest PushOf(std::mt19937_64& random, int source, uint64_t sequence, int64_t second) {
  v1::PushRequest push;
  push.set_source("h:" + std::to_string(source));
  push.set_epoch(1);
  push.set_sequence(sequence);
  push.set_calls_total(1'000'000);
  for (int i = 0; i < 10; ++i) {
    v1::Card& card = *push.add_cards();
    card.mutable_dimensions()->set_callee("music/s" + std::to_string(i));
    card.mutable_dimensions()->set_method("M" + std::to_string(random() % (5 + sequence)));
    card.mutable_dimensions()->set_code(static_cast<int>(random() % 2) * 14);
    card.set_second(second);
    card.add_latency_us_delta(static_cast<uint32_t>(random() % 5000));
    card.add_count(static_cast<uint32_t>(1 + random() % 9));
  }
  return push;
}

class TablePushTest : public ::testing::Test {
 protected:
  // Several sources through one sink, each sending a push until it is taken.
  void Run(uint64_t seed, const std::function<void(Line&)>& set = nullptr) {
    testing::World world(seed);
    const fiber::Environment environment = world.Host("a");
    line_ = std::make_unique<Line>(environment.clock, seed);
    if (set) set(*line_);
    sink_ = std::make_unique<TableSink>(*line_, seed);
    world.Run([&] {
      std::vector<fiber::JoinHandle> sources;
      for (int source = 0; source < kSources; ++source) {
        sources.push_back(fiber::Start([this, &environment, seed, source] {
          std::mt19937_64 random(seed * kSources + static_cast<uint64_t>(source));
          for (uint64_t sequence = 1; sequence <= kPushes; ++sequence) {
            const v1::PushRequest push =
                PushOf(random, source, sequence, fiber::UnixSecond(environment.clock));
            Result<v1::PushReply> taken = sink_->Send(push);
            while (!taken.ok()) {
              ASSERT_EQ(taken.status().code(), StatusCode::kUnavailable)
                  << taken.status().ToString();
              taken = sink_->Send(push);
            }
            sent_[{push.source(), 1, sequence}] = push;
          }
        }));
      }
      for (fiber::JoinHandle& source : sources) source.Join();
    });
    ExpectEachOnce();
  }

  void ExpectEachOnce() {
    ASSERT_EQ(line_->kept.size(), sent_.size());
    for (const auto& [key, push] : sent_) {
      EXPECT_EQ(line_->kept.at(key).SerializeAsString(), push.SerializeAsString());
    }
  }

  static constexpr int kSources = 5;
  static constexpr uint64_t kPushes = 40;
  std::unique_ptr<Line> line_;
  std::unique_ptr<TableSink> sink_;
  std::map<Key, v1::PushRequest> sent_;
};

TEST_F(TablePushTest, ASessionLastsWhileTheServerDoes) {
  Run(1);
  EXPECT_EQ(sink_->sessions_begun(), 1u);
}

TEST_F(TablePushTest, PushesThatPassEachOtherAreReadAllTheSame) {
  Run(1, [](Line& line) { line.delay_ms = 20; });
}

TEST_F(TablePushTest, NoPushIsLostOrReadWronglyHoweverOftenTheServerRestarts) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    sent_.clear();
    Run(seed, [](Line& line) {
      line.fault_percent = 10;
      line.delay_ms = 20;
    });
    EXPECT_GT(line_->restarts, 10);
    EXPECT_GT(sink_->sessions_begun(), 3u);
  }
}

TEST_F(TablePushTest, AServerThatKnowsNoTablesGetsCards) {
  Run(1, [](Line& line) { line.old = true; });
  EXPECT_EQ(sink_->sessions_begun(), 1u);
}

TEST_F(TablePushTest, AServerThatKnowsNoTablesOfSessionsGetsWholeOnes) {
  Run(1, [](Line& line) { line.version_1 = true; });
  // Two calls more find it out, of each source at most, and again after a hundred of 200 pushes.
  EXPECT_GT(sink_->sessions_begun(), 1u);
  EXPECT_LE(line_->calls, kSources * static_cast<int>(kPushes) + 2 * 2 * kSources);
}

TEST_F(TablePushTest, WhatIsWrongWithAPushIsToldInTheEnd) {
  testing::World world(1);
  const fiber::Environment environment = world.Host("a");
  Line line(environment.clock, 1);
  TableSink sink(line, 1);
  world.Run([&] {
    std::mt19937_64 random(1);
    v1::PushRequest push = PushOf(random, 1, 1, fiber::UnixSecond(environment.clock));
    push.set_source("");
    EXPECT_EQ(sink.Send(push).status().code(), StatusCode::kInvalidArgument);
    push.set_source("h:1");
    push.mutable_cards(3)->add_count(1);
    EXPECT_EQ(sink.Send(push).status().code(), StatusCode::kInvalidArgument);
  });
  EXPECT_TRUE(line.kept.empty());
}

}  // namespace
}  // namespace bellrock::metrics::server
