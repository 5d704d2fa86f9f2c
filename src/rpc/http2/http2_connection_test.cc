// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// gRPC calls against a server in the simulator, made frame by frame with a client session.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/http2/test_client.h"
#include "testing/world.h"

namespace bellrock::rpc::http2 {
namespace {

using bellrock::testing::World;
using fiber::SleepFor;
using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::SumReply;

const std::string kEcho = "/bellrock.rpc.sample.v1.Echo/";

std::string Framed(const std::string& message, bool compressed = false) {
  std::string framed(kPrefixBytes, '\0');
  WritePrefix(compressed, message.size(), framed.data());
  return framed + message;
}

void WithServer(const std::function<void(World&, EchoServer&, TestClient&)>& body,
                ServerOptions options = {}, CallObserver* observer = nullptr) {
  World world(9);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", std::move(options), observer);
    TestClient client(world.Host("c"));
    body(world, echo, client);
  });
}

std::string Say(const std::string& text, int64_t sleep_ms = 0, int code = 0) {
  EchoRequest request;
  request.set_text(text);
  request.set_sleep_ms(sleep_ms);
  request.set_code(code);
  return Framed(request.SerializeAsString());
}

TEST(Grpc, AnswersAUnaryCallAndCountsIt) {
  RecordingObserver observer;
  WithServer(
      [&](World&, EchoServer&, TestClient& client) {
        const auto call = client.Call(kEcho + "Say", Say("hi"),
                                      {{"bellrock-caller", "a/b"},
                                       {"grpc-timeout", "5S"},
                                       {"grpc-previous-rpc-attempts", "2"}});
        const auto reply = call->Only<EchoReply>();
        EXPECT_EQ(reply.text(), "hi");
        EXPECT_EQ(reply.caller(), "a/b");
        EXPECT_EQ(reply.attempt(), 2);
        EXPECT_LE(reply.deadline_ms(), 5000);
        EXPECT_GE(reply.deadline_ms(), 4990);
        EXPECT_EQ(call->status(), "0");
        EXPECT_EQ(call->fields.at("content-type"), "application/grpc+proto");
        EXPECT_TRUE(call->closed);
        ASSERT_EQ(observer.calls.size(), 1U);
        EXPECT_EQ(observer.calls[0].caller, "a/b");
      },
      {}, &observer);
}

TEST(Grpc, AnErrorComesInOneBlockWithItsText) {
  WithServer([](World&, EchoServer&, TestClient& client) {
    const auto call = client.Call(kEcho + "Say", Say("100 % \u00e4", 0, 5));
    EXPECT_EQ(call->status(), "5");
    EXPECT_EQ(call->text(), "100 % \u00e4");
    EXPECT_EQ(call->blocks, 1);
    EXPECT_FALSE(call->fields.contains("bellrock-origin"));
  });
}

TEST(Grpc, RefusalsBeforeTheHandlerSayWhy) {
  struct Case {
    std::string path;
    std::string body;
    Fields fields;
    std::string status;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"/no.Such/Call", "", {}, "12", "service no.Such is not served here"},
      {kEcho + "Shout", "", {}, "12", "it has: Chat, Count, Say, Sum"},
      {"/Say", "", {}, "12", "path /Say: write /package.Service/Method"},
      {kEcho + "Say", "", {}, "3", "takes one request; none came"},
      {kEcho + "Say", Say("a") + Say("b"), {}, "3", "a second one came"},
      {kEcho + "Say", Say("cut").substr(0, 6), {}, "3", "ended within a message"},
      {kEcho + "Say", Framed("\xff\xff"), {}, "3", "request"},
      {kEcho + "Say", Framed("x", true), {}, "13", "grpc-encoding does not say how"},
      {kEcho + "Say", std::string("\7\0\0\0\0", 5), {}, "13", "flag byte 7"},
      {kEcho + "Say", Framed("x"), {{"grpc-timeout", "soon"}}, "3", "header grpc-timeout"},
      {kEcho + "Say", Framed("x"), {{"k-bin", "*"}}, "3", "header k-bin"},
      {kEcho + "Say", Framed("x"), {{"grpc-encoding", "snappy"}}, "12", "use gzip or identity"},
      {kEcho + "Say", Framed("x"), {{"content-type", "application/grpc+json"}}, "12", "grpc+json"},
      {kEcho + "Say", std::string(5, '\0').replace(1, 1, "\x05"), {}, "8", "limit is 67108864"},
  };
  WithServer([&](World&, EchoServer& echo, TestClient& client) {
    for (const Case& each : cases) {
      const auto call = client.Call(each.path, each.body, each.fields);
      EXPECT_EQ(call->status(), each.status) << each.text << " / " << call->text();
      EXPECT_NE(call->text().find(each.text), std::string::npos) << call->text();
      EXPECT_TRUE(call->closed) << each.text;
      EXPECT_EQ(call->fields["bellrock-origin"], "server");
    }
    EXPECT_EQ(echo.service.calls, 0);
    EXPECT_EQ(client.Call(kEcho + "Say", Say("on"))->status(), "0");
  });
}

TEST(Grpc, StreamsRequestsAndReplies) {
  WithServer([](World&, EchoServer&, TestClient& client) {
    const auto sum = client.Call(kEcho + "Sum", Say("a") + Say("bc") + Say(""));
    EXPECT_EQ(sum->Only<SumReply>().requests(), 3);
    EXPECT_EQ(sum->Only<SumReply>().bytes(), 3);

    const auto chat = client.Open(kEcho + "Chat");
    for (size_t i = 1; i <= 3; ++i) {
      client.Send(*chat, Say("x"), false);
      (void)SleepFor(milliseconds(10));
      EXPECT_EQ(chat->Messages().size(), i);
    }
    EXPECT_FALSE(chat->closed);
    client.Send(*chat, "", true);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(chat->status(), "0");
  });
}

TEST(Grpc, AStreamThatFailsKeepsItsItems) {
  WithServer([](World&, EchoServer&, TestClient& client) {
    CountRequest count;
    count.set_items(3);
    count.set_code(10);
    const auto call = client.Call(kEcho + "Count", Framed(count.SerializeAsString()));
    EXPECT_EQ(call->Messages().size(), 3U);
    EXPECT_EQ(call->status(), "10");
  });
}

TEST(Grpc, AHandlerWaitsForAReaderThatDoesNotRead) {
  WithServer([](World&, EchoServer& echo, TestClient& client) {
    CountRequest count;
    count.set_items(1000);
    count.set_item_bytes(10'000);
    const auto call = client.Open(kEcho + "Count");
    call->reads = nullptr;
    client.Send(*call, Framed(count.SerializeAsString()), true);
    (void)SleepFor(seconds(1));
    const int before = echo.service.items_written;
    EXPECT_LT(before, 100);
    call->reads = &client.session;
    client.session.GiveWindow(*call, call->body.size());
    (void)SleepFor(seconds(1));
    EXPECT_EQ(call->Messages().size(), 1000U);
    EXPECT_EQ(call->status(), "0");
  });
}

TEST(Grpc, AStreamOfRequestsIsHeldBackByItsHandler) {
  WithServer([](World&, EchoServer&, TestClient& client) {
    const auto sum = client.Open(kEcho + "Sum");
    client.Send(*sum, Say("wait", 5000), false);
    // Among them messages of no bytes at all, which count as well.
    for (int i = 0; i < 100'000; ++i) client.Send(*sum, Framed(""), false);
    client.Send(*sum, Say(std::string(600'000, 'x')), true);
    (void)SleepFor(seconds(1));
    EXPECT_GT(sum->output().size(), 600'000U);
    (void)SleepFor(seconds(10));
    EXPECT_TRUE(sum->output().empty());
    EXPECT_EQ(sum->Only<SumReply>().requests(), 100'002);
  });
}

TEST(Grpc, AHandlerThatTakesOneMessageMakesRoomForOne) {
  WithServer([](World&, EchoServer&, TestClient& client) {
    constexpr size_t kMessages = 20;
    constexpr size_t kBytes = 100 << 10;
    const auto sum = client.Open(kEcho + "Sum");
    for (size_t i = 0; i < kMessages; ++i) {
      client.Send(*sum, Say(std::string(kBytes, 'x'), 1000), i + 1 == kMessages);
    }
    for (size_t taken = 1; taken < 10; ++taken) {
      (void)SleepFor(milliseconds(taken == 1 ? 500 : 1000));
      // The window and the message that came while none waited, which costs no window.
      const size_t ahead = SessionOptions().stream_window_bytes + 2 * kBytes;
      EXPECT_GE(sum->output().size() + taken * kBytes + ahead, kMessages * kBytes) << taken;
    }
    (void)SleepFor(seconds(20));
    EXPECT_EQ(sum->Only<SumReply>().requests(), static_cast<int64_t>(kMessages));
  });
}

TEST(Grpc, ResetsCancelTheHandler) {
  WithServer([](World&, EchoServer& echo, TestClient& client) {
    const auto call = client.Call(kEcho + "Say", Say("", 60'000));
    EXPECT_EQ(echo.service.calls, 1);
    client.session.Abandon(*call, ErrorCode::kCancel);
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(echo.service.cut_short, 1);
    EXPECT_EQ(echo.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Grpc, TheEndOfTheConnectionCancelsHandlers) {
  World world(9);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    {
      TestClient client(world.Host("c"));
      const auto call = client.Call(kEcho + "Say", Say("", 60'000));
      const auto half = client.Open(kEcho + "Say");  // whose request never comes
      (void)SleepFor(milliseconds(10));
      EXPECT_EQ(echo.service.calls, 1);
      client.session.Abandon(*half, ErrorCode::kCancel);
      client.session.Abandon(*call, ErrorCode::kNoError);
    }
    (void)SleepFor(milliseconds(10));
    EXPECT_EQ(echo.service.cut_short, 1);
  });
}

TEST(Grpc, DeadlinesEndHandlers) {
  WithServer([](World&, EchoServer& echo, TestClient& client) {
    const auto call = client.Call(kEcho + "Say", Say("", 60'000), {{"grpc-timeout", "5m"}});
    EXPECT_EQ(call->status(), "4");
    EXPECT_EQ(echo.service.last_cut, StatusCode::kDeadlineExceeded);
  });
}

TEST(Grpc, PacksAnswersForWhoPacksRequests) {
  WithServer(
      [](World&, EchoServer&, TestClient& client) {
        EchoRequest request;
        request.set_text(std::string(10'000, 'x'));
        const std::string packed = Framed(Gzip(request.SerializeAsString()), true);
        auto call = client.Call(kEcho + "Say", packed, {{"grpc-encoding", "gzip"}});
        EXPECT_EQ(call->Only<EchoReply>().text().size(), 10'000U);
        EXPECT_LT(call->body.size(), 1000U);
        // A bomb is refused before it is large.
        request.set_text(std::string(200'000, 'x'));
        const std::string bomb = Framed(Gzip(request.SerializeAsString()), true);
        call = client.Call(kEcho + "Say", bomb, {{"grpc-encoding", "gzip"}});
        EXPECT_EQ(call->status(), "8") << call->text();
      },
      {.frame_bytes_max = 100'000});
}

TEST(Grpc, RepliesBeyondTheLimitFailTheirCallOnly) {
  WithServer(
      [](World&, EchoServer&, TestClient& client) {
        EchoRequest request;
        request.set_ratio(2000);
        const auto call = client.Call(kEcho + "Say", Framed(request.SerializeAsString()));
        EXPECT_EQ(call->status(), "8");
        EXPECT_EQ(call->text(), "a reply of 2014 bytes; the limit is 1000 [BR-1301]")
            << call->text();
        EXPECT_EQ(client.Call(kEcho + "Say", Say("on"))->status(), "0");
      },
      {.frame_bytes_max = 1000});
}

TEST(Grpc, RepliesForAReaderThatDoesNotReadAreBounded) {
  WithServer(
      [](World&, EchoServer&, TestClient& client) {
        EchoRequest request;
        request.set_ratio(300'000);
        std::vector<std::unique_ptr<TestCall>> calls;
        int refused = 0;
        for (int i = 0; i < 10; ++i) {
          calls.push_back(client.Open(kEcho + "Say"));
          calls.back()->reads = nullptr;  // its window takes less than the reply
          client.Send(*calls.back(), Framed(request.SerializeAsString()), true);
          (void)SleepFor(milliseconds(10));
          if (calls.back()->status() == "8") ++refused;
        }
        EXPECT_GE(refused, 1);
        EXPECT_LT(refused, 10);
        for (auto& call : calls) {
          if (!call->closed) client.session.Abandon(*call, ErrorCode::kCancel);
        }
        (void)SleepFor(milliseconds(10));
        EXPECT_EQ(client.Call(kEcho + "Say", Say("on"))->status(), "0");
      },
      {.out_bytes_max = 100'000});
}

TEST(Grpc, AReaderThatNeverReadsIsClosedInTheEnd) {
  WithServer(
      [](World&, EchoServer& echo, TestClient& client) {
        CountRequest count;
        count.set_items(1000);
        count.set_item_bytes(10'000);
        const auto call = client.Open(kEcho + "Count");
        call->reads = nullptr;
        client.Send(*call, Framed(count.SerializeAsString()), true);
        // It is there and answers, but does not read.
        for (int i = 0; i < 60; ++i) {
          client.session.Ping(1);
          (void)SleepFor(seconds(1));
        }
        EXPECT_EQ(client.why.code(), StatusCode::kUnavailable);
        EXPECT_EQ(echo.service.cut_short, 1);
      },
      {.idle_timeout = seconds(30)});
}

TEST(Grpc, ARequestThatNeverComesHoldsNoConnectionOpen) {
  WithServer(
      [](World&, EchoServer&, TestClient& client) {
        const auto half = client.Open(kEcho + "Say");
        (void)SleepFor(std::chrono::minutes(3));
        EXPECT_FALSE(client.why.ok());
      },
      {.idle_timeout = std::chrono::minutes(2)});
}

TEST(Grpc, AFloodOfResetsEndsTheConnection) {
  WithServer(
      [](World& world, EchoServer& echo, TestClient& client) {
        for (int i = 0; i < 1100 && client.why.ok(); ++i) {
          const auto call = client.Open(kEcho + "Say");
          client.session.FlushNow();
          client.session.Abandon(*call, ErrorCode::kCancel);
        }
        (void)SleepFor(milliseconds(10));
        ASSERT_FALSE(client.goaways.empty());
        EXPECT_NE(client.goaways[0].find("ENHANCE_YOUR_CALM a flood of resets"), std::string::npos)
            << client.goaways[0];
        EXPECT_FALSE(client.why.ok());
        TestClient other(world.Host("c"));
        EXPECT_EQ(other.Call(kEcho + "Say", Say("on"))->status(), "0");
        EXPECT_EQ(echo.service.calls, 1);
      },
      {.calls_per_connection_max = 100});
}

TEST(Grpc, BeyondItsCallsAConnectionRefusesStreams) {
  WithServer(
      [](World&, EchoServer& echo, TestClient& client) {
        std::vector<std::unique_ptr<TestCall>> calls;
        for (int i = 0; i < 5; ++i) {
          calls.push_back(client.Open(kEcho + "Say"));
          client.Send(*calls.back(), Say("x", 100), true);
        }
        (void)SleepFor(milliseconds(50));
        EXPECT_EQ(client.session.peer_streams_max(), 2U);
        EXPECT_LE(echo.service.calls, 2);
        (void)SleepFor(seconds(1));
        for (const auto& call : calls) EXPECT_TRUE(call->closed);
      },
      {.calls_per_connection_max = 2});
}

TEST(Grpc, AShutdownLosesNoCall) {
  WithServer([](World& world, EchoServer& echo, TestClient& client) {
    const auto running = client.Call(kEcho + "Say", Say("slow", 1000));
    auto ended = fiber::Start([&] { echo.server.Shutdown(world.loop().Now() + seconds(10)); });
    fiber::Yield();
    // On its way when the notice is.
    const auto late = client.Open(kEcho + "Say");
    client.Send(*late, Say("late"), true);
    (void)SleepFor(milliseconds(100));
    EXPECT_EQ(late->status(), "0");
    ASSERT_EQ(client.goaways.size(), 2U);
    EXPECT_EQ(client.goaways[0], "2147483647 NO_ERROR ");
    EXPECT_EQ(client.goaways[1], "3 NO_ERROR ");
    (void)SleepFor(seconds(1));
    EXPECT_EQ(running->status(), "0");
    ended.Join();
    EXPECT_FALSE(client.why.ok());
  });
}

TEST(Grpc, APeerThatIsSilentWhileItsCallRunsIsAskedAndThenClosed) {
  WithServer([](World& world, EchoServer& echo, TestClient& client) {
    const auto call = client.Call(kEcho + "Say", Say("", 3'600'000));
    // It answers pings: the call stays.
    (void)SleepFor(std::chrono::minutes(5));
    EXPECT_EQ(echo.service.cut_short, 0);
    world.Cut("c", "s");
    (void)SleepFor(std::chrono::minutes(2));
    EXPECT_EQ(echo.service.cut_short, 1);
  });
}

}  // namespace
}  // namespace bellrock::rpc::http2
