// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Address kServer = Address::Tcp("server", 8123);

// A server that answers `reply` in pieces of `step` bytes and hangs up; gives what it was asked.
std::string Asked(const std::string& reply, size_t step, const FetchRequest& request,
                  const std::function<void(const Result<FetchReply>&)>& check) {
  std::string asked;
  testing::World world(1);
  world.Run([&] {
    auto listener = world.Host("server").network.Listen(kServer, {});
    ASSERT_TRUE(listener.ok());
    fiber::JoinHandle server = fiber::Start([&] {
      auto stream = (*listener)->Accept();
      ASSERT_TRUE(stream.ok());
      std::string buffer(1 << 16, '\0');
      while (asked.find("\r\n\r\n") == std::string::npos || !asked.ends_with(request.body)) {
        const auto read = (*stream)->Read(std::as_writable_bytes(std::span(buffer)));
        ASSERT_TRUE(read.ok() && *read > 0);
        asked += buffer.substr(0, *read);
      }
      for (size_t at = 0; at < reply.size(); at += step) {
        const std::string piece = reply.substr(at, step);
        if (!(*stream)->WriteAll(std::as_bytes(std::span(piece))).ok()) return;
      }
    });
    check(FetchHttp(world.Host("client").network, kServer, request, {.body_bytes = 100}));
    server.Join();
  });
  return asked;
}

TEST(HttpFetch, SendsTheRequestAndReadsTheAnswerHoweverItsEndIsTold) {
  const std::vector<std::string> replies = {
      "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      "HTTP/1.0 404 Not Found\r\n\r\nhello"};
  for (const std::string& reply : replies) {
    for (const size_t step : {size_t{1}, size_t{7}, reply.size()}) {
      FetchRequest request{"POST", "/?q=1", {{"X-Name", "me"}}, "body"};
      const std::string asked = Asked(reply, step, request, [](const Result<FetchReply>& got) {
        ASSERT_TRUE(got.ok()) << got.status().ToString();
        EXPECT_EQ(got->status, 404);
        EXPECT_EQ(got->body, "hello");
      });
      EXPECT_THAT(asked, StartsWith("POST /?q=1 HTTP/1.1\r\nHost: server:8123\r\n"));
      EXPECT_THAT(asked, HasSubstr("Content-Length: 4\r\nX-Name: me\r\n\r\nbody"));
    }
  }
}

void ExpectError(const std::string& reply, StatusCode code, const std::string& text) {
  Asked(reply, reply.size() + 1, {}, [&](const Result<FetchReply>& got) {
    EXPECT_EQ(got.status().code(), code);
    EXPECT_THAT(std::string(got.status().message()), HasSubstr(text));
  });
}

TEST(HttpFetch, AnAnswerThatIsCutOffIsAnError) {
  ExpectError("", StatusCode::kUnavailable, "without an answer");
  ExpectError("HTTP/1.1 200 OK\r\nContent-Le", StatusCode::kUnavailable, "ended before");
  ExpectError("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", StatusCode::kUnavailable,
              "ended before");
  ExpectError("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n",
              StatusCode::kUnavailable, "ended before");
}

TEST(HttpFetch, WhatIsTooLargeOrNoHttpIsAnError) {
  ExpectError("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", StatusCode::kResourceExhausted,
              "over 100 bytes");
  ExpectError("HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'a'), StatusCode::kResourceExhausted,
              "header block");
  ExpectError("SSH-2.0-OpenSSH_9.2\r\n\r\n", StatusCode::kUnavailable, "not an HTTP/1.1 answer");
}

TEST(HttpFetch, ALongAnswerIsCutForWhoWantsThat) {
  testing::World world(1);
  world.Run([&] {
    auto listener = *world.Host("server").network.Listen(kServer, {});
    const auto serving = fiber::Start([&] {
      auto stream = *listener->Accept();
      const std::string reply =
          "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + std::string(500, 'x');
      EXPECT_TRUE(stream->WriteAll(std::as_bytes(std::span(reply))).ok());
    });
    const auto stream = *world.Host("client").network.Connect(kServer);
    const auto got = FetchHttpOver(*stream, "server", {}, {.body_bytes = 100, .cut_body = true});
    ASSERT_TRUE(got.ok()) << got.status().ToString();
    EXPECT_EQ(got->status, 200);
    EXPECT_LE(got->body.size(), 100U);
  });
}

TEST(HttpFetch, ARequestThatWouldBeReadOtherwiseIsNotSent) {
  testing::World world(1);
  world.Run([&] {
    fiber::Network& network = world.Host("client").network;
    for (const FetchRequest& request :
         {FetchRequest{"GET", "no slash", {}, ""}, FetchRequest{"GET", "/a b", {}, ""},
          FetchRequest{"GET", "/", {{"A", "b\r\nC: d"}}, ""}}) {
      EXPECT_EQ(FetchHttp(network, kServer, request).status().code(), StatusCode::kInvalidArgument);
    }
    EXPECT_EQ(FetchHttp(network, kServer, {}).status().code(), StatusCode::kUnavailable);
  });
}

TEST(HttpFetch, QueryValuesAreEscaped) {
  EXPECT_EQ(EscapeQueryValue("a b&c=/\xFF~"), "a%20b%26c%3D%2F%FF~");
}

}  // namespace
}  // namespace bellrock::rpc
