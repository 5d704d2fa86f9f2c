// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The framework over real sockets: one loop, several loops, and a service with a home.
#include <gtest/gtest.h>

#include <span>
#include <utility>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;

const Address kAnyPort = Address::Tcp("127.0.0.1", 0);

// Runs `body` in a fiber of a real loop until it returns.
void RunOnRealLoop(const std::function<void(fiber::Loop&)>& body) {
  fiber::Loop loop;
  loop.Post([&] {
    body(loop);
    loop.Stop();
  });
  loop.Run();
}

EchoRequest Request(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

TEST(Loopback, UnaryCallsShareOneConnection) {
  RunOnRealLoop([](fiber::Loop& loop) {
    EchoService service;
    Server server(fiber::RealEnvironment(), {.name = "test/echo"}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(kAnyPort).ok());
    FixedEndpoints endpoints({server.address()});
    Client client(fiber::RealEnvironment(), endpoints, nullptr, {.caller = "test/me"});
    sample::v1::EchoStub stub(client);

    fiber::WaitGroup group;
    for (int i = 0; i < 100; ++i) {
      group.Add();
      ASSERT_TRUE(loop.Spawn([&, i] {
                        auto reply = stub.Say(Request("hello " + std::to_string(i)));
                        EXPECT_TRUE(reply.ok()) << reply.status().ToString();
                        group.Done();
                        ASSERT_TRUE(reply.ok());
                        EXPECT_EQ(reply->text(), "hello " + std::to_string(i));
                        EXPECT_EQ(reply->caller(), "test/me");
                      })
                      .ok());
    }
    EXPECT_TRUE(group.Wait().ok());
    EXPECT_EQ(service.calls, 100);
    server.Shutdown(loop.Now() + std::chrono::seconds(1));
  });
}

TEST(Loopback, StreamsArriveWhole) {
  RunOnRealLoop([](fiber::Loop&) {
    EchoService service;
    Server server(fiber::RealEnvironment(), {}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(kAnyPort).ok());
    FixedEndpoints endpoints({server.address()});
    Client client(fiber::RealEnvironment(), endpoints, nullptr, {});
    CountRequest request;
    request.set_items(2000);
    request.set_item_bytes(1000);  // about eight windows of credit
    auto reader = sample::v1::EchoStub(client).Count(request);
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    int items = 0;
    Result<bool> more = false;
    while ((more = reader->Read(item)).ok() && *more)
      EXPECT_EQ(item.text(), std::to_string(items++));
    EXPECT_TRUE(more.ok()) << more.status().ToString();
    EXPECT_EQ(items, 2000);
  });
}

TEST(Loopback, LargeMessagesPass) {
  RunOnRealLoop([](fiber::Loop&) {
    EchoService service;
    Server server(fiber::RealEnvironment(), {}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(kAnyPort).ok());
    FixedEndpoints endpoints({server.address()});
    Client client(fiber::RealEnvironment(), endpoints, nullptr,
                  {.timeout = std::chrono::seconds(20)});
    const std::string text(20 << 20,
                           'a');  // beyond out_bytes_max: one reply alone is no slow reader
    auto reply = sample::v1::EchoStub(client).Say(Request(text));
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text().size(), text.size());
  });
}

TEST(Loopback, HomedServiceRunsOnItsLoopOnly) {
  fiber::LoopGroup home_loops(1);
  fiber::LoopGroup loops(2);
  EchoService service;
  Server server(fiber::RealEnvironment(), {}, nullptr);
  ASSERT_TRUE(server.Add(service, &home_loops.loop(0)).ok());
  ASSERT_TRUE(server.Listen(kAnyPort, loops).ok());
  RunOnRealLoop([&](fiber::Loop& loop) {
    FixedEndpoints endpoints({server.address()});
    for (int i = 0; i < 4; ++i) {  // several connections, on whatever loops
      Client client(fiber::RealEnvironment(), endpoints, nullptr, {});
      sample::v1::EchoStub stub(client);
      auto reply = stub.Say(Request("x"));
      ASSERT_TRUE(reply.ok()) << reply.status().ToString();
      CountRequest count;
      count.set_items(1000);
      count.set_item_bytes(1000);
      auto reader = stub.Count(count);
      ASSERT_TRUE(reader.ok());
      EchoReply item;
      int items = 0;
      while (*reader->Read(item)) ++items;
      EXPECT_EQ(items, 1000);
      EchoRequest slow;
      slow.set_sleep_ms(60'000);
      EXPECT_EQ(stub.Say(slow, {.timeout = std::chrono::milliseconds(20)}).status().code(),
                StatusCode::kDeadlineExceeded);
    }
    ASSERT_TRUE(fiber::RunOn(home_loops.loop(0), [&] {
                  while (service.cut_short < 4) (void)fiber::SleepFor(std::chrono::milliseconds(1));
                  EXPECT_EQ(service.seen_loop, &home_loops.loop(0));
                }).ok());
    server.Shutdown(loop.Now() + std::chrono::seconds(1));
  });
}

TEST(Loopback, ListenOnTakenPortNamesTheAddress) {
  RunOnRealLoop([](fiber::Loop&) {
    Server first(fiber::RealEnvironment(), {}, nullptr);
    ASSERT_TRUE(first.Listen(kAnyPort).ok());
    Server second(fiber::RealEnvironment(), {}, nullptr);
    const Status status = second.Listen(first.address());
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find(first.address().ToString()), std::string_view::npos);
  });
}

// Refuses every call, as routing does to those of an overloaded service.
class RefusingSource final : public EndpointSource {
 public:
  Result<Endpoint> Pick(std::span<const uint32_t>) override {
    return ResourceExhaustedError("-10000");
  }
  void Report(const Endpoint&, StatusCode, Duration) override {}
};

// One address, and what was said of it.
class ReportedSource final : public EndpointSource {
 public:
  explicit ReportedSource(Address address) : address_(std::move(address)) {}
  Result<Endpoint> Pick(std::span<const uint32_t>) override {
    return Endpoint{address_, 0, 0, nullptr};
  }
  void Report(const Endpoint&, StatusCode code, Duration) override { reports.push_back(code); }

  std::vector<StatusCode> reports;

 private:
  Address address_;
};

// Passes on what its own callee says.
class FrontService final : public sample::v1::EchoService {
 public:
  explicit FrontService(ChannelInterface& callee) : callee_(callee) {}
  Result<EchoReply> Say(ServerContext&, const EchoRequest& request) override {
    return sample::v1::EchoStub(callee_).Say(request);
  }

 private:
  ChannelInterface& callee_;
};

// ZY-040: otherwise each service above the overloaded one would refuse as well, one after the
// other, and come back one after the other.
TEST(Loopback, AServiceWhoseOwnCallsAreRefusedIsNotAtFaultItself) {
  RunOnRealLoop([](fiber::Loop& loop) {
    RefusingSource refusing;
    Client inner(fiber::RealEnvironment(), refusing, nullptr, {.caller = "test/front"});
    FrontService front(inner);
    Server server(fiber::RealEnvironment(), {.name = "test/front"}, nullptr);
    ASSERT_TRUE(server.Add(front).ok());
    ASSERT_TRUE(server.Listen(kAnyPort).ok());
    ReportedSource source(server.address());
    Client client(fiber::RealEnvironment(), source, nullptr, {.caller = "test/me"});
    const auto reply = sample::v1::EchoStub(client).Say(Request("x"));
    EXPECT_EQ(reply.status().code(), StatusCode::kResourceExhausted);
    EXPECT_EQ(source.reports, std::vector{StatusCode::kOk}) << "and it is not tried again";
    server.Shutdown(loop.Now() + std::chrono::seconds(1));
  });
}

}  // namespace
}  // namespace bellrock::rpc
