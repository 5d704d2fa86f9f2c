// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/forwarder.h"

#include <gtest/gtest.h>

#include <vector>

#include "testing/world.h"

namespace bellrock::metrics::agent {
namespace {

class NoContext final : public ServerContext {
 public:
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return "unix:"; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
};

class ListSink final : public CardSink {
 public:
  Result<v1::PushReply> Send(const v1::PushRequest& push) override {
    ++sends;
    if (!status.ok()) return status;
    pushes.push_back(push);
    return v1::PushReply();
  }
  Status status;
  std::vector<v1::PushRequest> pushes;
  int sends = 0;
};

v1::PushRequest PushOf(uint64_t sequence) {
  v1::PushRequest push;
  push.set_source("h:1");
  push.set_epoch(77);
  push.set_sequence(sequence);
  push.set_calls_total(sequence);
  return push;
}

class ForwarderTest : public ::testing::Test {
 protected:
  static constexpr Duration kWhile = std::chrono::seconds(5);
  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  ListSink sink_;
  NoContext context_;
};

TEST_F(ForwarderTest, PassesPushesOnUnchangedAndInOrder) {
  world_.Run([this] {
    Forwarder forwarder(sink_);
    forwarder.Start();
    for (uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(forwarder.Push(context_, PushOf(i)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(1)).ok());
    EXPECT_EQ(forwarder.queued(), 0u);
  });
  ASSERT_EQ(sink_.pushes.size(), 3u);
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sink_.pushes[i].SerializeAsString(), PushOf(i + 1).SerializeAsString());
  }
}

TEST_F(ForwarderTest, TriesAgainWhileTheServerIsAwayWithGrowingPauses) {
  world_.Run([this] {
    Forwarder forwarder(sink_);
    forwarder.Start();
    sink_.status = UnavailableError("away");
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(20)).ok());
    EXPECT_GE(sink_.sends, 10);
    EXPECT_LE(sink_.sends, 14);
    EXPECT_EQ(forwarder.queued(), 1u);
    sink_.status = Status::Ok();
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(forwarder.queued(), 0u);
  });
  EXPECT_EQ(sink_.pushes.size(), 1u);
}

TEST_F(ForwarderTest, RefusesBeyondItsBoundsAndTakesAgainLater) {
  world_.Run([this] {
    Forwarder forwarder(sink_, "", {.pushes_max = 2});
    sink_.status = UnavailableError("away");
    forwarder.Start();
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    EXPECT_TRUE(forwarder.Push(context_, PushOf(2)).ok());
    EXPECT_EQ(forwarder.Push(context_, PushOf(3)).status().code(), StatusCode::kResourceExhausted);
    sink_.status = Status::Ok();
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_TRUE(forwarder.Push(context_, PushOf(3)).ok());
    Forwarder small(sink_, "", {.bytes_max = PushOf(1).ByteSizeLong()});
    EXPECT_TRUE(small.Push(context_, PushOf(1)).ok());
    EXPECT_EQ(small.Push(context_, PushOf(2)).status().code(), StatusCode::kResourceExhausted);
  });
}

TEST_F(ForwarderTest, DropsWhatTheServerRefusesForGood) {
  world_.Run([this] {
    Forwarder forwarder(sink_);
    forwarder.Start();
    sink_.status = InvalidArgumentError("bad");
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(forwarder.queued(), 0u);
    EXPECT_EQ(forwarder.refused_for_good(), 1u);
  });
}

TEST_F(ForwarderTest, StopSendsWhatIsQueued) {
  world_.Run([this] {
    Forwarder forwarder(sink_);
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    sink_.status = UnavailableError("away");
    EXPECT_EQ(forwarder.Stop(environment_.clock.Now() + kWhile).code(), StatusCode::kUnavailable);
    sink_.status = Status::Ok();
    EXPECT_TRUE(forwarder.Stop(environment_.clock.Now() + kWhile).ok());
  });
  EXPECT_EQ(sink_.pushes.size(), 1u);
}

TEST_F(ForwarderTest, SendsAskersToAServer) {
  Forwarder forwarder(sink_);
  EXPECT_EQ(forwarder.Series(context_, {}).status().code(), StatusCode::kUnimplemented);
  EXPECT_EQ(forwarder.Table(context_, {}).status().code(), StatusCode::kUnimplemented);
  EXPECT_NE(forwarder.Stats(context_, {}).status().message().find("ask a bellrock server"),
            std::string_view::npos);
}

}  // namespace
}  // namespace bellrock::metrics::agent
