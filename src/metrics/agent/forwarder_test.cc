// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/forwarder.h"

#include <gtest/gtest.h>

#include <vector>

#include "bellrock/testing.h"
#include "metrics/queue/memory_queue.h"
#include "testing/world.h"

namespace bellrock::metrics::agent {
namespace {

class ListSink final : public CardSink {
 public:
  Result<v1::PushReply> Send(const v1::PushRequest& push) override {
    ++sends;
    if (!status.ok()) return status;
    pushes.push_back(push);
    return reply;
  }
  Status status;
  v1::PushReply reply;
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
  queue::MemoryQueue spool_{environment_.clock};
  ListSink sink_;
  TestContext context_;
};

TEST_F(ForwarderTest, APushIsAcknowledgedWhenTheServerHasIt) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_, {.site = "bj"});
    ASSERT_TRUE(forwarder.Start().ok());
    for (uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(forwarder.Push(context_, PushOf(i)).ok());
    EXPECT_EQ(forwarder.spooled(), 0u);
  });
  ASSERT_EQ(sink_.pushes.size(), 3u);
  for (uint64_t i = 0; i < 3; ++i) {
    v1::PushRequest expected = PushOf(i + 1);
    expected.set_site("bj");
    EXPECT_EQ(sink_.pushes[i].SerializeAsString(), expected.SerializeAsString());
  }
}

TEST_F(ForwarderTest, PushesAreSpooledWhileTheServerIsAwayAndLeaveInOrder) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.status = UnavailableError("away");
    for (uint64_t i = 1; i <= 3; ++i) EXPECT_TRUE(forwarder.Push(context_, PushOf(i)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(20)).ok());
    EXPECT_EQ(forwarder.spooled(), 3u);
    EXPECT_LE(sink_.sends, 16) << "pauses grow";
    sink_.status = Status::Ok();
    // Nobody overtakes what waits.
    EXPECT_TRUE(forwarder.Push(context_, PushOf(4)).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(forwarder.spooled(), 0u);
    EXPECT_TRUE(forwarder.Push(context_, PushOf(5)).ok());
  });
  ASSERT_EQ(sink_.pushes.size(), 5u);
  for (uint64_t i = 0; i < 5; ++i) EXPECT_EQ(sink_.pushes[i].sequence(), i + 1);
}

TEST_F(ForwarderTest, WhatAKilledAgentHadAcknowledgedIsSentByTheNext) {
  world_.Run([this] {
    sink_.status = UnavailableError("away");
    {
      Forwarder forwarder(environment_, sink_, spool_);
      EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
      EXPECT_TRUE(forwarder.Push(context_, PushOf(2)).ok());
    }
    sink_.status = Status::Ok();
    Forwarder next(environment_, sink_, spool_);
    ASSERT_TRUE(next.Start().ok());
    EXPECT_EQ(next.spooled(), 2u);
    EXPECT_EQ(next.spooled_bytes(), 2 * PushOf(1).ByteSizeLong());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(next.spooled(), 0u);
    EXPECT_EQ(next.spooled_bytes(), 0u);
  });
  ASSERT_EQ(sink_.pushes.size(), 2u);
  EXPECT_EQ(sink_.pushes[0].sequence(), 1u);
}

TEST_F(ForwarderTest, RefusesBeyondItsSpoolAndTakesAgainLater) {
  world_.Run([this] {
    const size_t two = 2 * PushOf(1).ByteSizeLong();
    Forwarder forwarder(environment_, sink_, spool_, {.spool_bytes_max = two});
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.status = UnavailableError("away");
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    EXPECT_TRUE(forwarder.Push(context_, PushOf(2)).ok());
    const Status full = forwarder.Push(context_, PushOf(3)).status();
    EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
    EXPECT_NE(full.message().find("send again later"), std::string_view::npos);
    sink_.status = Status::Ok();
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_TRUE(forwarder.Push(context_, PushOf(3)).ok());
  });
}

TEST_F(ForwarderTest, WhatTheServerRefusesForGoodIsToldToItsSource) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.status = InvalidArgumentError("bad");
    EXPECT_EQ(forwarder.Push(context_, PushOf(1)).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(forwarder.spooled(), 0u);
  });
}

TEST_F(ForwarderTest, WhatIsRefusedOnlyOnceItIsSpooledIsDroppedAndCounted) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.status = UnavailableError("away");
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    sink_.status = InvalidArgumentError("bad");
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(forwarder.spooled(), 0u);
    EXPECT_EQ(forwarder.refused_for_good(), 1u);
  });
}

TEST_F(ForwarderTest, StopSendsWhatIsSpooled) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    sink_.status = UnavailableError("away");
    EXPECT_TRUE(forwarder.Push(context_, PushOf(1)).ok());
    EXPECT_EQ(forwarder.Stop(environment_.clock.Now() + kWhile).code(), StatusCode::kUnavailable);
    sink_.status = Status::Ok();
    EXPECT_TRUE(forwarder.Stop(environment_.clock.Now() + kWhile).ok());
  });
  EXPECT_EQ(sink_.pushes.size(), 1u);
}

TEST_F(ForwarderTest, ProcessesLearnWhichServicesToSpread) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.reply.add_spreads()->set_callee("a/b");
    EXPECT_EQ(forwarder.Push(context_, PushOf(1))->spreads_size(), 1);
    sink_.status = UnavailableError("away");
    EXPECT_EQ(forwarder.Push(context_, PushOf(2))->spreads_size(), 1);
  });
}

TEST_F(ForwarderTest, ProcessesLearnTheUnitsOfServices) {
  world_.Run([this] {
    Forwarder forwarder(environment_, sink_, spool_);
    ASSERT_TRUE(forwarder.Start().ok());
    sink_.reply.add_units()->set_unit("1ms");
    EXPECT_EQ(forwarder.Push(context_, PushOf(1))->units(0).unit(), "1ms");
    sink_.status = UnavailableError("away");
    EXPECT_EQ(forwarder.Push(context_, PushOf(2))->units(0).unit(), "1ms");
    sink_.status = Status::Ok();
    sink_.reply.clear_units();
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(forwarder.Push(context_, PushOf(3))->units_size(), 0);
  });
}

TEST_F(ForwarderTest, SendsAskersToAServer) {
  Forwarder forwarder(environment_, sink_, spool_);
  EXPECT_EQ(forwarder.Series(context_, {}).status().code(), StatusCode::kUnimplemented);
  EXPECT_EQ(forwarder.Table(context_, {}).status().code(), StatusCode::kUnimplemented);
  EXPECT_NE(forwarder.Stats(context_, {}).status().message().find("ask a bellrock server"),
            std::string_view::npos);
}

}  // namespace
}  // namespace bellrock::metrics::agent
