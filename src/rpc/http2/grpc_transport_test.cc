// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Our client against a server in the simulator that does what the test tells it, the unkind things
// too.
#include "rpc/http2/grpc_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/scripted_server.h"
#include "testing/world.h"

namespace bellrock::rpc::http2 {
namespace {

using bellrock::testing::World;
using fiber::SleepFor;
using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kService[] = "bellrock.rpc.sample.v1.Echo";

EchoRequest Text(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

EchoReply Reply(std::string text) {
  EchoReply reply;
  reply.set_text(std::move(text));
  return reply;
}

std::string Message(const Status& status) {
  return std::string(status.message());
}

// A server on host "s" and a client on host "c".
struct Ends {
  explicit Ends(World& world, ScriptedConnection::Handler handler = {},
                const SessionOptions& server_options = {}, ClientOptions client_options = {})
      : server(world.Host("s"), "s", std::move(handler), server_options),
        endpoints({At("s")}),
        client(world.Host("c"), endpoints, nullptr, Grpc(std::move(client_options))),
        stub(client) {}

  static ClientOptions Grpc(ClientOptions options) {
    options.protocol = Protocol::kGrpc;
    options.attempts = 1;
    return options;
  }

  // Until the server has seen so many requests on its last connection.
  ScriptedCall& Await(size_t count = 1) {
    for (int i = 0; i < 1000; ++i) {
      if (!server.connections.empty() && server.last().calls.size() >= count) break;
      (void)SleepFor(milliseconds(1));
    }
    return server.call(count - 1);
  }

  ScriptedServer server;
  ListedEndpoints endpoints;
  Client client;
  EchoStub stub;
};

// A unary call in a fiber of its own.
struct Caller {
  explicit Caller(ChannelInterface& channel, Duration timeout = seconds(1),
                  EchoRequest request = {}) {
    fiber = fiber::Start([this, &channel, timeout, request = std::move(request)] {
      status = channel.Call(kService, "Say", request, reply, {.timeout = timeout});
      done = true;
    });
  }
  EchoReply reply;
  Status status;
  bool done = false;
  fiber::JoinHandle fiber;
};

void InWorld(uint64_t seed, const std::function<void(World&)>& body) {
  World world(seed);
  world.Run([&] { body(world); });
}

TEST(GrpcTransport, AUnaryCallIsAsTheProtocolHasIt) {
  InWorld(1, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reply(Reply("pong")); }, {}, {.caller = "a/b"});
    const auto reply = ends.stub.Say(Text("ping"), {.metadata = {{"x-one", "1"}}});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "pong");
    ScriptedCall& call = ends.server.call();
    EXPECT_THAT(call.headers, ::testing::IsSupersetOf({
                                  Pair(":method", "POST"),
                                  Pair(":path", "/bellrock.rpc.sample.v1.Echo/Say"),
                                  Pair(":authority", "s:7600"),
                                  Pair("te", "trailers"),
                                  Pair("content-type", "application/grpc"),
                                  Pair("bellrock-caller", "a/b"),
                                  Pair("x-one", "1"),
                              }));
    EXPECT_THAT(call.headers["grpc-timeout"], ::testing::MatchesRegex("9[0-9]*u"));
    EXPECT_TRUE(FromTraceparent(call.headers["traceparent"]).has_value());
    EXPECT_EQ(call.body, std::string("\0\0\0\0\x06\x0a\x04ping", 11));
    EXPECT_EQ(call.closed, ErrorCode::kNoError);
  });
}

TEST(GrpcTransport, CallsShareOneConnection) {
  InWorld(2, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reply(Reply(call.body.substr(7))); });
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 50; ++i) {
      callers.push_back(std::make_unique<Caller>(ends.client, seconds(1), Text(std::to_string(i))));
    }
    for (int i = 0; i < 50; ++i) {
      callers[static_cast<size_t>(i)]->fiber.Join();
      EXPECT_EQ(callers[static_cast<size_t>(i)]->reply.text(), std::to_string(i));
    }
    EXPECT_EQ(ends.server.connections.size(), 1U);
  });
}

TEST(GrpcTransport, HeadersAloneCanBeAnError) {
  InWorld(3, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) {
      call.Only({{":status", "200"},
                 {"content-type", "application/grpc"},
                 {"grpc-status", "5"},
                 {"grpc-message", "no %25"}});
    });
    EXPECT_EQ(ends.stub.Say(Text("")).status(), NotFoundError("no %"));
  });
}

TEST(GrpcTransport, AnErrorPageIsQuoted) {
  InWorld(4, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) {
      call.connection.session.Respond(
          call, std::vector<HeaderField>{{":status", "502"}, {"content-type", "text/html"}}, false);
      call.output().Append("<h1>nobody home</h1>" + std::string(1000, ' '));
      call.connection.session.Send(call);  // and no end
    });
    const auto reply = ends.stub.Say(Text(""));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(Message(reply.status()), HasSubstr("HTTP 502"));
    EXPECT_THAT(Message(reply.status()), HasSubstr("nobody home"));
  });
}

TEST(GrpcTransport, ACallThatBreaksTheRulesFailsAlone) {
  InWorld(5, [](World& world) {
    int number = 0;
    Ends ends(world, [&number](ScriptedCall& call) {
      call.Begin();
      switch (++number) {
        case 1:
          return call.End("0");  // OK and no reply
        case 2:
          call.Send(Reply("one"));
          return call.Send(Reply("two"));
        case 3:
          call.output().Append(std::string("\x07\0\0\0\0", 5));
          break;
        case 4:
          call.output().Append(std::string("\0\x7f\0\0\0", 5));
          break;
        case 5:
          call.output().Append(std::string("\0\0\0\0\x02\xff\xff", 7));
          break;
        case 6:
          call.output().Append(std::string("\1\0\0\0\1x", 6));
          break;
        default:
          call.Send(Reply("good"));
          return call.End("0");
      }
      call.connection.session.Send(call);
    });
    const auto code = [&] { return ends.stub.Say(Text("")).status().code(); };
    EXPECT_EQ(code(), StatusCode::kInternal);
    EXPECT_EQ(code(), StatusCode::kInternal);
    EXPECT_EQ(code(), StatusCode::kInternal) << "flag byte 7";
    EXPECT_EQ(code(), StatusCode::kResourceExhausted) << "2 GB announced";
    EXPECT_EQ(code(), StatusCode::kDataLoss) << "no protobuf";
    EXPECT_EQ(code(), StatusCode::kInternal) << "packed, and nobody said how";
    EXPECT_EQ(code(), StatusCode::kOk);
    EXPECT_EQ(ends.server.connections.size(), 1U);
    EXPECT_EQ(ends.server.call(3).closed, ErrorCode::kCancel);
  });
}

TEST(GrpcTransport, AResetTellsItsReason) {
  InWorld(6, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reset(ErrorCode::kEnhanceYourCalm); });
    const auto reply = ends.stub.Say(Text(""));
    EXPECT_EQ(reply.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(Message(reply.status()), HasSubstr("ENHANCE_YOUR_CALM"));
  });
}

// Two servers; the client begins with the first and may try twice.
struct TwoServers {
  TwoServers(World& world, ScriptedConnection::Handler first_does)
      : first(world.Host("s1"), "s1", std::move(first_does)),
        second(world.Host("s2"), "s2", [](ScriptedCall& call) { call.Reply(Reply("second")); }),
        endpoints({At("s1"), At("s2")}),
        client(world.Host("c"), endpoints, nullptr, {.protocol = Protocol::kGrpc}) {}
  ScriptedServer first;
  ScriptedServer second;
  ListedEndpoints endpoints;
  Client client;
};

TEST(GrpcTransport, ARefusedStreamIsTriedElsewhere) {
  InWorld(7, [](World& world) {
    TwoServers servers(world, [](ScriptedCall& call) { call.Reset(ErrorCode::kRefusedStream); });
    const auto reply = EchoStub(servers.client).Say(Text(""));
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), "second");
    EXPECT_EQ(servers.second.call().headers["grpc-previous-rpc-attempts"], "1");
  });
}

TEST(GrpcTransport, CallsAboveTheLastOneOfAGoawayAreTriedElsewhere) {
  InWorld(8, [](World& world) {
    TwoServers servers(world, {});
    Caller taken(servers.client);
    (void)SleepFor(milliseconds(20));
    Caller refused(servers.client);
    (void)SleepFor(milliseconds(20));
    ASSERT_EQ(servers.first.last().calls.size(), 2U);
    servers.first.last().Goaway(1);
    refused.fiber.Join();
    EXPECT_EQ(refused.reply.text(), "second") << refused.status.ToString();
    EXPECT_FALSE(taken.done);
    servers.first.call().Reply(Reply("first"));
    taken.fiber.Join();
    EXPECT_EQ(taken.reply.text(), "first") << taken.status.ToString();
  });
}

TEST(GrpcTransport, AfterAGoawayANewConnectionIsMade) {
  InWorld(9, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reply(Reply("pong")); });
    ASSERT_TRUE(ends.stub.Say(Text("")).ok());
    ends.server.last().Goaway(1);
    (void)SleepFor(milliseconds(20));
    EXPECT_TRUE(ends.stub.Say(Text("")).ok());
    EXPECT_EQ(ends.server.connections.size(), 2U);
    EXPECT_TRUE(ends.server.connections[0]->link.closed());
  });
}

TEST(GrpcTransport, AServerOfAnotherKindIsAFailedConnect) {
  InWorld(10, [](World& world) {
    auto listener = world.Host("s").network.Listen(At("s"), {});
    fiber::JoinHandle server = fiber::Start([&] {
      for (;;) {
        auto stream = (*listener)->Accept();
        if (!stream.ok()) return;
        Send(**stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
        (void)SleepFor(milliseconds(50));
      }
    });
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr,
                  {.attempts = 1, .protocol = Protocol::kGrpc});
    const auto reply = EchoStub(client).Say(Text(""));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(Message(reply.status()), HasSubstr("SETTINGS"));
    // Nobody is connected to again at once.
    EXPECT_THAT(Message(EchoStub(client).Say(Text("")).status()), HasSubstr("next connect in"));
    (*listener)->Close();
  });
}

TEST(GrpcTransport, ASilentServerIsAFailedConnect) {
  InWorld(11, [](World& world) {
    auto listener = world.Host("s").network.Listen(At("s"), {});
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr,
                  {.attempts = 1, .protocol = Protocol::kGrpc});
    const Time begun = world.loop().Now();
    const auto reply = EchoStub(client).Say(Text(""));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(Message(reply.status()), HasSubstr("no HTTP/2 settings came within 300 ms"));
    EXPECT_LT(world.loop().Now() - begun, milliseconds(310));
  });
}

TEST(GrpcTransport, ATimeoutResetsTheStream) {
  InWorld(12, [](World& world) {
    Ends ends(world);
    const auto reply = ends.stub.Say(Text(""), {.timeout = milliseconds(50)});
    EXPECT_EQ(reply.status().code(), StatusCode::kDeadlineExceeded);
    (void)SleepFor(milliseconds(5));
    EXPECT_EQ(ends.server.call().closed, ErrorCode::kCancel);
    EXPECT_EQ(ends.server.last().pings, 1) << "is it still there?";
  });
}

TEST(GrpcTransport, ACancelledFiberResetsTheStream) {
  InWorld(13, [](World& world) {
    Ends ends(world);
    Caller caller(ends.client);
    ends.Await();
    caller.fiber.Cancel();
    caller.fiber.Join();
    EXPECT_EQ(caller.status.code(), StatusCode::kCancelled);
    (void)SleepFor(milliseconds(5));
    EXPECT_EQ(ends.server.call().closed, ErrorCode::kCancel);
  });
}

TEST(GrpcTransport, ACallWithoutAnswerFindsOutThatTheServerIsGone) {
  InWorld(14, [](World& world) {
    Ends ends(world);
    Caller waiting(ends.client, seconds(100));
    ends.Await();
    world.Cut("s", "c");
    EXPECT_EQ(ends.stub.Say(Text(""), {.timeout = milliseconds(50)}).status().code(),
              StatusCode::kDeadlineExceeded);
    const Time asked = world.loop().Now();
    waiting.fiber.Join();
    EXPECT_EQ(waiting.status.code(), StatusCode::kUnavailable);
    EXPECT_THAT(Message(waiting.status), HasSubstr("does not answer any more"));
    EXPECT_LE(world.loop().Now() - asked, seconds(3));
  });
}

TEST(GrpcTransport, ASilentServerIsPingedWhileACallWaits) {
  InWorld(15, [](World& world) {
    Ends ends(world);
    Caller waiting(ends.client, minutes(20));
    ends.Await();
    (void)SleepFor(seconds(90));
    EXPECT_EQ(ends.server.last().pings, 2);
    (void)SleepFor(minutes(4));
    // A stock server takes more for abuse.
    EXPECT_EQ(ends.server.last().pings, 2);
    (void)SleepFor(minutes(2));
    EXPECT_EQ(ends.server.last().pings, 3);
    world.Cut("s", "c");
    waiting.fiber.Join();
    EXPECT_EQ(waiting.status.code(), StatusCode::kUnavailable);
  });
}

TEST(GrpcTransport, AnIdleConnectionIsClosedWithAWord) {
  InWorld(16, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reply(Reply("pong")); });
    ASSERT_TRUE(ends.stub.Say(Text("")).ok());
    (void)SleepFor(minutes(4));
    EXPECT_FALSE(ends.server.last().link.closed());
    (void)SleepFor(minutes(2));
    EXPECT_TRUE(ends.server.last().link.closed());
    EXPECT_EQ(ends.server.last().pings, 0);
    EXPECT_TRUE(ends.stub.Say(Text("")).ok());
    EXPECT_EQ(ends.server.connections.size(), 2U);
  });
}

TEST(GrpcTransport, ABrokenConnectionFailsItsCalls) {
  InWorld(17, [](World& world) {
    Ends ends(world);
    Caller caller(ends.client);
    auto chat = ends.stub.Chat();
    ASSERT_TRUE(chat.ok());
    ends.Await(2);
    world.CrashNetwork("s");
    caller.fiber.Join();
    EXPECT_EQ(caller.status.code(), StatusCode::kUnavailable);
    EchoReply reply;
    EXPECT_EQ(chat->Read(reply).status().code(), StatusCode::kUnavailable);
    EXPECT_EQ(chat->Write(Text("more")).code(), StatusCode::kUnavailable);
  });
}

TEST(GrpcTransport, CallsBeyondTheServersLimitWaitForTheirTurn) {
  InWorld(18, [](World& world) {
    Ends ends(world, {}, {.streams_max = 2});
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 4; ++i) {
      callers.push_back(std::make_unique<Caller>(ends.client, seconds(10)));
      (void)SleepFor(milliseconds(10));
    }
    Caller late(ends.client, milliseconds(100));
    late.fiber.Join();
    EXPECT_EQ(late.status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_THAT(Message(late.status), HasSubstr("takes 2 calls at a time"));
    EXPECT_EQ(ends.server.last().calls.size(), 2U);
    for (size_t i = 0; i < 4; ++i) {
      ends.Await(i + 1).Reply(Reply(std::to_string(i)));
      callers[i]->fiber.Join();
      EXPECT_EQ(callers[i]->reply.text(), std::to_string(i)) << "in the order they came";
    }
    EXPECT_EQ(ends.server.last().calls.size(), 4U);
  });
}

TEST(GrpcTransport, WaitingCallsAreBoundedAndEndWithTheConnection) {
  InWorld(19, [](World& world) {
    Ends ends(world, {}, {.streams_max = 1}, {.calls_in_flight_max = 2});
    Caller open(ends.client, seconds(10));
    ends.Await();
    Caller waiting(ends.client, seconds(10));
    (void)SleepFor(milliseconds(10));
    const auto refused = ends.stub.Say(Text(""));
    EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(Message(refused.status()), HasSubstr("calls_in_flight_max"));
    world.CrashNetwork("s");
    waiting.fiber.Join();
    EXPECT_EQ(waiting.status.code(), StatusCode::kUnavailable);
  });
}

TEST(GrpcTransport, ACallWhoseTurnNeverComesBeforeAGoawayIsUnavailable) {
  InWorld(20, [](World& world) {
    Ends ends(world, {}, {.streams_max = 1});
    Caller open(ends.client, seconds(10));
    ends.Await();
    Caller waiting(ends.client, seconds(10));
    (void)SleepFor(milliseconds(10));
    ends.server.last().Goaway(1);
    waiting.fiber.Join();
    EXPECT_EQ(waiting.status.code(), StatusCode::kUnavailable);
    ends.server.call().Reply(Reply("still"));
    open.fiber.Join();
    EXPECT_EQ(open.reply.text(), "still");
  });
}

TEST(GrpcTransport, AStalledWindowHoldsTheWriterBack) {
  InWorld(21, [](World& world) {
    Ends ends(world, {}, {.stream_window_bytes = 100'000});
    auto chat = ends.client.OpenDuplex(kService, "Chat", {.timeout = seconds(5)});
    ASSERT_TRUE(chat.ok());
    ends.Await().gives_window = false;
    int written = 0;
    Status status;
    while ((status = (*chat)->Write(Text(std::string(10'000, 'x')))).ok()) ++written;
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    // What the window takes, and 64 KiB that wait for it.
    EXPECT_GE(written, 16);
    EXPECT_LE(written, 18);
    EXPECT_EQ(ends.server.call().body.size(), 100'000U);
  });
}

TEST(GrpcTransport, AStalledWindowDoesNotHoldUpTheNextCall) {
  InWorld(22, [](World& world) {
    Ends ends(world, {}, {.stream_window_bytes = 100'000});
    Caller large(ends.client, seconds(5), Text(std::string(1'000'000, 'x')));
    ends.Await().gives_window = false;
    Caller small(ends.client, seconds(5), Text("small"));
    ends.Await(2).Reply(Reply("small"));
    small.fiber.Join();
    EXPECT_EQ(small.reply.text(), "small");
    EXPECT_FALSE(large.done);
  });
}

TEST(GrpcTransport, ASlowReaderHoldsTheServerBack) {
  InWorld(23, [](World& world) {
    Ends ends(world);
    auto reader = ends.stub.Count(CountRequest());
    ASSERT_TRUE(reader.ok());
    ScriptedCall& call = ends.Await();
    call.Begin();
    EchoReply item;
    item.set_filler(std::string(1000, 'x'));
    for (int i = 0; i < 2000; ++i) call.Send(item);
    call.End("0");
    (void)SleepFor(seconds(1));
    EXPECT_GE(call.output().size(), 1'700'000U) << "256 KiB are on their way at most";
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(*reader->Read(item));
    EXPECT_FALSE(*reader->Read(item));
    EXPECT_EQ(call.closed, ErrorCode::kNoError);
  });
}

TEST(GrpcTransport, AMessageLargerThanTheWindowComesThrough) {
  InWorld(24, [](World& world) {
    EchoReply large;
    large.set_filler(std::string(3'000'000, 'x'));
    Ends ends(world, [&](ScriptedCall& call) { call.Reply(large); });
    EXPECT_EQ(ends.stub.Say(Text(""))->filler().size(), 3'000'000U);
    auto reader = ends.stub.Count(CountRequest());
    EchoReply item;
    ASSERT_TRUE(*reader->Read(item));
    EXPECT_EQ(item.filler().size(), 3'000'000U);
  });
}

TEST(GrpcTransport, AnAnswerBeforeTheLastRequestEndsTheCall) {
  InWorld(25, [](World& world) {
    Ends ends(world);
    auto chat = ends.stub.Chat();
    ASSERT_TRUE(chat.ok());
    ASSERT_TRUE(chat->Write(Text("one")).ok());
    ScriptedCall& call = ends.Await();
    call.Begin();
    call.Send(Reply("enough"));
    call.End("11", "no more");
    (void)SleepFor(milliseconds(20));
    EXPECT_EQ(chat->Write(Text("two")).code(), StatusCode::kUnavailable);
    EchoReply reply;
    ASSERT_TRUE(*chat->Read(reply));
    EXPECT_EQ(reply.text(), "enough");
    EXPECT_EQ(chat->Read(reply).status(), OutOfRangeError("no more"));
    EXPECT_TRUE(chat->CloseWrites().ok());
  });
}

TEST(GrpcTransport, HalfClosedBothWaysEndsWell) {
  InWorld(26, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) { call.Reply(Reply("bye")); });
    auto chat = ends.stub.Chat();
    ASSERT_TRUE(chat->CloseWrites().ok());
    EXPECT_EQ(chat->Write(Text("late")).code(), StatusCode::kFailedPrecondition);
    EchoReply reply;
    ASSERT_TRUE(*chat->Read(reply));
    EXPECT_FALSE(*chat->Read(reply));
    EXPECT_FALSE(*chat->Read(reply)) << "and stays so";
    EXPECT_EQ(ends.server.call().closed, ErrorCode::kNoError);
  });
}

TEST(GrpcTransport, LeavingAStreamResetsIt) {
  InWorld(27, [](World& world) {
    Ends ends(world);
    {
      auto chat = ends.stub.Chat();
      ends.Await();
    }
    (void)SleepFor(milliseconds(5));
    EXPECT_EQ(ends.server.call().closed, ErrorCode::kCancel);
  });
}

TEST(GrpcTransport, HugeHeadersFailTheirCallAlone) {
  InWorld(28, [](World& world) {
    const std::string huge(40'000, 'x');
    bool first = true;
    Ends ends(world, [&](ScriptedCall& call) {
      if (!std::exchange(first, false)) return call.Reply(Reply("good"));
      call.Begin({{"x-huge", huge}});
      call.Send(Reply("unread"));
    });
    const auto reply = ends.stub.Say(Text(""));
    EXPECT_EQ(reply.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(Message(reply.status()), HasSubstr("headers"));
    EXPECT_TRUE(ends.stub.Say(Text("")).ok());
    EXPECT_EQ(ends.server.connections.size(), 1U);
  });
}

TEST(GrpcTransport, GarbageWithinAConnectionBreaksIt) {
  InWorld(29, [](World& world) {
    Ends ends(world);
    Caller caller(ends.client);
    ends.Await();
    ends.server.last().link.output().Append(std::string("\0\0\1\0\0\0\0\0\0x", 10));
    ends.server.last().link.Flush();
    caller.fiber.Join();
    EXPECT_EQ(caller.status.code(), StatusCode::kUnavailable);
    EXPECT_THAT(Message(caller.status), HasSubstr("broke"));
  });
}

TEST(GrpcTransport, GzipGoesBothWays) {
  InWorld(30, [](World& world) {
    Ends ends(world, [](ScriptedCall& call) {
      call.Begin({{"grpc-encoding", "gzip"}});
      call.Send(Reply(std::string(100'000, 'y')), true);
      call.End("0");
    });
    const auto reply =
        ends.stub.Say(Text(std::string(100'000, 'x')), {.compression = Compression::kGzip});
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_EQ(reply->text(), std::string(100'000, 'y'));
    ScriptedCall& call = ends.server.call();
    EXPECT_EQ(call.headers["grpc-encoding"], "gzip");
    EXPECT_LT(call.body.size(), 2000U);
    EXPECT_EQ(call.body[0], 1);
    EchoRequest unpacked;
    ASSERT_TRUE(unpacked.ParseFromString(*Gunzip(call.body.substr(5), 1 << 20)));
    EXPECT_EQ(unpacked.text(), std::string(100'000, 'x'));
  });
}

TEST(GrpcTransport, AMessageThatUnpacksBeyondTheLimitIsRefused) {
  InWorld(31, [](World& world) {
    Ends ends(world,
              [](ScriptedCall& call) {
                call.Begin({{"grpc-encoding", "gzip"}});
                call.Send(Reply(std::string(5'000'000, 'y')), true);
              },
              {}, {.frame_bytes_max = 1 << 20});
    EXPECT_EQ(ends.stub.Say(Text("")).status().code(), StatusCode::kResourceExhausted);
    const auto own = ends.stub.Say(Text(std::string(2 << 20, 'x')));
    EXPECT_EQ(own.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(Message(own.status()), HasSubstr("the limit is 1048576"));
  });
}

TEST(GrpcTransport, OutputBeyondItsBoundRefusesCalls) {
  InWorld(32, [](World& world) {
    Ends ends(world, {}, {.stream_window_bytes = 1000}, {.out_bytes_max = 1'000'000});
    Caller large(ends.client, seconds(5), Text(std::string(2'000'000, 'x')));
    ends.Await().gives_window = false;
    const auto refused = ends.stub.Say(Text(""));
    EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(Message(refused.status()), HasSubstr("out_bytes_max"));
    large.fiber.Cancel();
    large.fiber.Join();
    Caller next(ends.client, seconds(5));
    ends.Await(2).Reply(Reply("room again"));
    next.fiber.Join();
    EXPECT_EQ(next.reply.text(), "room again") << next.status.ToString();
  });
}

TEST(GrpcTransport, ClosingTheClientEndsItsCalls) {
  InWorld(33, [](World& world) {
    ScriptedServer server(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    auto client = std::make_unique<Client>(world.Host("c"), endpoints, nullptr,
                                           ClientOptions{.protocol = Protocol::kGrpc});
    auto chat = EchoStub(*client).Chat();
    ASSERT_TRUE(chat.ok());
    client.reset();
    EchoReply reply;
    EXPECT_EQ(chat->Read(reply).status().code(), StatusCode::kUnavailable);
    (void)SleepFor(milliseconds(5));
    EXPECT_TRUE(server.last().link.closed());
  });
}

TEST(GrpcTransport, AnEndpointMayChooseItsProtocol) {
  class OneGrpcEndpoint final : public EndpointSource {
   public:
    Result<Endpoint> Pick(std::span<const uint32_t>) override {
      Endpoint endpoint;
      endpoint.address = At("s");
      endpoint.protocol = Protocol::kGrpc;
      return endpoint;
    }
    void Report(const Endpoint&, StatusCode, Duration) override {}
  };
  InWorld(34, [](World& world) {
    ScriptedServer server(world.Host("s"), "s",
                          [](ScriptedCall& call) { call.Reply(Reply("pong")); });
    OneGrpcEndpoint endpoints;
    Client client(world.Host("c"), endpoints, nullptr, {});
    EXPECT_TRUE(EchoStub(client).Say(Text("")).ok());
  });
}

}  // namespace
}  // namespace bellrock::rpc::http2
