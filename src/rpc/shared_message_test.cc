// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Messages that many streams share, by every protocol, packed and not.
#include "bellrock/shared_message.h"

#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/compression.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoStub;
using testing::World;

CountRequest Count(int items, int item_bytes) {
  CountRequest request;
  request.set_items(items);
  request.set_item_bytes(item_bytes);
  return request;
}

// Reads all items of a stream; how many were as they must be.
int GoodItems(Client& client, const CountRequest& request, Compression compression) {
  auto reader = EchoStub(client).Count(request, {.compression = compression});
  EchoReply item;
  int items = 0;
  while (reader.ok()) {
    const Result<bool> more = reader->Read(item);
    EXPECT_TRUE(more.ok()) << more.status().ToString();
    if (!more.ok() || !*more) break;
    const bool good = item.text() == std::to_string(items) &&
                      item.filler() == std::string(static_cast<size_t>(request.item_bytes()), 'x');
    if (good) ++items;
  }
  return items;
}

TEST(SharedMessage, ArrivesByEveryProtocolWholeAndPacked) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    echo.service.share_items = true;
    ListedEndpoints endpoints({At("s")});
    for (const Protocol protocol : {Protocol::kNative, Protocol::kGrpc}) {
      Client client(world.Host("c"), endpoints, nullptr, {.protocol = protocol});
      for (const Compression each : {Compression::kNone, Compression::kZstd, Compression::kGzip}) {
        if (protocol == Protocol::kGrpc && each == Compression::kZstd) continue;
        // Empty, copied into the output, and larger than the window and sent from where it lies.
        for (const int bytes : {0, 1'000, 300'000}) {
          const CountRequest request = Count(7, bytes);
          EXPECT_EQ(GoodItems(client, request, each), 7) << bytes;
          const size_t wire = echo.service.shared_bytes_on_wire / 7;
          const bool packs = each != Compression::kNone && bytes > 0;
          EXPECT_EQ(wire < static_cast<size_t>(bytes) / 2, packs) << bytes;
          echo.service.shared_bytes_on_wire = 0;
        }
      }
    }
  });
}

TEST(SharedMessage, ASlowReaderHoldsItBack) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    echo.service.share_items = true;
    ListedEndpoints endpoints({At("s")});
    for (const Protocol protocol : {Protocol::kNative, Protocol::kGrpc}) {
      Client client(world.Host("c"), endpoints, nullptr, {.protocol = protocol});
      auto reader = EchoStub(client).Count(Count(1000, 50'000), {.timeout = seconds(60)});
      ASSERT_TRUE(reader.ok());
      ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
      EXPECT_LT(echo.service.items_written, 200);
      echo.service.items_written = 0;
    }
  });
}

TEST(SharedMessage, GoesAsServerSentEvents) {
  World world(3);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    echo.service.share_items = true;
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, "GET /bellrock.rpc.sample.v1.Echo/Count?items=2 HTTP/1.1\r\nHost: s\r\n\r\n");
    const std::string answer = ReadFor(*stream, seconds(1));
    EXPECT_NE(answer.find("data: {\"text\":\"0\""), std::string::npos) << answer;
    EXPECT_NE(answer.find("data: {\"text\":\"1\""), std::string::npos) << answer;
    EXPECT_NE(answer.find("event: end"), std::string::npos) << answer;
  });
}

TEST(SharedMessage, AFormIsMadeOnce) {
  EchoReply reply;
  reply.set_filler(std::string(10'000, 'x'));
  const auto shared = SharedMessage::Of<EchoReply>(reply.SerializeAsString());
  const auto first = PackShared(Compression::kZstd, *shared);
  const auto again = PackShared(Compression::kZstd, *shared);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_TRUE(first->packed);
  EXPECT_EQ(first->bytes->view().data(), again->bytes->view().data());
  EXPECT_FALSE(PackShared(Compression::kNone, *shared)->packed);
  std::string plain;
  ASSERT_TRUE(
      Unpack(static_cast<uint32_t>(Compression::kZstd), first->bytes->view(), 1 << 20, &plain)
          .ok());
  EXPECT_EQ(plain, shared->bytes().view());
}

TEST(SharedMessage, OneOverTheLimitFailsItsCallAndNotTheConnection) {
  World world(4);
  world.Run([&] {
    ServerOptions options;
    options.frame_bytes_max = 100'000;
    EchoServer echo(world.Host("s"), "s", options);
    echo.service.share_items = true;
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    auto reader = EchoStub(client).Count(Count(1, 200'000), {.compression = Compression::kZstd});
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    const Result<bool> read = reader->Read(item);
    EXPECT_EQ(read.status().code(), StatusCode::kResourceExhausted) << read.status().ToString();
    EXPECT_EQ(GoodItems(client, Count(3, 10), Compression::kNone), 3);
  });
}

TEST(SharedMessage, BytesThatAreNoMessageAreAnError) {
  class Told final : public StreamWriter {
   public:
    Status Write(const Message&) override { return Status::Ok(); }
  } told;
  EXPECT_EQ(told.WriteShared(*SharedMessage::Of<EchoReply>("\x0a")).status().code(),
            StatusCode::kInternal);
  EXPECT_TRUE(told.WriteShared(*SharedMessage::Of<EchoReply>("")).ok());
}

}  // namespace
}  // namespace bellrock::rpc
