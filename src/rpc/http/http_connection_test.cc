// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 with JSON on the same port, end to end in the simulator.
#include <gtest/gtest.h>

#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using bellrock::testing::World;

const std::string kSay = "/bellrock.rpc.sample.v1.Echo/Say";
const std::string kCount = "/bellrock.rpc.sample.v1.Echo/Count";

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string Post(const std::string& path, const std::string& body,
                 const std::string& headers = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: s\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + headers + "\r\n" + body;
}
std::string Get(const std::string& path, const std::string& headers = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: s\r\n" + headers + "\r\n";
}

// One connection, one exchange; what came within a simulated second.
std::string Exchange(World& world, const std::string& bytes) {
  auto stream = Connect(world.Host("c"), "s");
  Send(*stream, bytes);
  return ReadFor(*stream, seconds(1));
}

// Runs the body beside an echo server on host "s".
void WithServer(const std::function<void(World&, EchoServer&)>& body, ServerOptions options = {},
                CallObserver* observer = nullptr) {
  World world(77);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", std::move(options), observer);
    body(world, echo);
  });
}

TEST(Http, PostsJson) {
  RecordingObserver observer;
  WithServer(
      [&](World& world, EchoServer&) {
        const std::string answer =
            Exchange(world, Post(kSay, R"({"text":"hi"})", "Bellrock-Caller: a/b\r\n"));
        EXPECT_TRUE(Has(answer, "HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_TRUE(Has(answer, "Content-Type: application/json\r\n"));
        EXPECT_TRUE(Has(answer, "\"text\":\"hi\""));
        EXPECT_TRUE(Has(answer, "\"caller\":\"a/b\""));
        ASSERT_EQ(observer.calls.size(), 1U);
        EXPECT_EQ(observer.calls[0].method, "Say");
      },
      {}, &observer);
}

TEST(Http, KeepsTheConnectionForPipelinedRequests) {
  WithServer([&](World& world, EchoServer& echo) {
    const std::string answer =
        Exchange(world, Post(kSay, R"({"text":"one","sleep_ms":50})") + Get(kSay + "?text=two") +
                            Post(kSay, "", "Connection: close\r\n"));
    EXPECT_LT(answer.find("one"), answer.find("two")) << answer;
    EXPECT_TRUE(Has(answer, "Connection: close"));
    EXPECT_EQ(echo.service.calls, 3);
  });
}

TEST(Http, AHandlerMayAnswerWithARedirect) {
  WithServer([&](World& world, EchoServer& echo) {
    echo.service.http_status = 307;
    echo.service.http_headers = {{"Location", "//other:7600" + kSay + "?text=a%20b"},
                                 {"Bellrock-Reason", "m\xc3\xbc\r\nSet-Cookie: x"}};
    const std::string answer = Exchange(world, Get(kSay + "?text=a%20b"));
    EXPECT_EQ(echo.service.seen_http_target, kSay + "?text=a%20b");
    EXPECT_TRUE(Has(answer, "HTTP/1.1 307 Temporary Redirect\r\n")) << answer;
    EXPECT_TRUE(Has(answer, "\r\nLocation: //other:7600" + kSay + "?text=a%20b\r\n"));
    EXPECT_TRUE(Has(answer, "\r\nBellrock-Reason: m%C3%BC%0D%0ASet-Cookie: x\r\n"));
    EXPECT_TRUE(Has(answer, "\"text\":\"a b\"")) << "the reply is the body";
  });
}

TEST(Http, AHandlerMayAnswerWithoutABodyAndTheConnectionStays) {
  WithServer([&](World& world, EchoServer& echo) {
    echo.service.http_status = 304;
    echo.service.http_headers = {{"Bellrock-Reason", "nothing new"}};
    const std::string answer = Exchange(world, Post(kSay, "{}") + Post(kSay, "{}"));
    EXPECT_TRUE(Has(answer, "HTTP/1.1 304 Not Modified\r\nBellrock-Reason: nothing new\r\n\r\n"))
        << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    EXPECT_EQ(echo.service.calls, 2);
  });
}

TEST(Http, AnErrorKeepsItsOwnStatusWhateverTheHandlerWanted) {
  WithServer([&](World& world, EchoServer& echo) {
    echo.service.http_status = 304;
    const std::string answer = Exchange(world, Post(kSay, R"({"code":5,"text":"no such mp3"})"));
    EXPECT_TRUE(Has(answer, "HTTP/1.1 404 Not Found\r\n")) << answer;
  });
}

TEST(Http, GetFillsFieldsFromTheQuery) {
  WithServer([&](World& world, EchoServer&) {
    const std::string answer =
        Exchange(world, Get(kSay + "?text=a%20b&numbers=1&numbers=2&inner.name=deep"));
    EXPECT_TRUE(Has(answer, "\"text\":\"a b\""));
    EXPECT_TRUE(Has(answer, "\"numbers\":[1,2]"));
    EXPECT_TRUE(Has(answer, "\"name\":\"deep\""));
    EXPECT_TRUE(Has(Exchange(world, Get(kSay + "?nope=1")), "400 Bad Request"));
  });
}

TEST(Http, ErrorsAreJsonWithTheirHttpStatus) {
  WithServer([&](World& world, EchoServer&) {
    std::string answer = Exchange(world, Post(kSay, R"({"text":"gone","code":5})"));
    EXPECT_TRUE(Has(answer, "404 Not Found"));
    EXPECT_TRUE(Has(answer, R"({"code":"NOT_FOUND","message":"gone"})")) << answer;
    answer = Exchange(world, Post(kSay, R"({"text":)"));
    EXPECT_TRUE(Has(answer, "400 Bad Request"));
    EXPECT_TRUE(Has(answer, "INVALID_ARGUMENT"));
    answer = Exchange(world, Post(kSay, R"({"oops":1})"));
    EXPECT_TRUE(Has(answer, "oops") && Has(answer, "sleep_ms")) << answer;
  });
}

TEST(Http, AnErrorBearsTheApplicationsTypeInBodyHeaderAndCounts) {
  RecordingObserver observer;
  WithServer(
      [&](World& world, EchoServer& echo) {
        EXPECT_FALSE(Has(Exchange(world, Post(kSay, R"({"code":9})")), "rror"));
        echo.service.error_type = "SoldOut";
        std::string answer = Exchange(world, Post(kSay, R"({"text":"no seat","code":9})"));
        EXPECT_TRUE(Has(answer, "Bellrock-Error-Type: SoldOut\r\n")) << answer;
        EXPECT_TRUE(Has(answer, R"({"code":"FAILED_PRECONDITION","message":"no seat",)"
                                R"("error_type":"SoldOut"})"))
            << answer;
        EXPECT_FALSE(Has(Exchange(world, Post(kSay, R"({"text":"hi"})")), "SoldOut"));
        answer = Exchange(world, Post(kCount, R"({"items":1,"code":9})"));
        EXPECT_TRUE(Has(answer, R"("error_type":"SoldOut")")) << answer;
      },
      {}, &observer);
  ASSERT_EQ(observer.calls.size(), 4U);
  EXPECT_EQ(observer.calls[0].error_type, "");
  EXPECT_EQ(observer.calls[1].error_type, "SoldOut");
  EXPECT_EQ(observer.calls[2].error_type, "");
  EXPECT_EQ(observer.calls[3].error_type, "SoldOut");
}

TEST(Http, AReplyThatWouldLoseItsAttachmentIsAnError) {
  WithServer([&](World& world, EchoServer& echo) {
    echo.service.reply_attachment = Bytes::Copy("1234567");
    const std::string answer = Exchange(world, Post(kSay, R"({"text":"x"})"));
    EXPECT_TRUE(Has(answer, "400 Bad Request") && Has(answer, "FAILED_PRECONDITION")) << answer;
    EXPECT_TRUE(Has(answer, "a reply attachment of 7 bytes") && Has(answer, "[BR-1409]")) << answer;
  });
}

TEST(Http, ChunkedBodiesAndContinueWork) {
  WithServer([&](World& world, EchoServer&) {
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, "POST " + kSay +
                      " HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(ReadFor(*stream, milliseconds(100)), "HTTP/1.1 100 Continue\r\n\r\n");
    Send(*stream, "5\r\n{\"tex\r\n8\r\nt\":\"hi\"}\r\n0\r\n\r\n");
    EXPECT_TRUE(Has(ReadFor(*stream, milliseconds(100)), "\"text\":\"hi\""));
  });
}

TEST(Http, TimeoutHeaderIsTheDeadline) {
  WithServer([&](World& world, EchoServer& echo) {
    const std::string answer =
        Exchange(world, Post(kSay, R"({"sleep_ms":60000})", "Bellrock-Timeout-Ms: 50\r\n"));
    EXPECT_TRUE(Has(answer, "504 Gateway Timeout")) << answer;
    EXPECT_EQ(echo.service.cut_short, 1);
    EXPECT_TRUE(Has(Exchange(world, Post(kSay, "", "Bellrock-Timeout-Ms: soon\r\n")),
                    "Bellrock-Timeout-Ms"));
  });
}

TEST(Http, GoneClientCancelsTheHandler) {
  WithServer([&](World& world, EchoServer& echo) {
    {
      auto stream = Connect(world.Host("c"), "s");
      Send(*stream, Post(kSay, R"({"sleep_ms":60000})"));
      EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(echo.service.last_cut, StatusCode::kCancelled);
  });
}

TEST(Http, StreamsAreServerSentEvents) {
  WithServer([&](World& world, EchoServer&) {
    std::string answer = Exchange(world, Get(kCount + "?items=3&item_bytes=1"));
    EXPECT_TRUE(Has(answer, "Content-Type: text/event-stream\r\n")) << answer;
    EXPECT_TRUE(Has(answer, "data: {\"text\":\"2\""));
    EXPECT_TRUE(answer.ends_with("event: end\ndata: {}\n\n")) << answer;
    answer = Exchange(world, Get(kCount + "?items=1&code=15"));
    EXPECT_TRUE(Has(answer, "event: error\ndata: {\"code\":\"DATA_LOSS\"")) << answer;
    answer = Exchange(world, Get(kCount + "?items=0&code=5"));  // nothing was sent yet
    EXPECT_TRUE(Has(answer, "404 Not Found")) << answer;
  });
}

TEST(Http, EventsAreFlushedOneByOneAndEndWithTheClient) {
  WithServer([&](World& world, EchoServer& echo) {
    {
      auto stream = Connect(world.Host("c"), "s");
      Send(*stream, Get(kCount + "?items=1000&pause_ms=1000"));
      const std::string answer = ReadFor(*stream, milliseconds(1500));
      EXPECT_TRUE(Has(answer, "\"text\":\"1\""));
      EXPECT_FALSE(Has(answer, "\"text\":\"2\""));
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_TRUE(echo.service.saw_cancelled);
  });
}

TEST(Http, SlowEventReaderHoldsTheHandlerBack) {
  WithServer([&](World& world, EchoServer& echo) {
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, Get(kCount + "?items=10000&item_bytes=10000"));
    EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_LT(echo.service.items_written, 2000);
    EXPECT_EQ(echo.service.cut_short, 0);
  });
}

TEST(Http, PagesByLongestPrefix) {
  WithServer([&](World& world, EchoServer&) {
    EXPECT_TRUE(Has(Exchange(world, Get("/a%20b?x=1")), "page /a b?x=1"));
    EXPECT_TRUE(Has(Exchange(world, Get("/deep/er")), "deep"));
    const std::string head = Exchange(world, "HEAD /deep/ HTTP/1.1\r\nHost: s\r\n\r\n");
    EXPECT_TRUE(Has(head, "Content-Length: 4\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  });
}

TEST(Http, UnknownPathsSayWhatExists) {
  World world(5);
  world.Run([&] {
    EchoService service;
    Server server(world.Host("s"), {}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(At("s")).ok());
    for (const std::string& request : {Get("/no"), Post("/a.B/C", "{}")}) {
      const std::string answer = Exchange(world, request);
      EXPECT_TRUE(Has(answer, "404 Not Found"));
      EXPECT_TRUE(Has(answer, "/bellrock.rpc.sample.v1.Echo/Say")) << answer;
    }
  });
}

TEST(Http, OtherVerbs) {
  WithServer([&](World& world, EchoServer&) {
    const std::string options = Exchange(world, "OPTIONS /x HTTP/1.1\r\nHost: s\r\n\r\n");
    EXPECT_TRUE(Has(options, "204 No Content"));
    EXPECT_TRUE(Has(options, "Allow: GET, HEAD, OPTIONS\r\n")) << options;
    EXPECT_FALSE(Has(options, "Access-Control"));
    EXPECT_TRUE(Has(Exchange(world, "DELETE /x HTTP/1.1\r\nHost: s\r\n\r\n"), "405 Method"));
    const std::string put = Exchange(world, "PUT " + kSay + " HTTP/1.1\r\nHost: s\r\n\r\n");
    EXPECT_TRUE(Has(put, "405 Method")) << put;
    EXPECT_TRUE(Has(put, "Allow: GET, HEAD, OPTIONS, POST\r\n")) << put;
  });
}

TEST(Http, RefusesOversizeAndGarbage) {
  WithServer(
      [&](World& world, EchoServer&) {
        std::string answer = Exchange(world, Get("/", "X: " + std::string(17'000, 'x') + "\r\n"));
        EXPECT_TRUE(Has(answer, "431 Request Header Fields Too Large")) << answer;
        EXPECT_TRUE(Has(answer, "Connection: close"));
        answer = Exchange(world, Post(kSay, std::string(2000, ' ')));
        EXPECT_TRUE(Has(answer, "413 Content Too Large")) << answer;
        answer = Exchange(world, "GET nonsense\r\n\r\n");
        EXPECT_TRUE(Has(answer, "400 Bad Request")) << answer;
        EXPECT_TRUE(Has(Exchange(world, Get("/%zz")), "400 Bad Request"));
      },
      {.frame_bytes_max = 1000});
}

TEST(Http, ShutdownClosesIdleKeepAliveConnectionsAtOnce) {
  WithServer([&](World& world, EchoServer& echo) {
    auto stream = Connect(world.Host("c"), "s");
    Send(*stream, Get("/"));
    EXPECT_TRUE(Has(ReadFor(*stream, milliseconds(10)), "page"));
    const Time begun = world.loop().Now();
    echo.server.Shutdown(begun + seconds(10));
    EXPECT_LE(world.loop().Now() - begun, milliseconds(200));
  });
}

}  // namespace
}  // namespace bellrock::rpc
