// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Retries, backup requests, broadcasts, method settings and interceptors in the simulator.
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/client/broadcast.h"
#include "rpc/server/method_settings.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

constexpr const char* kEcho = "bellrock.rpc.sample.v1.Echo";

EchoRequest Asking(int64_t sleep_ms, StatusCode code = StatusCode::kOk) {
  EchoRequest request;
  request.set_sleep_ms(sleep_ms);
  request.set_code(static_cast<int>(code));
  request.set_text("text");
  return request;
}

// Sleeps on its first instance only, which is slow.
class SlowService final : public sample::v1::EchoService {
 public:
  explicit SlowService(Duration sleep) : sleep_(sleep) {}
  Result<EchoReply> Say(ServerContext&, const EchoRequest& request) override {
    ++calls;
    if (Status slept = fiber::SleepFor(sleep_); !slept.ok()) {
      last_cut = slept.code();
      return slept;
    }
    EchoReply reply;
    reply.set_text("slow " + request.text());
    return reply;
  }
  Status Count(ServerContext&, const CountRequest&, Writer<EchoReply>&) override {
    return UnimplementedError("not here");
  }
  Result<sample::v1::SumReply> Sum(ServerContext&, Reader<EchoRequest>&) override {
    return UnimplementedError("not here");
  }
  Status Chat(ServerContext&, Reader<EchoRequest>&, Writer<EchoReply>&) override {
    return UnimplementedError("not here");
  }
  int calls = 0;
  StatusCode last_cut = StatusCode::kOk;

 private:
  Duration sleep_;
};

// A slow instance, tried first, and a quick one.
struct SlowAndQuick {
  SlowAndQuick(World& world, Duration sleep, ClientOptions options,
               CallObserver* observer = nullptr)
      : slow(sleep),
        slow_server(world.Host("slow"), {}, nullptr),
        quick(world.Host("quick"), "quick"),
        endpoints({At("slow"), At("quick")}),
        client(world.Host("c"), endpoints, observer, std::move(options)),
        stub(client) {
    EXPECT_TRUE(slow_server.Add(slow).ok());
    EXPECT_TRUE(slow_server.Listen(At("slow")).ok());
  }
  SlowService slow;
  Server slow_server;
  EchoServer quick;
  ListedEndpoints endpoints;
  Client client;
  EchoStub stub;
};

TEST(Hedge, ASlowInstanceIsOvertakenAndItsHandlerCancelled) {
  World world(1);
  world.Run([&] {
    RecordingObserver observer;
    SlowAndQuick pair(world, seconds(60), {}, &observer);
    ReplyDetails details;
    const Time begun = world.loop().Now();
    auto reply = pair.stub.Say(
        Asking(0), {.timeout = seconds(1), .hedge_after = milliseconds(20), .details = &details});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "text");
    EXPECT_EQ(reply->attempt(), 1);
    EXPECT_LT(world.loop().Now() - begun, milliseconds(25));
    EXPECT_EQ(details.attempts, 2);
    EXPECT_EQ(details.address, "quick:7600");
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(pair.slow.last_cut, StatusCode::kCancelled);
    // The loser is no failure of its instance.
    ASSERT_EQ(pair.endpoints.reports.size(), 2U);
    EXPECT_EQ(pair.endpoints.reports[0], std::pair(1U, StatusCode::kOk));
    EXPECT_EQ(pair.endpoints.reports[1], std::pair(0U, StatusCode::kCancelled));
    ASSERT_EQ(observer.calls.size(), 2U);
    EXPECT_EQ(observer.calls[0].code, StatusCode::kOk);
    EXPECT_EQ(observer.calls[1].code, StatusCode::kCancelled);
  });
}

TEST(Hedge, TheFirstMayStillWin) {
  World world(2);
  world.Run([&] {
    SlowAndQuick pair(world, milliseconds(30), {});
    auto reply =
        pair.stub.Say(Asking(1000), {.timeout = seconds(5), .hedge_after = milliseconds(10)});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "slow text");
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(pair.quick.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Hedge, AQuickAnswerNeedsNoBackup) {
  World world(3);
  world.Run([&] {
    SlowAndQuick pair(world, milliseconds(1), {});
    EXPECT_TRUE(pair.stub.Say(Asking(0), {.hedge_after = milliseconds(20)}).ok());
    EXPECT_EQ(pair.quick.service.calls, 0);
  });
}

TEST(Hedge, BackupsTakeFromTheBudgetOfRetries) {
  World world(4);
  world.Run([&] {
    SlowAndQuick pair(world, milliseconds(50), {.retry_tokens_max = 4, .retry_ratio = 0});
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(pair.stub.Say(Asking(0), {.hedge_after = milliseconds(10)}).ok());
    }
    EXPECT_EQ(pair.quick.service.calls, 2);
  });
}

TEST(Hedge, OneInstanceIsNotAskedTwice) {
  World world(5);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    FixedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EXPECT_TRUE(EchoStub(client).Say(Asking(50), {.hedge_after = milliseconds(10)}).ok());
    EXPECT_EQ(echo.service.calls, 1);
  });
}

TEST(Hedge, AFailureWhileABackupRunsWaitsForIt) {
  World world(6);
  world.Run([&] {
    SlowAndQuick pair(world, seconds(60), {});
    fiber::JoinHandle crash = fiber::Start([&] {
      (void)fiber::SleepFor(milliseconds(20));
      world.CrashNetwork("slow");
    });
    auto reply =
        pair.stub.Say(Asking(100), {.timeout = seconds(1), .hedge_after = milliseconds(10)});
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(pair.quick.service.calls, 1);
  });
}

TEST(Hedge, WhenBothFailTheErrorListsBoth) {
  World world(7);
  world.Run([&] {
    SlowAndQuick pair(world, seconds(60), {});
    const Status status =
        pair.stub
            .Say(Asking(60'000), {.timeout = milliseconds(100), .hedge_after = milliseconds(10)})
            .status();
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    for (const char* part : {"after 2 tries", "slow:7600", "quick:7600 as backup"}) {
      EXPECT_NE(status.message().find(part), std::string_view::npos) << status.message();
    }
  });
}

TEST(Hedge, ACancelledCallerCancelsBoth) {
  World world(8);
  world.Run([&] {
    SlowAndQuick pair(world, seconds(60), {});
    StatusCode code = StatusCode::kOk;
    fiber::JoinHandle caller = fiber::Start([&] {
      code =
          pair.stub.Say(Asking(60'000), {.timeout = seconds(50), .hedge_after = milliseconds(10)})
              .status()
              .code();
    });
    ASSERT_TRUE(fiber::SleepFor(milliseconds(30)).ok());
    caller.Cancel();
    caller.Join();
    EXPECT_EQ(code, StatusCode::kCancelled);
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(pair.slow.last_cut, StatusCode::kCancelled);
    EXPECT_EQ(pair.quick.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Retry, ARefusalsWishForRestIsHonoured) {
  World world(9);
  world.Run([&] {
    auto listener = world.Host("busy").network.Listen(At("busy"), {});
    ASSERT_TRUE(listener.ok());
    fiber::JoinHandle busy = fiber::Start([&] {
      RawPeer peer = AcceptRaw(**listener);
      Frame call;
      ASSERT_TRUE(peer.Next(FrameType::kCall, &call));
      v1::ReplyMeta meta;
      FillReplyMeta(ResourceExhaustedError("busy"), Origin::kServer, &meta);
      meta.set_retry_after_us(50'000);
      peer.SendFrame({.type = FrameType::kReply, .call_id = call.header.call_id, .meta = &meta});
      (void)peer.Next(FrameType::kCall, &call);
    });
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("busy"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    const Time begun = world.loop().Now();
    EXPECT_TRUE(EchoStub(client).Say({}).ok());
    EXPECT_GE(world.loop().Now() - begun, milliseconds(50));
    EXPECT_LE(world.loop().Now() - begun, milliseconds(60));
  });
}

TEST(Retry, FailFastIsOneTryAndFailOverGoesOn) {
  World world(10);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("dead"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    EchoStub stub(client);
    EXPECT_FALSE(stub.Say({}, {.attempts = 3, .mode = CallMode::kFailFast}).ok());
    EXPECT_FALSE(stub.Say({}).ok());
    EXPECT_TRUE(stub.Say({}, {.mode = CallMode::kFailOver}).ok());
  });
}

TEST(Retry, TheErrorSaysThatTheBudgetIsUsedUp) {
  World world(11);
  world.Run([&] {
    ListedEndpoints endpoints({At("d1"), At("d2")});
    Client client(world.Host("c"), endpoints, nullptr, {.retry_tokens_max = 0});
    const Status status = EchoStub(client).Say({}).status();
    EXPECT_NE(status.message().find("retry budget"), std::string_view::npos) << status.message();
  });
}

TEST(BroadcastMode, ReachesEveryInstanceAtOnce) {
  World world(12);
  world.Run([&] {
    std::vector<std::unique_ptr<EchoServer>> servers;
    std::vector<Address> addresses;
    for (size_t i = 0; i < 2 * Broadcast::kFanOutMax; ++i) {
      const std::string host = "s" + std::to_string(i);
      servers.push_back(std::make_unique<EchoServer>(world.Host(host), host));
      addresses.push_back(At(host));
    }
    ListedEndpoints endpoints(addresses);
    Client client(world.Host("c"), endpoints, nullptr, {});
    ReplyDetails details;
    const Time begun = world.loop().Now();
    auto reply =
        EchoStub(client).Say(Asking(100), {.mode = CallMode::kBroadcast, .details = &details});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "text");
    for (const auto& server : servers) EXPECT_EQ(server->service.calls, 1);
    EXPECT_EQ(details.attempts, static_cast<int>(servers.size()));
    // Two rounds: the fan-out is bounded.
    EXPECT_GE(world.loop().Now() - begun, milliseconds(200));
    EXPECT_LE(world.loop().Now() - begun, milliseconds(210));
  });
}

TEST(BroadcastMode, NamesTheInstancesThatFailed) {
  World world(13);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("d1"), At("s"), At("d2")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    const Status status = EchoStub(client).Say(Asking(0), {.mode = CallMode::kBroadcast}).status();
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    for (const char* part : {"2 of 3 instances", "i0 (d1:7600)", "i2 (d2:7600)"}) {
      EXPECT_NE(status.message().find(part), std::string_view::npos) << status.message();
    }
    EXPECT_EQ(status.message().find("(s:7600)"), std::string_view::npos);
    EXPECT_EQ(echo.service.calls, 1);
  });
}

TEST(BroadcastMode, IsForUnaryCallsAndSourcesThatListTheirInstances) {
  World world(14);
  world.Run([&] {
    class PickOnly final : public EndpointSource {
      Result<Endpoint> Pick(std::span<const uint32_t>) override { return Endpoint{}; }
      void Report(const Endpoint&, StatusCode, Duration) override {}
    } endpoints;
    Client client(world.Host("c"), endpoints, nullptr, {});
    const CallOptions options{.mode = CallMode::kBroadcast};
    EXPECT_EQ(EchoStub(client).Say({}, options).status().code(), StatusCode::kUnimplemented);
    EXPECT_EQ(EchoStub(client).Count({}, options).status().code(), StatusCode::kInvalidArgument);
  });
}

TEST(MethodSettings, AreHonouredByCallsAndStreams) {
  World world(15);
  world.Run([&] {
    auto settings = FixedMethodSettings::Make({
        {std::string(kEcho) + "/Say", {.timeout = milliseconds(50)}},
        {std::string(kEcho) + "/Count", {.timeout = milliseconds(70)}},
    });
    ASSERT_TRUE(settings.ok());
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.methods = &*settings});
    EchoStub stub(client);
    EXPECT_NEAR(static_cast<double>(stub.Say({})->deadline_ms()), 50, 2);
    EXPECT_NEAR(static_cast<double>(stub.Say({}, {.timeout = seconds(2)})->deadline_ms()), 2000, 2);
    CountRequest request;
    request.set_items(1000);
    request.set_pause_ms(10);
    auto reader = stub.Count(request);
    EchoReply item;
    Result<bool> read = true;
    while (read.ok() && *read) read = reader->Read(item);
    EXPECT_EQ(read.status().code(), StatusCode::kDeadlineExceeded);
  });
}

// Writes down what it sees, and may refuse or add metadata.
class Witness final : public ClientInterceptor {
 public:
  Witness(std::string name, std::vector<std::string>& seen, Status answer = Status::Ok())
      : name_(std::move(name)), seen_(seen), answer_(std::move(answer)) {}
  Status Before(ClientCall& call) override {
    seen_.push_back(name_ + " before " + std::string(call.callee) + " " + std::string(call.method));
    call.options.timeout = milliseconds(40);
    return answer_;
  }
  void After(const ClientCall& call, const Status& status) override {
    seen_.push_back(name_ + " after " + std::string(call.method) + " " +
                    std::string(StatusCodeName(status.code())));
  }

 private:
  const std::string name_;
  std::vector<std::string>& seen_;
  const Status answer_;
};

TEST(Interceptors, SeeACallOnceInOrderAndBack) {
  World world(16);
  world.Run([&] {
    std::vector<std::string> seen;
    Witness one("one", seen);
    Witness two("two", seen);
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("dead"), At("s")});
    Client client(world.Host("c"), endpoints, nullptr,
                  {.callee = "a/b", .interceptors = {&one, &two}});
    auto reply = EchoStub(client).Say({});
    ASSERT_TRUE(reply.ok());
    EXPECT_NEAR(static_cast<double>(reply->deadline_ms()), 40, 2);  // what they changed
    EXPECT_EQ(seen, (std::vector<std::string>{"one before a/b Say", "two before a/b Say",
                                              "two after Say OK", "one after Say OK"}));
  });
}

TEST(Interceptors, ARefusalSendsNothing) {
  World world(17);
  world.Run([&] {
    std::vector<std::string> seen;
    Witness one("one", seen);
    Witness two("two", seen, PermissionDeniedError("not you"));
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.interceptors = {&one, &two}});
    EXPECT_EQ(EchoStub(client).Say({}).status().code(), StatusCode::kPermissionDenied);
    EXPECT_EQ(echo.service.calls, 0);
    EXPECT_EQ(seen.back(), "one after Say PERMISSION_DENIED");
    seen.clear();
    EXPECT_EQ(EchoStub(client).Count({}).status().code(), StatusCode::kPermissionDenied);
    EXPECT_EQ(seen.size(), 3U);
  });
}

}  // namespace
}  // namespace bellrock::rpc
