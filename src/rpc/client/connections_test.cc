// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// How a client makes, shares, keeps and leaves connections.
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/client/connection_pool.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

EchoRequest Slow(int64_t ms) {
  EchoRequest request;
  request.set_sleep_ms(ms);
  return request;
}

// Counts the connections that a client makes.
class CountingNetwork final : public fiber::Network {
 public:
  explicit CountingNetwork(fiber::Network& network) : network_(network) {}
  Result<std::unique_ptr<fiber::Listener>> Listen(const Address& address,
                                                  const fiber::ListenOptions& options) override {
    return network_.Listen(address, options);
  }
  Result<std::unique_ptr<fiber::Stream>> Connect(const Address& address) override {
    ++connects;
    return network_.Connect(address);
  }
  Result<std::unique_ptr<fiber::DatagramSocket>> Bind(const Address& address) override {
    return network_.Bind(address);
  }
  int connects = 0;

 private:
  fiber::Network& network_;
};

// A server on one host, a client on another, and what the client's network saw.
struct Pair {
  Pair(World& world, ClientOptions options)
      : echo(world.Host("s"), "s"),
        endpoints({At("s")}),
        network(world.Host("c").network),
        client({world.Host("c").clock, network, world.Host("c").disk, world.Host("c").random},
               endpoints, nullptr, std::move(options)),
        stub(client) {}

  // So many calls at once; how many failed.
  int CallAtOnce(int calls) {
    int failed = 0;
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < calls; ++i) {
      callers.push_back(fiber::Start([&] { failed += stub.Say(Slow(10)).ok() ? 0 : 1; }));
    }
    for (auto& caller : callers) caller.Join();
    return failed;
  }

  EchoServer echo;
  ListedEndpoints endpoints;
  CountingNetwork network;
  Client client;
  EchoStub stub;
};

TEST(Connections, ASingleOneCarriesAllCalls) {
  World world(1);
  world.Run([&] {
    Pair pair(world, {});
    EXPECT_EQ(pair.CallAtOnce(50), 0);
    EXPECT_EQ(pair.network.connects, 1);
  });
}

TEST(Connections, SeveralAreMadeAsCallsMeetCallsInFlight) {
  World world(2);
  world.Run([&] {
    Pair pair(world, {.connections_per_endpoint = 3});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pair.CallAtOnce(1), 0);
    EXPECT_EQ(pair.network.connects, 1);
    EXPECT_EQ(pair.CallAtOnce(50), 0);
    EXPECT_EQ(pair.network.connects, 3);
  });
}

TEST(Connections, PooledOnesServeOneCallEachAndAreUsedAgain) {
  World world(3);
  world.Run([&] {
    Pair pair(world, {.connections = Connections::kPooled, .idle_connections_max = 4});
    EXPECT_EQ(pair.CallAtOnce(10), 0);
    EXPECT_EQ(pair.network.connects, 10);
    EXPECT_EQ(pair.CallAtOnce(4), 0);
    EXPECT_EQ(pair.network.connects, 10);
    EXPECT_EQ(pair.CallAtOnce(6), 0);  // four are kept
    EXPECT_EQ(pair.network.connects, 12);
  });
}

TEST(Connections, PooledOnesHaveALimit) {
  World world(4);
  world.Run([&] {
    Pair pair(world,
              {.attempts = 1, .connections = Connections::kPooled, .leased_connections_max = 5});
    EXPECT_EQ(pair.CallAtOnce(8), 3);
    EXPECT_EQ(pair.CallAtOnce(5), 0);
  });
}

TEST(Connections, AStreamHoldsItsPooledConnection) {
  World world(5);
  world.Run([&] {
    Pair pair(world, {.connections = Connections::kPooled});
    CountRequest request;
    request.set_items(2);
    {
      auto reader = pair.stub.Count(request);
      ASSERT_TRUE(reader.ok());
      EXPECT_EQ(pair.CallAtOnce(1), 0);
      EXPECT_EQ(pair.network.connects, 2);
    }
    EXPECT_EQ(pair.CallAtOnce(2), 0);
    EXPECT_EQ(pair.network.connects, 2);
  });
}

TEST(Connections, ShortOnesEndWithTheirCall) {
  World world(6);
  world.Run([&] {
    Pair pair(world, {.connections = Connections::kShort});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pair.CallAtOnce(1), 0);
    EXPECT_EQ(pair.network.connects, 5);
    // None is left that the server would have to wait for.
    ASSERT_TRUE(fiber::SleepFor(milliseconds(1)).ok());
    const Time begun = world.loop().Now();
    pair.echo.server.Shutdown(begun + seconds(10));
    EXPECT_LE(world.loop().Now() - begun, milliseconds(1));
  });
}

TEST(Connections, UnixSocketsCarryCallsToo) {
  World world(7);
  world.Run([&] {
    EchoService service;
    Server server(world.Host("s"), {}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(Address::Unix("/run/echo.sock")).ok());
    for (const Connections each :
         {Connections::kSingle, Connections::kPooled, Connections::kShort}) {
      ListedEndpoints endpoints({Address::Unix("/run/echo.sock")});
      Client client(world.Host("s"), endpoints, nullptr, {.connections = each});
      EXPECT_TRUE(EchoStub(client).Say({}).ok());
    }
  });
}

TEST(Connections, KeepAliveFindsADeadPeerWithoutACall) {
  World world(8);
  world.Run([&] {
    Pair pair(world, {.attempts = 1, .keep_alive = seconds(10)});
    ASSERT_EQ(pair.CallAtOnce(1), 0);
    ASSERT_TRUE(fiber::SleepFor(seconds(60)).ok());
    ASSERT_EQ(pair.CallAtOnce(1), 0);
    EXPECT_EQ(pair.network.connects, 1);  // answered pings change nothing
    world.Cut("c", "s");
    ASSERT_TRUE(fiber::SleepFor(seconds(13)).ok());
    world.Heal("c", "s");
    EXPECT_EQ(pair.CallAtOnce(1), 0);
    EXPECT_EQ(pair.network.connects, 2);
  });
}

TEST(Connections, AnIdleOneEndsInSpiteOfKeepAlive) {
  World world(9);
  world.Run([&] {
    Pair pair(world, {.keep_alive = seconds(10)});
    ASSERT_EQ(pair.CallAtOnce(1), 0);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::minutes(6)).ok());
    ASSERT_EQ(pair.CallAtOnce(1), 0);
    EXPECT_EQ(pair.network.connects, 2);
  });
}

TEST(Connections, PooledCallersLoseNothingWhenAServerDrains) {
  World world(10);
  world.Run([&] {
    auto first = std::make_unique<EchoServer>(world.Host("s1"), "s1");
    EchoServer second(world.Host("s2"), "s2");
    FixedEndpoints endpoints({At("s1"), At("s2")});
    Client client(world.Host("c"), endpoints, nullptr, {.connections = Connections::kPooled});
    EchoStub stub(client);
    int failed = 0;
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < 20; ++i) {
      callers.push_back(fiber::Start([&] {
        for (int k = 0; k < 50; ++k) failed += stub.Say(Slow(7)).ok() ? 0 : 1;
      }));
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    first->server.Shutdown(world.loop().Now() + seconds(10));
    for (auto& caller : callers) caller.Join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(first->service.cut_short, 0);
  });
}

TEST(Connections, CallsBeyondTheServersLastAreMadeElsewhere) {
  World world(11);
  world.Run([&] {
    auto listener = world.Host("old").network.Listen(At("old"), {});
    ASSERT_TRUE(listener.ok());
    fiber::JoinHandle old_server = fiber::Start([&] {
      RawPeer peer = AcceptRaw(**listener);
      Frame call;
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(peer.Next(FrameType::kCall, &call));
      peer.SendFrame({.type = FrameType::kGoaway, .call_id = 1 + 1});  // it took one
      peer.Close();
    });
    EchoServer other(world.Host("s"), "s");
    ListedEndpoints endpoints({At("old"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoStub stub(client);
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < 3; ++i) {
      callers.push_back(fiber::Start([&] { EXPECT_TRUE(stub.Say({}).ok()); }));
    }
    for (auto& caller : callers) caller.Join();
    EXPECT_EQ(other.service.calls, 3);
  });
}

}  // namespace
}  // namespace bellrock::rpc
