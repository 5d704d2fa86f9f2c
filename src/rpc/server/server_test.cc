// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a server does to peers that misbehave, byte by byte, in the simulator.
#include "rpc/server.h"

#include <gtest/gtest.h>

#include <random>

#include "base/log.h"
#include "bellrock/rpc/v1/wire.pb.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using bellrock::testing::World;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;

std::string CallBytes(uint64_t id, const EchoRequest& request, uint64_t timeout_us = 0) {
  v1::CallMeta meta;
  meta.set_service("bellrock.rpc.sample.v1.Echo");
  meta.set_method("Say");
  meta.set_timeout_us(timeout_us);
  ByteBuffer out;
  EXPECT_TRUE(
      AppendFrame(out, {.type = FrameType::kCall, .call_id = id, .meta = &meta, .body = &request},
                  1 << 26)
          .ok());
  return std::string(out.view());
}

std::string FrameBytes(FrameType type, uint64_t id, uint8_t flags = 0) {
  std::string bytes(kFrameHeaderBytes, '\0');
  EncodeHeader({.type = type, .flags = flags, .call_id = id}, bytes.data());
  return bytes;
}

struct Received {
  FrameHeader header;
  v1::ReplyMeta meta;
  EchoReply reply;
};

std::vector<Received> Frames(std::string_view bytes) {
  std::vector<Received> all;
  Frame frame;
  Status error;
  while (ParseFrame(bytes, 1 << 26, &frame, &error) == ParseState::kFrame) {
    Received received{.header = frame.header, .meta = {}, .reply = {}};
    EXPECT_TRUE(received.meta.ParseFromString(std::string(frame.meta)));
    EXPECT_TRUE(received.reply.ParseFromString(std::string(frame.body)));
    all.push_back(std::move(received));
    bytes.remove_prefix(frame.size());
  }
  EXPECT_TRUE(bytes.empty());
  return all;
}

EchoRequest Slow(int64_t ms) {
  EchoRequest request;
  request.set_sleep_ms(ms);
  return request;
}

// The server still serves others.
void ExpectServes(World& world, EchoServer&) {
  FixedEndpoints endpoints({At("s")});
  Client client(world.Host("other"), endpoints, nullptr, {});
  auto reply = sample::v1::EchoStub(client).Say({});
  EXPECT_TRUE(reply.ok()) << reply.status().ToString();
}

TEST(Server, AnswersRawFramesByteByByte) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    auto stream = Connect(world.Host("c"), "s");
    EchoRequest request;
    request.set_text("hi");
    for (const char c : std::string(kPreface) + CallBytes(42, request) +
                            FrameBytes(FrameType::kPing, 7) +
                            FrameBytes(static_cast<FrameType>(99), 1)) {
      Send(*stream, std::string_view(&c, 1));
    }
    const auto frames = Frames(ReadFor(*stream, seconds(1)));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].header.type, FrameType::kReply);
    EXPECT_EQ(frames[0].header.call_id, 42U);
    EXPECT_EQ(frames[0].header.meta_length, 0);
    EXPECT_EQ(frames[0].reply.text(), "hi");
    EXPECT_EQ(frames[1].header.type, FrameType::kPong);
    EXPECT_EQ(frames[1].header.call_id, 7U);
  });
}

TEST(Server, ClosesUnknownProtocols) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    for (const char* first : {"\x16\x03\x01\x02", "BELLRK9\n", "xyz"}) {
      auto stream = Connect(world.Host("c"), "s");
      Send(*stream, first);
      bool closed = false;
      EXPECT_EQ(ReadFor(*stream, seconds(1), &closed), "");
      EXPECT_TRUE(closed) << first;
    }
    ExpectServes(world, echo);
  });
}

TEST(Server, ClosesHalfOpenConnectionsInTime) {
  World world(3);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.preface_timeout = seconds(2)});
    for (const char* part : {"", "BELL", "GET / HT"}) {
      const Time begun = world.loop().Now();
      auto stream = Connect(world.Host("c"), "s");
      if (*part != '\0') Send(*stream, part);
      bool closed = false;
      ReadFor(*stream, seconds(20), &closed);
      EXPECT_TRUE(closed) << part;
      EXPECT_LE(world.loop().Now() - begun, milliseconds(2100)) << part;
      EXPECT_GE(world.loop().Now() - begun, milliseconds(1900)) << part;
    }
  });
}

TEST(Server, DrippingHeadersDoNotExtendTheirTime) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.preface_timeout = seconds(2)});
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, "GET / HTTP/1.1\r\n");
    const Time begun = world.loop().Now();
    bool closed = false;
    while (!closed && world.loop().Now() - begun < seconds(10)) {
      const std::string_view drop = "X: y\r\n";
      (void)stream->WriteAll({reinterpret_cast<const std::byte*>(drop.data()), drop.size()});
      ReadFor(*stream, milliseconds(500), &closed);
    }
    EXPECT_TRUE(closed);
    EXPECT_LE(world.loop().Now() - begun, milliseconds(2600));
  });
}

TEST(Server, ClosesIdleConnectionsButNotBusyOnes) {
  World world(5);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.idle_timeout = seconds(10)});
    auto idle = Connect(world.Host("c"), "s");
    Send(*idle, kPreface);
    auto busy = Connect(world.Host("c"), "s");
    Send(*busy, std::string(kPreface) + CallBytes(1, Slow(60'000)));
    bool closed = false;
    EXPECT_EQ(ReadFor(*idle, seconds(15), &closed), "");
    EXPECT_TRUE(closed);
    EXPECT_EQ(Frames(ReadFor(*busy, seconds(50))).size(), 1U);
  });
}

TEST(Server, RefusesOversizeFramesWithAGoaway) {
  World world(6);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.frame_bytes_max = 1000});
    auto stream = Connect(world.Host("c"), "s");
    std::string header(kFrameHeaderBytes, '\0');
    EncodeHeader({.length = 1001, .type = FrameType::kCall}, header.data());
    Send(*stream, std::string(kPreface) + header);
    bool closed = false;
    const auto frames = Frames(ReadFor(*stream, seconds(1), &closed));
    EXPECT_TRUE(closed);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].header.type, FrameType::kGoaway);
    EXPECT_EQ(frames[0].meta.code(), static_cast<uint32_t>(StatusCode::kResourceExhausted));
    ExpectServes(world, echo);
  });
}

TEST(Server, RefusesBadMetaReusedIdsAndCriticalFlags) {
  World world(7);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    std::string bad_meta = FrameBytes(FrameType::kCall, 1) + "\xff\xff\xff";
    EncodeHeader({.length = 3, .type = FrameType::kCall, .meta_length = 3, .call_id = 1},
                 bad_meta.data());
    for (const std::string& bytes : {bad_meta, CallBytes(5, Slow(1000)) + CallBytes(5, Slow(1000)),
                                     FrameBytes(static_cast<FrameType>(99), 1, kFlagCritical)}) {
      auto stream = Connect(world.Host("c"), "s");
      Send(*stream, std::string(kPreface) + bytes);
      bool closed = false;
      const auto frames = Frames(ReadFor(*stream, milliseconds(500), &closed));
      EXPECT_TRUE(closed);
      ASSERT_EQ(frames.size(), 1U);
      EXPECT_EQ(frames[0].header.type, FrameType::kGoaway);
    }
    ExpectServes(world, echo);
  });
}

TEST(Server, BadRequestBodyFailsThatCallOnly) {
  World world(8);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    auto stream = Connect(world.Host("c"), "s");
    EchoRequest request;
    request.set_text("abcdef");
    std::string bad = CallBytes(1, request);
    bad[bad.size() - 7] = '\x7f';  // the length of `text`
    Send(*stream, std::string(kPreface) + bad + CallBytes(2, request));
    const auto frames = Frames(ReadFor(*stream, seconds(1)));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].meta.code(), static_cast<uint32_t>(StatusCode::kInvalidArgument));
    EXPECT_EQ(frames[1].reply.text(), "abcdef");
  });
}

TEST(Server, ClosesReadersThatDoNotRead) {
  World world(9);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.out_bytes_max = 1 << 20});
    auto stream = Connect(world.Host("c"), "s");
    EchoRequest fills;
    fills.set_ratio(100'000);  // bytes of the reply
    Send(*stream, kPreface);
    for (uint64_t id = 1; id <= 200; ++id) {
      const std::string call = CallBytes(id, fills);
      if (!stream->WriteAll({reinterpret_cast<const std::byte*>(call.data()), call.size()}).ok())
        break;
    }
    EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
    // 200 replies of 100 kB were asked for; the bound let about ten be queued beyond the network's
    // own buffer.
    bool closed = false;
    const std::string got = ReadFor(*stream, seconds(1), &closed);
    EXPECT_TRUE(closed);
    EXPECT_LT(got.size(), 15'000'000U);
    ExpectServes(world, echo);
  });
}

TEST(Server, LimitsConnectionsPerPeerAndInAll) {
  World world(10);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.connections_max = 3, .connections_per_peer_max = 2});
    std::vector<std::unique_ptr<fiber::Stream>> open;
    const auto is_served = [&](const std::string& host) {
      auto stream = world.Host(host).network.Connect(At("s"));
      if (!stream.ok()) return false;
      const std::string ping = std::string(kPreface) + FrameBytes(FrameType::kPing, 1);
      (void)(*stream)->WriteAll({reinterpret_cast<const std::byte*>(ping.data()), ping.size()});
      const bool served = ReadFor(**stream, milliseconds(100)).size() == kFrameHeaderBytes;
      open.push_back(std::move(*stream));
      return served;
    };
    EXPECT_TRUE(is_served("a"));
    EXPECT_TRUE(is_served("a"));
    EXPECT_FALSE(is_served("a"));
    EXPECT_TRUE(is_served("b"));
    EXPECT_FALSE(is_served("c"));
    open.clear();
    EXPECT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    EXPECT_TRUE(is_served("c"));
  });
}

TEST(Server, LimitsCallsPerConnection) {
  World world(11);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.calls_per_connection_max = 2});
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, std::string(kPreface) + CallBytes(1, Slow(100)) + CallBytes(2, Slow(100)) +
                      CallBytes(3, Slow(100)));
    const auto frames = Frames(ReadFor(*stream, seconds(1)));
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].header.call_id, 3U);
    EXPECT_EQ(frames[0].meta.code(), static_cast<uint32_t>(StatusCode::kResourceExhausted));
  });
}

TEST(Server, ClosedConnectionCancelsItsCalls) {
  World world(12);
  world.Run([&] {
    RecordingObserver observer;
    EchoServer echo(world.Host("s"), "s", {.name = "test/echo", .instance = "i"}, &observer);
    {
      auto stream = Connect(world.Host("c"), "s");
      Send(*stream,
           std::string(kPreface) + CallBytes(1, Slow(60'000)) + CallBytes(2, Slow(60'000)));
      EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(echo.service.cut_short, 2);
    ASSERT_EQ(observer.calls.size(), 2U);
    EXPECT_EQ(observer.calls[0].code, StatusCode::kCancelled);
    EXPECT_EQ(observer.calls[0].callee, "test/echo");
    EXPECT_EQ(observer.calls[0].instance, "i");
    EXPECT_EQ(observer.calls[0].method, "Say");
  });
}

TEST(Server, DeadlineEndsTheHandlerWithoutACancel) {
  World world(13);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, std::string(kPreface) + CallBytes(1, Slow(60'000), 50'000));
    const auto frames = Frames(ReadFor(*stream, seconds(1)));
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].meta.code(), static_cast<uint32_t>(StatusCode::kDeadlineExceeded));
  });
}

TEST(Server, GarbageHurtsNobodyElse) {
  World world(14);
  ASSERT_TRUE(log::SetLevel("error").ok());  // 300 refusals, seconds of simulated time apart
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s",
                    {.preface_timeout = seconds(1), .idle_timeout = seconds(1)});
    std::mt19937_64 random(14);  // NOLINT: the same garbage each run
    for (int round = 0; round < 300; ++round) {
      std::string bytes;
      if (round % 3 == 1) bytes = kPreface;
      if (round % 3 == 2) bytes = "POST /bellrock.rpc.sample.v1.Echo/Say HTTP/1.1\r\n";
      if (round % 6 == 1) bytes += CallBytes(1, Slow(5));
      const size_t good = bytes.size();
      for (uint64_t i = 0; i < random() % 200; ++i) bytes += static_cast<char>(random());
      if (good > 20)
        bytes[20 + random() % (bytes.size() - 20)] ^= static_cast<char>(1 << random() % 8);
      auto stream = Connect(world.Host("c"), "s");
      (void)stream->WriteAll({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
      if (round % 2 == 0) ReadFor(*stream, seconds(5));
    }
    ExpectServes(world, echo);
    EXPECT_TRUE(fiber::SleepFor(seconds(10)).ok());
    EXPECT_LT(world.loop().live_fibers(), 10U);  // no connection is left
  });
  ASSERT_TRUE(log::SetLevel("info").ok());
}

TEST(Server, NamesMustBeUnique) {
  World world(15);
  world.Run([&] {
    EchoService first;
    EchoService second;
    Server server(world.Host("s"), {}, nullptr);
    EXPECT_TRUE(server.Add(first).ok());
    EXPECT_EQ(server.Add(second).code(), StatusCode::kAlreadyExists);
  });
}

}  // namespace
}  // namespace bellrock::rpc
