// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Streams of requests over native frames in the simulator, and what travels beside a call.
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

// A server and a client on two hosts of a world.
struct Pair {
  explicit Pair(World& world, CallObserver* observer = nullptr)
      : echo(world.Host("s"), "s"),
        endpoints({At("s")}),
        client(world.Host("c"), endpoints, observer, {}),
        stub(client) {}
  EchoServer echo;
  ListedEndpoints endpoints;
  Client client;
  EchoStub stub;
};

TEST(ClientStreaming, TheReplyComesAfterTheLastRequest) {
  World world(1);
  world.Run([&] {
    RecordingObserver observer;
    Pair pair(world, &observer);
    auto writer = pair.stub.Sum();
    ASSERT_TRUE(writer.ok()) << writer.status().ToString();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer->Write(Text("four")).ok());
    auto sum = writer->Finish();
    ASSERT_TRUE(sum.ok()) << sum.status().ToString();
    EXPECT_EQ(sum->requests(), 100);
    EXPECT_EQ(sum->bytes(), 400);
    ASSERT_EQ(observer.calls.size(), 1U);
    EXPECT_EQ(observer.calls[0].code, StatusCode::kOk);
  });
}

TEST(ClientStreaming, AnEarlyErrorIsTheAnswer) {
  World world(2);
  world.Run([&] {
    Pair pair(world);
    auto writer = pair.stub.Sum();
    ASSERT_TRUE(writer.ok());
    EchoRequest bad = Text("enough");
    bad.set_code(static_cast<int>(StatusCode::kOutOfRange));
    ASSERT_TRUE(writer->Write(bad).ok());
    ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(writer->Write(Text("more")).code(), StatusCode::kUnavailable);
    auto sum = writer->Finish();
    EXPECT_EQ(sum.status().code(), StatusCode::kOutOfRange);
    EXPECT_EQ(sum.status().message(), "enough");
  });
}

TEST(ClientStreaming, ASlowHandlerHoldsTheWriterBack) {
  World world(3);
  world.Run([&] {
    Pair pair(world);
    auto writer = pair.stub.Sum();
    ASSERT_TRUE(writer.ok());
    EchoRequest slow = Text(std::string(100 << 10, 'x'));
    slow.set_sleep_ms(1000);
    const Time begun = world.loop().Now();
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(writer->Write(slow).ok());
    // 256 KiB may wait; the rest is written as the handler reads.
    EXPECT_GE(world.loop().Now() - begun, seconds(3));
    EXPECT_EQ(writer->Finish()->requests(), 8);
  });
}

TEST(Bidi, RequestsAndRepliesInterleave) {
  World world(4);
  world.Run([&] {
    Pair pair(world);
    auto chat = pair.stub.Chat();
    ASSERT_TRUE(chat.ok());
    EchoReply reply;
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(chat->Write(Text(std::to_string(i))).ok());
      ASSERT_TRUE(*chat->Read(reply));
      EXPECT_EQ(reply.text(), std::to_string(i));
    }
    ASSERT_TRUE(chat->CloseWrites().ok());
    Result<bool> end = chat->Read(reply);
    ASSERT_TRUE(end.ok());
    EXPECT_FALSE(*end);
    EXPECT_EQ(chat->Write(Text("late")).code(), StatusCode::kFailedPrecondition);
  });
}

TEST(Bidi, TwoFibersReadAndWrite) {
  World world(5);
  world.Run([&] {
    Pair pair(world);
    auto chat = pair.stub.Chat();
    ASSERT_TRUE(chat.ok());
    constexpr int kItems = 2000;
    fiber::JoinHandle writer = fiber::Start([&] {
      for (int i = 0; i < kItems; ++i) {
        EXPECT_TRUE(chat->Write(Text(std::string(1000, 'x'))).ok());
      }
      EXPECT_TRUE(chat->CloseWrites().ok());
    });
    int items = 0;
    EchoReply reply;
    while (*chat->Read(reply)) ++items;
    writer.Join();
    EXPECT_EQ(items, kItems);
  });
}

TEST(ClientStreaming, EmptyRequestsHaveABoundToo) {
  World world(9);
  world.Run([&] {
    Pair pair(world);
    auto writer = pair.stub.Sum();
    ASSERT_TRUE(writer.ok());
    EchoRequest slow;
    slow.set_sleep_ms(10'000);
    ASSERT_TRUE(writer->Write(slow).ok());
    fiber::ScopedDeadline deadline(world.loop().Now() + seconds(5));
    Status status;
    size_t written = 0;
    while ((status = writer->Write(EchoRequest())).ok()) ++written;
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_LE(written, kRequestCreditBytes);
  });
}

TEST(Bidi, LeavingCancelsTheHandler) {
  World world(6);
  world.Run([&] {
    Pair pair(world);
    {
      auto chat = pair.stub.Chat();
      ASSERT_TRUE(chat->Write(Text("hello")).ok());
      EchoReply reply;
      ASSERT_TRUE(*chat->Read(reply));
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(pair.echo.service.cut_short, 1);
    EXPECT_TRUE(pair.echo.service.saw_cancelled);
  });
}

TEST(Bidi, ABrokenConnectionEndsBothSides) {
  World world(7);
  world.Run([&] {
    Pair pair(world);
    auto chat = pair.stub.Chat();
    EchoReply reply;
    ASSERT_TRUE(chat->Write(Text("hello")).ok());
    ASSERT_TRUE(*chat->Read(reply));
    world.CrashNetwork("s");
    Result<bool> read = chat->Read(reply);
    EXPECT_EQ(read.status().code(), StatusCode::kUnavailable);
    EXPECT_EQ(chat->Write(Text("more")).code(), StatusCode::kUnavailable);
  });
}

TEST(Streams, CalledInAnotherWayThanServedAreRefused) {
  World world(8);
  world.Run([&] {
    Pair pair(world);
    EchoReply reply;
    const Status status =
        pair.client.Call("bellrock.rpc.sample.v1.Echo", "Chat", EchoRequest(), reply, {});
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("bidirectional"), std::string_view::npos);
    auto call = pair.client.OpenDuplex("bellrock.rpc.sample.v1.Echo", "Count", {});
    ASSERT_TRUE(call.ok());
    EXPECT_EQ((*call)->Read(reply).status().code(), StatusCode::kInvalidArgument);
  });
}

}  // namespace
}  // namespace bellrock::rpc
