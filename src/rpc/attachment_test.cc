// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Bytes beside requests and replies.
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

std::string Bytewise(size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>(i * 2654435761U >> 13);
  return text;
}

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

TEST(Attachment, OfAnySizeGoesThereAndBack) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    for (const size_t bytes : {size_t{1}, size_t{20'000}, size_t{70'000}, size_t{5} << 20}) {
      const std::string sent = Bytewise(bytes);
      ReplyDetails details;
      auto reply = EchoStub(client).Say(
          Text("with it"),
          {.timeout = seconds(100), .attachment = Bytes::Copy(sent), .details = &details});
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      EXPECT_EQ(reply->text(), "with it");
      EXPECT_TRUE(echo.service.seen_attachment.view() == sent) << bytes;
      EXPECT_TRUE(details.attachment.view() == sent) << bytes;
    }
    ReplyDetails details;
    ASSERT_TRUE(EchoStub(client).Say(Text("without"), {.details = &details}).ok());
    EXPECT_TRUE(echo.service.seen_attachment.empty());
    EXPECT_TRUE(details.attachment.empty());
  });
}

TEST(Attachment, TravelsBesidePackedMessagesAndIsNotPacked) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    const std::string sent = Bytewise(100'000);
    ReplyDetails details;
    auto reply = EchoStub(client).Say(
        Text(std::string(50'000, 't')),
        {.compression = Compression::kZstd, .attachment = Bytes::Copy(sent), .details = &details});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text().size(), 50'000U);
    EXPECT_TRUE(details.attachment.view() == sent);
  });
}

TEST(Attachment, IsSentAgainWithARetry) {
  World world(3);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("dead"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    const std::string sent = Bytewise(30'000);
    ASSERT_TRUE(EchoStub(client).Say({}, {.attachment = Bytes::Copy(sent)}).ok());
    EXPECT_TRUE(echo.service.seen_attachment.view() == sent);
  });
}

TEST(Attachment, CountsForTheLimitOfAFrame) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.frame_bytes_max = 50'000});
    const Status status =
        EchoStub(client).Say({}, {.attachment = Bytes(std::string(50'001, 'x'))}).status();
    EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
    EXPECT_NE(status.message().find("50001 beside it"), std::string_view::npos) << status.message();
  });
}

TEST(Attachment, MoreThanTheBodyHoldsIsRefused) {
  World world(5);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, kPreface);
    v1::CallMeta meta;
    meta.set_service("bellrock.rpc.sample.v1.Echo");
    meta.set_method("Say");
    meta.set_attachment_bytes(11);
    ByteBuffer out;
    ASSERT_TRUE(
        AppendFrame(out,
                    {.type = FrameType::kCall, .call_id = 1, .meta = &meta, .packed = "ten bytes!"},
                    1 << 20)
            .ok());
    Send(*stream, out.view());
    const std::string got = ReadFor(*stream, milliseconds(100));
    Frame frame;
    Status error;
    ASSERT_EQ(ParseFrame(got, 1 << 20, &frame, &error), ParseState::kFrame);
    v1::ReplyMeta reply;
    ASSERT_TRUE(reply.ParseFromArray(frame.meta.data(), static_cast<int>(frame.meta.size())));
    EXPECT_EQ(reply.code(), static_cast<uint32_t>(StatusCode::kInvalidArgument));
    EXPECT_NE(reply.message().find("attachment_bytes: 11"), std::string::npos) << reply.message();
    EXPECT_EQ(echo.service.calls, 0);
  });
}

TEST(Attachment, ALargeOneIsAPartOfItsFramesBlock) {
  const auto block = std::make_shared<const std::string>("message" + Bytewise(100'000));
  const std::shared_ptr<const void> owner = block;
  Frame frame;
  frame.body = *block;
  frame.block = &owner;
  Result<BodyParts> body = SplitBody(frame, 100'000);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->message, "message");
  EXPECT_EQ(body->attachment.view().data(), block->data() + 7);
  EXPECT_EQ(owner.use_count(), 3);
  // A small one does not hold the rest.
  body = SplitBody(frame, 10);
  EXPECT_EQ(owner.use_count(), 2);
  EXPECT_EQ(body->attachment.size(), 10U);
}

}  // namespace
}  // namespace bellrock::rpc
