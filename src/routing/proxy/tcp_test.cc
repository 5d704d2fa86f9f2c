// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Tunnels through the proxy: in a simulated world, and over sockets where the kernel moves bytes.
#include <gtest/gtest.h>

#include <csignal>

#include "routing/proxy/proxy_world_for_test.h"
#include "routing/proxy/relay.h"
#include "testing/world.h"

namespace bellrock::routing::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::World;

void EchoUntilEnd(fiber::Stream& stream) {
  std::array<std::byte, 4096> buffer;
  for (;;) {
    const Result<size_t> count = stream.Read(buffer);
    if (!count.ok() || *count == 0) break;
    if (!stream.WriteAll(std::span(buffer).first(*count)).ok()) return;
  }
}

TEST(TcpProxy, CarriesBytesAndHalfClosed) {
  World world(1);
  world.Run([&] {
    // Speaks only when the client has ended its half.
    Instance instance(world, "i", [](fiber::Stream& stream) {
      const std::string said = ReadAll(stream);
      (void)stream.WriteAll(BytesOf("heard " + said));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    ASSERT_TRUE(proxy.shard.Listen(ProxyWorld::TcpSpec(), false).ok());
    auto client = proxy.Connect(9001);
    ASSERT_TRUE(client->WriteAll(BytesOf("all of it")).ok());
    ASSERT_TRUE(client->EndWrite().ok());
    EXPECT_EQ(ReadAll(*client), "heard all of it");
    EXPECT_EQ(proxy.source.reports,
              (std::vector<std::pair<uint32_t, StatusCode>>{{0u, StatusCode::kOk}}));
  });
}

TEST(TcpProxy, TriesAnotherInstanceWhileNothingWasSent) {
  World world(2);
  world.Run([&] {
    Instance well(world, "well", EchoUntilEnd);
    ProxyWorld proxy(world, {"gone", "well"}, "http:music/catalog");
    ASSERT_TRUE(proxy.shard.Listen(ProxyWorld::TcpSpec(), false).ok());
    auto client = proxy.Connect(9001);
    ASSERT_TRUE(client->WriteAll(BytesOf("ping")).ok());
    EXPECT_EQ(ReadUntil(*client, [](const std::string& text) { return text.size() >= 4; }), "ping");
    // Told while the tunnel lasts.
    EXPECT_EQ(proxy.source.reports, (std::vector<std::pair<uint32_t, StatusCode>>{
                                        {0u, StatusCode::kUnavailable}, {1u, StatusCode::kOk}}));
  });
}

TEST(TcpProxy, AnInstanceThatLeavesWithoutAWordHasFailed) {
  World world(3);
  world.Run([&] {
    Instance dies(world, "i", [](fiber::Stream& stream) {
      std::array<std::byte, 16> buffer;
      (void)stream.Read(buffer);
      stream.Close();
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    ASSERT_TRUE(proxy.shard.Listen(ProxyWorld::TcpSpec(), false).ok());
    auto client = proxy.Connect(9001);
    ASSERT_TRUE(client->WriteAll(BytesOf("ping")).ok());
    EXPECT_EQ(ReadAll(*client), "");
    client->Close();
    (void)fiber::SleepFor(milliseconds(10));
    EXPECT_EQ(proxy.source.reports.back().second, StatusCode::kUnavailable);
  });
}

TEST(TcpProxy, SilentTunnelsEnd) {
  World world(4);
  world.Run([&] {
    Instance instance(world, "i", EchoUntilEnd);
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    ASSERT_TRUE(proxy.shard.Listen(ProxyWorld::TcpSpec(), false).ok());
    auto client = proxy.Connect(9001);
    const Time began = world.loop().Now();
    EXPECT_EQ(ReadAll(*client), "");
    EXPECT_GE(world.loop().Now() - began, minutes(10));
    EXPECT_LT(world.loop().Now() - began, minutes(10) + seconds(2));
  });
}

TEST(TcpProxy, ConnectionsBeyondTheBoundAreClosed) {
  World world(5);
  world.Run([&] {
    Instance instance(world, "i", EchoUntilEnd);
    Limits limits;
    limits.connections_max = 2;
    ProxyWorld proxy(world, {"i"}, "http:music/catalog", limits);
    auto first = proxy.Connect();
    auto second = proxy.Connect();
    (void)fiber::SleepFor(milliseconds(10));
    auto third = proxy.Connect();
    EXPECT_EQ(ReadAll(*third), "");
    EXPECT_EQ(proxy.shard.refused(), 1u);
    EXPECT_EQ(proxy.shard.connections(), 2u);
  });
}

// Bulk of which each byte is known, through real sockets: the relay changes to the kernel's pipe
// and back.
TEST(Relay, MovesBulkThroughThePipeUnchanged) {
  std::signal(SIGPIPE, SIG_IGN);  // splice() knows no MSG_NOSIGNAL
  fiber::Loop loop;
  ASSERT_TRUE(loop.Post([] {
    constexpr size_t kBytes = 8 << 20;
    fiber::Environment environment = fiber::RealEnvironment();
    auto listener = *environment.network.Listen(Address::Tcp("127.0.0.1", 0), {});
    std::array<std::unique_ptr<fiber::Stream>, 4> ends;  // client, proxy's two, instance
    for (size_t i = 0; i < 4; i += 2) {
      auto accept = fiber::Start([&] { ends[i + 1] = std::move(*listener->Accept()); });
      ends[i] = std::move(*environment.network.Connect(listener->address()));
      accept.Join();
    }
    std::string sent(kBytes, '\0');
    for (size_t i = 0; i < kBytes; ++i) sent[i] = static_cast<char>(i * 31 >> 3);
    Lender lender;
    size_t steps = 0;
    auto relay = fiber::Start([&] {
      Relay both(lender, {*ends[1], *ends[2]}, [&](Relay::From, size_t) { ++steps; });
      EXPECT_TRUE(both.Run().ok());
    });
    auto instance = fiber::Start([&] {
      const std::string got = ReadAll(*ends[3]);
      EXPECT_TRUE(got == sent);
      EXPECT_TRUE(ends[3]->WriteAll(BytesOf(got)).ok());
      EXPECT_TRUE(ends[3]->EndWrite().ok());
    });
    auto writer = fiber::Start([&] {
      EXPECT_TRUE(ends[0]->WriteAll(BytesOf(sent)).ok());
      EXPECT_TRUE(ends[0]->EndWrite().ok());
    });
    EXPECT_TRUE(ReadAll(*ends[0]) == sent);
    relay.Join();
    EXPECT_GT(steps, 0u);
    fiber::Loop::Current()->Stop();
  }));
  loop.Run();
}

}  // namespace
}  // namespace bellrock::routing::proxy
