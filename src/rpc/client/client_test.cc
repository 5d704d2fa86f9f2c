// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Client and server together in the simulator: deadlines, cancellation, retries, streams, shutdown.
#include "rpc/client.h"

#include <gtest/gtest.h>

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

EchoRequest Failing(StatusCode code, const std::string& text) {
  EchoRequest request;
  request.set_code(static_cast<int>(code));
  request.set_text(text);
  return request;
}

CountRequest Count(int items, int item_bytes) {
  CountRequest request;
  request.set_items(items);
  request.set_item_bytes(item_bytes);
  return request;
}

TEST(Client, DeadlineReachesTheHandlerAndItsCalls) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoStub stub(client);
    auto reply = stub.Say({}, {.timeout = milliseconds(500)});
    ASSERT_TRUE(reply.ok());
    EXPECT_NEAR(static_cast<double>(reply->deadline_ms()), 500, 2);
    fiber::ScopedDeadline outer(world.loop().Now() + milliseconds(200));
    EXPECT_NEAR(static_cast<double>(stub.Say({})->deadline_ms()), 200, 2);
    EXPECT_NEAR(static_cast<double>(stub.Say({}, {.timeout = seconds(9)})->deadline_ms()), 200, 2);
  });
}

TEST(Client, TimeoutCancelsTheHandler) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    auto reply = EchoStub(client).Say(Slow(60'000), {.timeout = milliseconds(50)});
    EXPECT_EQ(reply.status().code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(reply.status().message().find("Echo/Say"), std::string_view::npos);
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(echo.service.cut_short, 1);
  });
}

TEST(Client, CancelledFiberCancelsTheHandler) {
  World world(3);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    StatusCode code = StatusCode::kOk;
    fiber::JoinHandle caller = fiber::Start([&] {
      code = EchoStub(client).Say(Slow(60'000), {.timeout = seconds(100)}).status().code();
    });
    EXPECT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    caller.Cancel();
    caller.Join();
    EXPECT_EQ(code, StatusCode::kCancelled);
    EXPECT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(echo.service.cut_short, 1);
    EXPECT_EQ(echo.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Client, BrokenConnectionFailsItsCallsAndCancelsTheirHandlers) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    Status status;
    fiber::JoinHandle caller = fiber::Start(
        [&] { status = EchoStub(client).Say(Slow(60'000), {.timeout = seconds(100)}).status(); });
    EXPECT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    world.CrashNetwork("c");
    caller.Join();
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    EXPECT_NE(status.message().find("s:7600"), std::string_view::npos) << status.message();
    EXPECT_TRUE(fiber::SleepFor(milliseconds(20)).ok());
    EXPECT_EQ(echo.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Client, RetryGoesToAnotherInstanceAndIsReported) {
  World world(5);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("dead"), At("s")});
    RecordingObserver observer;
    Client client(world.Host("c"), endpoints, &observer, {.caller = "a/b", .callee = "c/d"});
    auto reply = EchoStub(client).Say({});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->attempt(), 1);
    ASSERT_EQ(endpoints.reports.size(), 2U);
    EXPECT_EQ(endpoints.reports[0], std::pair(0U, StatusCode::kUnavailable));
    EXPECT_EQ(endpoints.reports[1], std::pair(1U, StatusCode::kOk));
    ASSERT_EQ(observer.calls.size(), 2U);
    EXPECT_EQ(observer.calls[1].caller, "a/b");
    EXPECT_EQ(observer.calls[1].callee, "c/d");
    EXPECT_EQ(observer.calls[1].method, "Say");
    EXPECT_EQ(observer.calls[1].instance, "i1");
  });
}

TEST(Client, OnlyUnavailableIsRetried) {
  World world(6);
  world.Run([&] {
    EchoServer first(world.Host("s1"), "s1");
    EchoServer second(world.Host("s2"), "s2");
    ListedEndpoints endpoints({At("s1"), At("s2")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoStub stub(client);
    auto reply = stub.Say(Failing(StatusCode::kNotFound, "no such song"));
    EXPECT_EQ(reply.status().code(), StatusCode::kNotFound);
    EXPECT_EQ(reply.status().message(), "no such song");  // word for word
    ASSERT_NE(reply.status().cause(), nullptr);
    EXPECT_NE(reply.status().cause()->message().find("s1:7600"), std::string_view::npos);
    EXPECT_EQ(second.service.calls, 0);
    EXPECT_FALSE(stub.Say(Failing(StatusCode::kUnavailable, "later")).ok());
    EXPECT_EQ(second.service.calls, 1);
    EXPECT_FALSE(stub.Say(Failing(StatusCode::kUnavailable, "later"), {.attempts = 1}).ok());
    EXPECT_EQ(second.service.calls, 1);
  });
}

TEST(Client, AnErrorTypeReachesCallerAndCountsOfBothSides) {
  World world(8);
  world.Run([&] {
    RecordingObserver served;
    RecordingObserver observer;
    EchoServer echo(world.Host("s"), "s", {}, &served);
    echo.service.error_type = "SoldOut";
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, &observer, {.caller = "a/b", .callee = "c/d"});
    EchoStub stub(client);
    EXPECT_TRUE(stub.Say({}).ok());
    const Status status = stub.Say(Failing(StatusCode::kFailedPrecondition, "no seat")).status();
    EXPECT_EQ(status, FailedPreconditionError("no seat").WithErrorType("SoldOut"));
    CountRequest request = Count(0, 10);
    request.set_code(static_cast<int>(StatusCode::kAborted));
    auto reader = stub.Count(request);
    EchoReply item;
    EXPECT_EQ(reader->Read(item).status().error_type(), "SoldOut");
    for (const RecordingObserver* side : {&served, &observer}) {
      ASSERT_EQ(side->calls.size(), 3U);
      EXPECT_EQ(side->calls[0].error_type, "");
      EXPECT_EQ(side->calls[1].code, StatusCode::kFailedPrecondition);
      EXPECT_EQ(side->calls[1].error_type, "SoldOut");
      EXPECT_EQ(side->calls[2].error_type, "SoldOut");
    }
  });
}

TEST(Client, FinalErrorListsTheTries) {
  World world(7);
  world.Run([&] {
    ListedEndpoints endpoints({At("d1"), At("d2")});
    Client client(world.Host("c"), endpoints, nullptr, {.callee = "music/storage"});
    const Status status = EchoStub(client).Say({}).status();
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    for (const char* part :
         {"bellrock.rpc.sample.v1.Echo/Say", "music/storage", "1) d1:7600", "2) d2:7600"}) {
      EXPECT_NE(status.message().find(part), std::string_view::npos) << status.message();
    }
  });
}

TEST(Client, RetryBudgetEndsRetriesOfADyingCallee) {
  World world(8);
  world.Run([&] {
    EchoServer first(world.Host("s1"), "s1");
    EchoServer second(world.Host("s2"), "s2");
    ListedEndpoints endpoints({At("s1"), At("s2")});
    Client client(world.Host("c"), endpoints, nullptr, {.retry_tokens_max = 10});
    for (int i = 0; i < 50; ++i) {
      EXPECT_FALSE(EchoStub(client).Say(Failing(StatusCode::kUnavailable, "x")).ok());
    }
    EXPECT_EQ(first.service.calls, 50);
    EXPECT_EQ(second.service.calls, 5);
  });
}

TEST(Client, DeadInstanceIsNotConnectedToByEveryCall) {
  World world(9);
  world.Run([&] {
    world.Host("s");
    world.Cut("c", "s");  // connects hang
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    EchoStub stub(client);
    const Time begun = world.loop().Now();
    EXPECT_EQ(stub.Say({}).status().code(), StatusCode::kUnavailable);
    const Time failed = world.loop().Now();
    EXPECT_EQ(failed - begun, milliseconds(300));  // connect_timeout
    const Status again = stub.Say({}).status();
    EXPECT_EQ(again.code(), StatusCode::kUnavailable);
    EXPECT_EQ(world.loop().Now(), failed);  // at once
    EXPECT_NE(again.message().find("next connect in "), std::string_view::npos) << again.message();
    world.Heal("c", "s");
    EchoServer echo(world.Host("s"), "s");
    EXPECT_TRUE(fiber::SleepFor(milliseconds(60)).ok());
    EXPECT_TRUE(stub.Say({}).ok());
  });
}

TEST(Client, SilentPeerIsGivenUpSoThatCallsGoElsewhere) {
  World world(10);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    EchoStub stub(client);
    ASSERT_TRUE(stub.Say({}).ok());
    world.Cut("c", "s");
    EXPECT_EQ(stub.Say({}).status().code(), StatusCode::kDeadlineExceeded);
    EXPECT_TRUE(fiber::SleepFor(seconds(3)).ok());
    EXPECT_EQ(stub.Say({}).status().code(), StatusCode::kUnavailable);
  });
}

TEST(Client, UnknownMethodsSayWhatExists) {
  World world(11);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoReply reply;
    Status status = client.Call("no.such.Service", "X", EchoRequest(), reply, {});
    EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
    EXPECT_NE(status.message().find("bellrock.rpc.sample.v1.Echo"), std::string_view::npos);
    status = client.Call("bellrock.rpc.sample.v1.Echo", "Yell", EchoRequest(), reply, {});
    EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
    EXPECT_NE(status.message().find("Say"), std::string_view::npos);
    status = client.Call("bellrock.rpc.sample.v1.Echo", "Count", EchoRequest(), reply, {});
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  });
}

TEST(Client, OversizeMessagesAreRefusedByBothSides) {
  World world(12);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.frame_bytes_max = 10'000});
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.frame_bytes_max = 20'000});
    EchoStub stub(client);
    EchoRequest request;
    request.set_text(std::string(30'000, 'x'));  // our own limit
    EXPECT_EQ(stub.Say(request).status().code(), StatusCode::kResourceExhausted);
    request.set_text(std::string(15'000, 'x'));  // the server's
    const Status refused = stub.Say(request, {.attempts = 1}).status();
    EXPECT_EQ(refused.code(), StatusCode::kUnavailable);
    EXPECT_NE(refused.message().find("limit of 10000"), std::string_view::npos)
        << refused.message();
    EchoRequest fills;
    fills.set_ratio(15'000);  // a reply beyond the server's limit
    EXPECT_EQ(stub.Say(fills).status().code(), StatusCode::kResourceExhausted);
    EXPECT_TRUE(stub.Say({}).ok());
  });
}

TEST(ClientStream, CreditBoundsWhatTheServerSendsAhead) {
  World world(13);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    auto reader = EchoStub(client).Count(Count(1000, 10'000));
    ASSERT_TRUE(reader.ok());
    EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_GE(echo.service.items_written, 26);  // a window of 256 KiB
    EXPECT_LE(echo.service.items_written, 28);
    EchoReply item;
    for (int i = 0; i < 1000; ++i) {
      Result<bool> more = reader->Read(item);
      ASSERT_TRUE(more.ok() && *more) << i;
      ASSERT_EQ(item.text(), std::to_string(i));
    }
    Result<bool> end = reader->Read(item);
    EXPECT_TRUE(end.ok() && !*end);
    EXPECT_TRUE(!*reader->Read(item));  // again
  });
}

TEST(ClientStream, DroppedReaderCancelsTheHandler) {
  World world(14);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    {
      CountRequest request = Count(1000, 10);
      request.set_pause_ms(10);
      auto reader = EchoStub(client).Count(request);
      EchoReply item;
      EXPECT_TRUE(*reader->Read(item));
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(50)).ok());
    EXPECT_EQ(echo.service.cut_short, 1);
    EXPECT_TRUE(echo.service.saw_cancelled);
    ASSERT_EQ(endpoints.reports.size(), 1U);
    EXPECT_EQ(endpoints.reports[0].second, StatusCode::kOk);  // its first item came
    {
      auto blocked = EchoStub(client).Count(Count(1000, 100'000));  // waits for credit
      EXPECT_TRUE(fiber::SleepFor(milliseconds(50)).ok());
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(50)).ok());
    EXPECT_EQ(echo.service.cut_short, 2);
  });
}

TEST(ClientStream, ErrorsAndBreaksEndIt) {
  World world(15);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    CountRequest request = Count(3, 10);
    request.set_code(static_cast<int>(StatusCode::kDataLoss));
    auto reader = EchoStub(client).Count(request);
    EchoReply item;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(*reader->Read(item));
    EXPECT_EQ(reader->Read(item).status().code(), StatusCode::kDataLoss);

    request = Count(1000, 10);
    request.set_pause_ms(1000);
    auto broken = EchoStub(client).Count(request);
    EXPECT_TRUE(*broken->Read(item));
    world.CrashNetwork("s");
    EXPECT_EQ(broken->Read(item).status().code(), StatusCode::kUnavailable);
  });
}

TEST(ClientStream, HasNoTimeoutUnlessGivenOne) {
  World world(16);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    CountRequest request = Count(3, 10);
    request.set_pause_ms(60'000);
    auto reader = EchoStub(client).Count(request);
    EchoReply item;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(*reader->Read(item));
    auto timed = EchoStub(client).Count(request, {.timeout = seconds(1)});
    EXPECT_TRUE(*timed->Read(item));
    EXPECT_EQ(timed->Read(item).status().code(), StatusCode::kDeadlineExceeded);
  });
}

TEST(Client, ShutdownLosesNoCall) {
  World world(17);
  world.Run([&] {
    auto first = std::make_unique<EchoServer>(world.Host("s1"), "s1");
    EchoServer second(world.Host("s2"), "s2");
    FixedEndpoints endpoints({At("s1"), At("s2")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoStub stub(client);
    int failed = 0;
    std::vector<fiber::JoinHandle> callers;
    for (int i = 0; i < 20; ++i) {
      callers.push_back(fiber::Start([&] {
        for (int k = 0; k < 50; ++k) failed += stub.Say(Slow(7)).ok() ? 0 : 1;
      }));
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    const Time begun = world.loop().Now();
    first->server.Shutdown(begun + seconds(10));
    EXPECT_LE(world.loop().Now() - begun, milliseconds(100));
    EXPECT_EQ(first->service.cut_short, 0);
    for (auto& caller : callers) caller.Join();
    EXPECT_EQ(failed, 0);
    EXPECT_GT(first->service.calls, 0);
    EXPECT_EQ(first->service.calls + second.service.calls, 1000);
  });
}

TEST(Client, ShutdownCutsCallsAtItsDeadline) {
  World world(18);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1});
    StatusCode code = StatusCode::kOk;
    fiber::JoinHandle caller = fiber::Start([&] {
      code = EchoStub(client).Say(Slow(60'000), {.timeout = seconds(100)}).status().code();
    });
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    const Time begun = world.loop().Now();
    echo.server.Shutdown(begun + seconds(2));
    EXPECT_EQ(world.loop().Now() - begun, seconds(2));
    caller.Join();
    EXPECT_EQ(code, StatusCode::kUnavailable);
    EXPECT_EQ(echo.service.cut_short, 1);
  });
}

TEST(FixedEndpoints, GoesOnWithTheLastThatWorked) {
  FixedEndpoints endpoints({At("a"), At("b"), At("c")});
  const Endpoint first = *endpoints.Pick({});
  EXPECT_EQ(first.address, At("a"));
  endpoints.Report(first, StatusCode::kUnavailable, {});
  EXPECT_EQ(endpoints.Pick({})->address, At("b"));
  const uint32_t tried[] = {1};
  const Endpoint third = *endpoints.Pick(tried);
  EXPECT_EQ(third.address, At("c"));
  endpoints.Report(third, StatusCode::kOk, {});
  EXPECT_EQ(endpoints.Pick({})->address, At("c"));
  EXPECT_FALSE(FixedEndpoints({}).Pick({}).ok());
}

}  // namespace
}  // namespace bellrock::rpc
