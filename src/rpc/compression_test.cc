// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/compression.h"

#include <gtest/gtest.h>

#include "bellrock/rpc/v1/wire.pb.h"
#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

constexpr Compression kAll[] = {Compression::kZstd, Compression::kLz4, Compression::kGzip};

uint32_t Number(Compression compression) {
  return static_cast<uint32_t>(compression);
}

std::string Text(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "line " + std::to_string(text.size() % 977) + "; ";
  text.resize(bytes);
  return text;
}

TEST(Compression, WhatWasPackedUnpacks) {
  for (const Compression each : kAll) {
    for (const size_t bytes :
         {size_t{0}, size_t{1}, size_t{600}, size_t{70'000}, size_t{3} << 20}) {
      const std::string text = Text(bytes);
      std::string packed;
      std::string plain;
      ASSERT_TRUE(Pack(each, text, &packed).ok());
      ASSERT_TRUE(Unpack(Number(each), packed, bytes, &plain).ok()) << bytes;
      EXPECT_TRUE(plain == text);
      if (bytes > 10'000) {
        EXPECT_LT(packed.size(), bytes / 2);
      }
    }
  }
}

TEST(Compression, MoreThanAllowedIsRefusedBeforeItIsMade) {
  for (const Compression each : kAll) {
    std::string packed;
    std::string plain;
    ASSERT_TRUE(Pack(each, std::string(size_t{20} << 20, 'x'), &packed).ok());
    const Status status = Unpack(Number(each), packed, 1 << 20, &plain);
    EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.ToString();
    EXPECT_LE(plain.capacity(), size_t{3} << 20);
  }
}

TEST(Compression, DamagedCutAndFollowedBytesAreDataLoss) {
  for (const Compression each : kAll) {
    std::string packed;
    std::string plain;
    ASSERT_TRUE(Pack(each, Text(5000), &packed).ok());
    for (size_t cut = 0; cut < packed.size(); cut += 7) {
      EXPECT_EQ(Unpack(Number(each), packed.substr(0, cut), 1 << 20, &plain).code(),
                StatusCode::kDataLoss)
          << cut;
    }
    EXPECT_EQ(Unpack(Number(each), packed + "x", 1 << 20, &plain).code(), StatusCode::kDataLoss);
    EXPECT_EQ(Unpack(Number(each), "no packed bytes at all", 1 << 20, &plain).code(),
              StatusCode::kDataLoss);
    // A context that met damage works again.
    EXPECT_TRUE(Unpack(Number(each), packed, 1 << 20, &plain).ok());
  }
}

TEST(Compression, UnknownAlgorithmsAreRefused) {
  std::string out;
  EXPECT_EQ(Unpack(5, "", 10, &out).code(), StatusCode::kUnimplemented);
  EXPECT_EQ(Unpack(4'000'000'000U, "", 10, &out).code(), StatusCode::kUnimplemented);
  EXPECT_EQ(Pack(Compression::kNone, "", &out).code(), StatusCode::kInvalidArgument);
}

TEST(Compression, AServerAnswersWithWhatTheCallerAccepts) {
  const uint32_t gzip = AcceptBit(Compression::kGzip);
  const uint32_t lz4 = AcceptBit(Compression::kLz4);
  EXPECT_EQ(ReplyCompression(Number(Compression::kGzip), gzip | lz4), Compression::kGzip);
  EXPECT_EQ(ReplyCompression(Number(Compression::kZstd), gzip | lz4), Compression::kLz4);
  EXPECT_EQ(ReplyCompression(0, gzip), Compression::kGzip);
  EXPECT_EQ(ReplyCompression(Number(Compression::kZstd), 0), Compression::kNone);
  EXPECT_EQ(ReplyCompression(77, 0xFFFFFFE3), Compression::kNone);  // no algorithm that we know
}

// Bytes that a client reads from the wire.
struct Wire {
  explicit Wire(World& world)
      : echo(world.Host("s"), "s"),
        endpoints({At("s")}),
        client(world.Host("c"), endpoints, nullptr, {}) {}
  EchoServer echo;
  ListedEndpoints endpoints;
  Client client;
};

TEST(CompressedCalls, RequestsAndRepliesArePacked) {
  World world(1);
  world.Run([&] {
    Wire wire(world);
    for (const Compression each : kAll) {
      EchoRequest request;
      request.set_text(Text(100'000));
      auto reply = EchoStub(wire.client).Say(request, {.compression = each});
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      EXPECT_EQ(reply->text(), request.text());
    }
  });
}

TEST(CompressedCalls, StreamsArePackedItemByItem) {
  World world(2);
  world.Run([&] {
    Wire wire(world);
    EchoStub stub(wire.client);
    CountRequest count;
    count.set_items(100);
    count.set_item_bytes(50'000);
    auto reader = stub.Count(count, {.compression = Compression::kZstd});
    ASSERT_TRUE(reader.ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    // Credit counts what travels: all of 5 MB fits into a window of 256 KiB.
    EXPECT_EQ(wire.echo.service.items_written, 100);
    EchoReply item;
    int items = 0;
    while (*reader->Read(item)) {
      ASSERT_EQ(item.filler().size(), 50'000U);
      ++items;
    }
    EXPECT_EQ(items, 100);

    auto writer = stub.Sum({.compression = Compression::kLz4});
    ASSERT_TRUE(writer.ok());
    EchoRequest request;
    request.set_text(Text(50'000));
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(writer->Write(request).ok());
    auto sum = writer->Finish();
    ASSERT_TRUE(sum.ok()) << sum.status().ToString();
    EXPECT_EQ(sum->bytes(), 50 * 50'000);
  });
}

// What a server sees of one call frame, and what a client makes of the answer to it.
struct RawServer {
  RawServer(World& world, std::string answer_body, uint32_t answer_compression,
            uint64_t attachment_bytes = 0)
      : listener(std::move(*world.Host("raw").network.Listen(At("raw"), {}))),
        server(fiber::Start([this, answer_body = std::move(answer_body), answer_compression,
                             attachment_bytes] {
          RawPeer peer = AcceptRaw(*listener);
          Frame frame;
          if (!peer.Next(FrameType::kCall, &frame)) return;
          EXPECT_TRUE(call.ParseFromArray(frame.meta.data(), static_cast<int>(frame.meta.size())));
          body = std::string(frame.body);
          v1::ReplyMeta meta;
          meta.set_compression(answer_compression);
          meta.set_attachment_bytes(attachment_bytes);
          peer.SendFrame({.type = FrameType::kReply,
                          .call_id = frame.header.call_id,
                          .meta = &meta,
                          .packed = answer_body});
          (void)peer.Next(FrameType::kCall, &frame);
        })) {}
  std::unique_ptr<fiber::Listener> listener;
  v1::CallMeta call;
  std::string body;
  fiber::JoinHandle server;
};

Status CallRaw(World& world, const EchoRequest& request, const CallOptions& options) {
  ListedEndpoints endpoints({At("raw")});
  Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
  return EchoStub(client).Say(request, options).status();
}

TEST(CompressedCalls, SmallRequestsTravelAsTheyAreAndStillAskForAPackedReply) {
  World world(3);
  world.Run([&] {
    EchoRequest request;
    request.set_text("small");
    RawServer raw(world, request.SerializeAsString(), 0);
    EXPECT_TRUE(CallRaw(world, request, {.compression = Compression::kGzip}).ok());
    EXPECT_EQ(raw.call.compression(), 0U);
    EXPECT_EQ(raw.call.accept(), AcceptBit(Compression::kGzip));
    EXPECT_EQ(raw.body, request.SerializeAsString());
  });
}

TEST(CompressedCalls, WithoutTheWishNothingIsSaidOfIt) {
  World world(4);
  world.Run([&] {
    EchoRequest request;
    request.set_text(Text(10'000));
    RawServer raw(world, "", 0);
    (void)CallRaw(world, request, {});
    EXPECT_EQ(raw.call.accept(), 0U);
    EXPECT_EQ(raw.body.size(), request.ByteSizeLong());
  });
}

TEST(CompressedCalls, ADamagedReplyIsDataLoss) {
  for (const Compression each : kAll) {
    World world(5);
    world.Run([&] {
      RawServer raw(world, "these bytes are not packed", Number(each));
      EXPECT_EQ(CallRaw(world, {}, {.compression = each}).code(), StatusCode::kDataLoss);
    });
  }
}

TEST(CompressedCalls, ADamagedRequestIsRefusedAndTheConnectionLivesOn) {
  World world(6);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, kPreface);
    v1::CallMeta meta;
    meta.set_service("bellrock.rpc.sample.v1.Echo");
    meta.set_method("Say");
    meta.set_compression(Number(Compression::kZstd));
    ByteBuffer out;
    for (uint64_t id = 1; id <= 2; ++id) {
      const std::string_view body = "damaged";
      ASSERT_TRUE(AppendFrame(out,
                              {.type = FrameType::kCall,
                               .call_id = id,
                               .meta = &meta,
                               .packed = id == 1 ? body : std::string_view()},
                              1 << 20)
                      .ok());
      meta.set_compression(0);
    }
    Send(*stream, out.view());
    const std::string got = ReadFor(*stream, milliseconds(100));
    Frame frame;
    Status error;
    ASSERT_EQ(ParseFrame(got, 1 << 20, &frame, &error), ParseState::kFrame);
    v1::ReplyMeta reply;
    ASSERT_TRUE(reply.ParseFromArray(frame.meta.data(), static_cast<int>(frame.meta.size())));
    EXPECT_EQ(reply.code(), static_cast<uint32_t>(StatusCode::kInvalidArgument));
    EXPECT_EQ(reply.origin(), v1::ORIGIN_SERVER);
    ASSERT_EQ(ParseFrame(got.substr(frame.size()), 1 << 20, &frame, &error), ParseState::kFrame);
    EXPECT_TRUE(frame.meta.empty());
    EXPECT_EQ(echo.service.calls, 1);
  });
}

TEST(CompressedCalls, AMessageThatUnpacksBeyondTheLimitIsRefused) {
  World world(7);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.frame_bytes_max = 100'000});
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    EchoRequest request;
    request.set_text(Text(1'000'000));
    const Status status =
        EchoStub(client).Say(request, {.compression = Compression::kZstd}).status();
    EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.ToString();
    EXPECT_EQ(echo.service.calls, 0);
  });
}

}  // namespace
}  // namespace bellrock::rpc
