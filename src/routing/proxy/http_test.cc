// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// HTTP through the proxy, in a simulated world.
#include <gtest/gtest.h>

#include "routing/proxy/proxy_world_for_test.h"
#include "testing/world.h"

namespace bellrock::routing::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::World;

const std::string kGet = "GET /x HTTP/1.1\r\nHost: h\r\n";
const std::string kClose = "Connection: close\r\n\r\n";

TEST(HttpProxy, CarriesARequestAndKeepsBothConnections) {
  World world(1);
  world.Run([&] {
    Instance instance(world, "i", AnswerWithHead);
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto client = proxy.Connect();
    for (int round = 0; round < 3; ++round) {
      ASSERT_TRUE(client->WriteAll(BytesOf(kGet + "\r\n")).ok());
      const std::string answer = ReadUntil(*client, [](const std::string& text) {
        return text.ends_with("X-Forwarded-For: c\r\n\r\n");
      });
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    }
    EXPECT_EQ(instance.connections, 1);
    EXPECT_EQ(proxy.source.reports.size(), 3u);
    EXPECT_EQ(proxy.source.reports[0].second, StatusCode::kOk);
    EXPECT_EQ(proxy.directory.asked, 1);
  });
}

TEST(HttpProxy, RequestsSentAlongAreAnsweredInOrder) {
  World world(2);
  world.Run([&] {
    Instance instance(world, "i", AnswerWithHead);
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    const std::string all = proxy.Ask(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: "
        "h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n" +
        kClose);
    EXPECT_LT(all.find("GET /1"), all.find("GET /2"));
    EXPECT_LT(all.find("GET /2"), all.find("GET /3"));
    EXPECT_NE(all.find("GET /3"), std::string::npos);
  });
}

TEST(HttpProxy, AnInstanceThatCannotBeConnectedIsFollowedByAnother) {
  World world(3);
  world.Run([&] {
    Instance well(world, "well", AnswerWithHead);
    ProxyWorld proxy(world, {"gone", "well"}, "http:music/catalog");
    const std::string answer =
        proxy.Ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n" + kClose + "ab");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    ASSERT_EQ(proxy.source.reports.size(), 2u);
    EXPECT_EQ(proxy.source.reports[0], (std::pair{0u, StatusCode::kUnavailable}));
    EXPECT_EQ(proxy.source.reports[1], (std::pair{1u, StatusCode::kOk}));
  });
}

TEST(HttpProxy, ARequestThatMayBeRepeatedGoesToAnotherWhenItsInstanceDies) {
  World world(4);
  world.Run([&] {
    Instance dies(world, "dies", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      stream.Close();
    });
    Instance well(world, "well", AnswerWithHead);
    ProxyWorld proxy(world, {"dies", "well"}, "http:music/catalog");
    EXPECT_TRUE(proxy.Ask(kGet + kClose).starts_with("HTTP/1.1 200"));
    EXPECT_EQ(proxy.source.reports[0], (std::pair{0u, StatusCode::kUnavailable}));
    // A POST may have done its work: the client is told instead.
    const std::string told =
        proxy.Ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + kClose);
    EXPECT_TRUE(told.starts_with("HTTP/1.1 502 Bad Gateway\r\n")) << told;
    EXPECT_NE(told.find("service 'music/catalog'"), std::string::npos);
  });
}

TEST(HttpProxy, AConnectionThatWasClosedAtRestCountsAgainstNobody) {
  World world(5);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)stream.WriteAll(BytesOf("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
      (void)fiber::SleepFor(milliseconds(50));
      stream.Close();
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    for (int round = 0; round < 3; ++round) {
      EXPECT_TRUE(proxy.Ask(kGet + kClose).starts_with("HTTP/1.1 200"));
      (void)fiber::SleepFor(milliseconds(100));
    }
    EXPECT_EQ(instance.connections, 3);
    for (const auto& [slot, code] : proxy.source.reports) EXPECT_EQ(code, StatusCode::kOk);
  });
}

TEST(HttpProxy, BodiesPassBothWaysAsTheyCome) {
  World world(6);
  world.Run([&] {
    // Echoes pieces: the answer begins before the request has ended.
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)stream.WriteAll(BytesOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
      (void)stream.WriteAll(BytesOf(
          ReadUntil(stream, [](const std::string& text) { return text.ends_with("0\r\n\r\n"); })));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto client = proxy.Connect();
    ASSERT_TRUE(client
                    ->WriteAll(BytesOf("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                                       "chunked\r\n\r\n"))
                    .ok());
    EXPECT_TRUE(ReadHeadOf(*client).starts_with("HTTP/1.1 200"));
    const std::string chunks = "3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n";
    ASSERT_TRUE(client->WriteAll(BytesOf(chunks)).ok());
    EXPECT_EQ(
        ReadUntil(*client, [&](const std::string& text) { return text.size() >= chunks.size(); }),
        chunks);
  });
}

TEST(HttpProxy, ContinueReachesTheClient) {
  World world(7);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)stream.WriteAll(BytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
      const std::string body =
          ReadUntil(stream, [](const std::string& text) { return text.size() >= 4; });
      (void)stream.WriteAll(BytesOf("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + body));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto client = proxy.Connect();
    ASSERT_TRUE(client
                    ->WriteAll(BytesOf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: "
                                       "100-continue\r\n\r\n"))
                    .ok());
    EXPECT_TRUE(ReadHeadOf(*client).starts_with("HTTP/1.1 100"));
    ASSERT_TRUE(client->WriteAll(BytesOf("body")).ok());
    const std::string answer =
        ReadUntil(*client, [](const std::string& text) { return text.ends_with("body"); });
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  });
}

TEST(HttpProxy, AnUpgradeBecomesATunnel) {
  World world(8);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      EXPECT_NE(ReadHeadOf(stream).find("Upgrade: websocket"), std::string::npos);
      (void)stream.WriteAll(BytesOf(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"));
      (void)stream.WriteAll(BytesOf(ReadAll(stream)));  // after the client's half has ended
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto client = proxy.Connect();
    ASSERT_TRUE(client
                    ->WriteAll(BytesOf("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                       "Upgrade: websocket\r\n\r\n"))
                    .ok());
    EXPECT_TRUE(ReadHeadOf(*client).starts_with("HTTP/1.1 101"));
    ASSERT_TRUE(client->WriteAll(BytesOf("frames")).ok());
    ASSERT_TRUE(client->EndWrite().ok());
    EXPECT_EQ(ReadAll(*client), "frames");
  });
}

TEST(HttpProxy, AnInstanceThatDoesNotAnswerInTimeIsGivenUp) {
  World world(9);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)fiber::SleepFor(seconds(100));
    });
    Limits limits;
    limits.answer_timeout = seconds(2);
    ProxyWorld proxy(world, {"i"}, "http:music/catalog", limits);
    const std::string answer = proxy.Ask(kGet + kClose);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 504")) << answer;
    EXPECT_EQ(proxy.source.reports.back().second, StatusCode::kDeadlineExceeded);
  });
}

TEST(HttpProxy, StatusesAreJudged) {
  World world(10);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      const std::string head = ReadHeadOf(stream);
      const std::string status = head.substr(head.find("/x") + 2, 3);
      (void)stream.WriteAll(
          BytesOf("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 0\r\n\r\n"));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    for (const char* status : {"404", "500", "501", "503"}) {
      const std::string answer =
          proxy.Ask("GET /x" + std::string(status) + " HTTP/1.1\r\nHost: h\r\n" + kClose);
      EXPECT_EQ(answer.substr(9, 3), status);
    }
    std::vector<StatusCode> codes;
    for (const auto& report : proxy.source.reports) codes.push_back(report.second);
    EXPECT_EQ(codes, (std::vector{StatusCode::kOk, StatusCode::kInternal, StatusCode::kOk,
                                  StatusCode::kResourceExhausted}));
  });
}

TEST(HttpProxy, AFailureIsCountedByTheErrorTypeOfItsHeader) {
  World world(21);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      const std::string head = ReadHeadOf(stream);
      const std::string status = head.substr(head.find("/x") + 2, 3);
      (void)stream.WriteAll(
          BytesOf("HTTP/1.1 " + status + " Whatever\r\nBellrock-Error-Type: " +
                  (head.find("/x504") == std::string::npos ? "SoldOut" : "sold out") +
                  "\r\nContent-Length: 0\r\n\r\n"));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    for (const char* status : {"400", "500", "504"}) {
      (void)proxy.Ask("GET /x" + std::string(status) + " HTTP/1.1\r\nHost: h\r\n" + kClose);
    }
    const std::string call = "bellrock/proxy > music/catalog HTTP/GET ";
    EXPECT_EQ(proxy.observer.calls,
              (std::vector{call + "OK", call + "INTERNAL:SoldOut", call + "DEADLINE_EXCEEDED"}));
  });
}

TEST(HttpProxy, ARefusedCallIsToldToComeBack) {
  World world(11);
  world.Run([&] {
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    proxy.source.refusal = ResourceExhaustedError("-10000: overloaded");
    const std::string answer = proxy.Ask(kGet + kClose);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
    EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
    EXPECT_NE(answer.find("-10000"), std::string::npos);
  });
}

TEST(HttpProxy, ThePortOfAllServicesAsksForAName) {
  World world(12);
  world.Run([&] {
    Instance instance(world, "i", AnswerWithHead);
    ProxyWorld proxy(world, {"i"}, "http:*");
    EXPECT_TRUE(proxy.Ask("GET / HTTP/1.1\r\nHost: catalog.music.bellrock\r\n" + kClose)
                    .starts_with("HTTP/1.1 200"));
    const std::string unknown =
        proxy.Ask("GET / HTTP/1.1\r\nHost: other.music.bellrock\r\n" + kClose);
    EXPECT_TRUE(unknown.starts_with("HTTP/1.1 404")) << unknown;
    EXPECT_NE(unknown.find("'music/other'"), std::string::npos);
    const std::string unnamed = proxy.Ask(kGet + kClose);
    EXPECT_TRUE(unnamed.starts_with("HTTP/1.1 404")) << unnamed;
    EXPECT_NE(unnamed.find("SERVICE.LINE.bellrock"), std::string::npos);
  });
}

TEST(HttpProxy, GarbageIsRefused) {
  World world(13);
  world.Run([&] {
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    EXPECT_TRUE(proxy.Ask("what is this\r\n\r\n").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(
        proxy.Ask("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a')).starts_with("HTTP/1.1 431"));
    EXPECT_TRUE(proxy.Ask("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("HTTP/1.1 501"));
    EXPECT_TRUE(proxy.source.reports.empty());
  });
}

TEST(HttpProxy, SlowHeadsAndIdleConnectionsEnd) {
  World world(14);
  world.Run([&] {
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto idle = proxy.Connect();
    const Time began = world.loop().Now();
    EXPECT_EQ(proxy.Ask("GET / HT"), "");
    EXPECT_GE(world.loop().Now() - began, seconds(10));
    EXPECT_LT(world.loop().Now() - began, seconds(12));
    EXPECT_EQ(ReadAll(*idle), "");
    EXPECT_LT(world.loop().Now() - began, seconds(62));
    EXPECT_EQ(proxy.shard.connections(), 0u);
  });
}

TEST(HttpProxy, KeysComeFromTheConfiguredHeader) {
  World world(15);
  world.Run([&] {
    Instance instance(world, "i", AnswerWithHead);
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    ListenSpec spec =
        *ParseListenSpec("http:music/catalog=127.0.0.1:9002,key-header=x-user,traceparent=on");
    spec.address = Address::Tcp("p", 9002);
    ASSERT_TRUE(proxy.shard.Listen(spec, false).ok());
    auto client = proxy.Connect(9002);
    ASSERT_TRUE(client->WriteAll(BytesOf(kGet + "X-User: ada\r\n" + kClose)).ok());
    EXPECT_NE(ReadAll(*client).find("traceparent: 00-"), std::string::npos);
    EXPECT_EQ(proxy.source.keys, (std::vector<std::string>{"ada"}));
  });
}

TEST(HttpProxy, CallsAreCountedByTheirVerb) {
  World world(20);
  world.Run([&] {
    Instance instance(world, "i", AnswerWithHead);
    ProxyWorld proxy(world, {"gone", "i"}, "http:music/catalog");
    EXPECT_NE(proxy.Ask(kGet + kClose).find("bellrock-caller: bellrock/proxy\r\n"),
              std::string::npos);
    // Who names itself is named so.
    const std::string named =
        proxy.Ask("BREW / HTTP/1.1\r\nHost: h\r\nBellrock-Caller: a/b\r\n" + kClose);
    EXPECT_EQ(named.find("bellrock/proxy"), std::string::npos);
    EXPECT_EQ(proxy.observer.calls,
              (std::vector<std::string>{"bellrock/proxy > music/catalog HTTP/GET UNAVAILABLE",
                                        "bellrock/proxy > music/catalog HTTP/GET OK",
                                        "a/b > music/catalog HTTP/other UNAVAILABLE",
                                        "a/b > music/catalog HTTP/other OK"}));
  });
}

TEST(HttpProxy, AnAnswerBeforeTheBodyHasComeReachesTheClient) {
  World world(17);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)stream.WriteAll(
          BytesOf("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!"));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    const std::string answer =
        proxy.Ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nbegins");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
    EXPECT_TRUE(answer.ends_with("no!")) << answer;
    EXPECT_EQ(proxy.source.reports.back().second, StatusCode::kOk);
  });
}

TEST(HttpProxy, AClientThatLeavesCountsAgainstNobody) {
  World world(18);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) { (void)ReadAll(stream); });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto client = proxy.Connect();
    ASSERT_TRUE(client
                    ->WriteAll(BytesOf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n"
                                       "half"))
                    .ok());
    (void)fiber::SleepFor(milliseconds(10));
    client->Close();
    (void)fiber::SleepFor(milliseconds(10));
    ASSERT_EQ(proxy.source.reports.size(), 1u);
    EXPECT_EQ(proxy.source.reports[0].second, StatusCode::kCancelled);
    EXPECT_EQ(proxy.shard.connections(), 0u);
  });
}

TEST(HttpProxy, DrainsWhenItStops) {
  World world(16);
  world.Run([&] {
    Instance instance(world, "i", [](fiber::Stream& stream) {
      (void)ReadHeadOf(stream);
      (void)fiber::SleepFor(seconds(1));
      (void)stream.WriteAll(BytesOf("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"));
      (void)fiber::SleepFor(seconds(1));
    });
    ProxyWorld proxy(world, {"i"}, "http:music/catalog");
    auto idle = proxy.Connect();
    auto busy = proxy.Connect();
    ASSERT_TRUE(busy->WriteAll(BytesOf(kGet + "\r\n")).ok());
    (void)fiber::SleepFor(milliseconds(100));
    const Time began = world.loop().Now();
    proxy.shard.Drain(began + seconds(5));
    EXPECT_LT(world.loop().Now() - began, seconds(2));
    const std::string answer = ReadAll(*busy);
    EXPECT_TRUE(answer.ends_with("late")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_EQ(ReadAll(*idle), "");
  });
}

}  // namespace
}  // namespace bellrock::routing::proxy
