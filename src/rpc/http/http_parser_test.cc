// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

// Feeds in pieces of `step` bytes, as a connection does.
Status FeedAll(HttpParser& parser, const std::string& bytes, size_t step) {
  std::string pending;
  for (size_t at = 0; at < bytes.size() && !parser.done(); at += step) {
    pending += bytes.substr(at, step);
    Result<size_t> taken = parser.Feed(pending);
    if (!taken.ok()) return taken.status();
    pending.erase(0, *taken);
  }
  return Status::Ok();
}

const std::string kPost =
    "POST /a.B/C?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Thing: yes\r\n\r\nhello";

TEST(HttpParser, ReadsARequestInPiecesOfAnySize) {
  for (size_t step = 1; step <= kPost.size(); ++step) {
    HttpParser parser({});
    ASSERT_TRUE(FeedAll(parser, kPost, step).ok()) << step;
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_EQ(parser.method(), "POST");
    EXPECT_EQ(parser.target(), "/a.B/C?x=1");
    EXPECT_EQ(parser.Header("x-thing"), "yes");
    EXPECT_EQ(parser.Header("absent"), "");
    EXPECT_EQ(parser.body(), "hello");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(HttpParser, ReadsChunkedBodies) {
  const std::string request =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n "
      "wo\r\n0\r\n\r\n";
  for (size_t step = 1; step <= request.size(); ++step) {
    HttpParser parser({});
    ASSERT_TRUE(FeedAll(parser, request, step).ok()) << step;
    ASSERT_TRUE(parser.done()) << step;
    EXPECT_EQ(parser.body(), "hello wo");
  }
}

TEST(HttpParser, LeavesTheNextRequestAlone) {
  HttpParser parser({});
  Result<size_t> taken = parser.Feed(kPost + "GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(taken.ok());
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(*taken, kPost.size());
}

TEST(HttpParser, LimitsHeaderAndBody) {
  HttpParser header({.header_bytes = 100});
  EXPECT_FALSE(
      FeedAll(header, "GET / HTTP/1.1\r\nX: " + std::string(200, 'x') + "\r\n\r\n", 10).ok());
  EXPECT_EQ(header.http_status(), 431);

  HttpParser body({.body_bytes = 4});
  EXPECT_FALSE(FeedAll(body, kPost, 100).ok());
  EXPECT_EQ(body.http_status(), 413);

  HttpParser chunked({.body_bytes = 4});
  EXPECT_FALSE(
      FeedAll(chunked,
              "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 100)
          .ok());
  EXPECT_EQ(chunked.http_status(), 413);
}

TEST(HttpParser, KnowsCloseAndContinue) {
  HttpParser parser({});
  ASSERT_TRUE(parser
                  .Feed("POST / HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n"
                        "Content-Length: 1\r\n\r\n")
                  .ok());
  EXPECT_TRUE(parser.header_done());
  EXPECT_FALSE(parser.done());
  EXPECT_FALSE(parser.keep_alive());
  EXPECT_TRUE(parser.expects_continue());
}

TEST(HttpParser, GarbageIsRefusedOrIncomplete) {
  std::mt19937_64 random(7);  // NOLINT: the same garbage each run
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = kPost;
    for (uint64_t i = 0; i < 1 + random() % 8; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    HttpParser parser({.header_bytes = 1024, .body_bytes = 1024});
    if (FeedAll(parser, bytes, 1 + random() % 20).ok()) continue;
    EXPECT_GE(parser.http_status(), 400);
  }
}

TEST(Url, DecodesPathAndQuery) {
  Result<Target> target = ParseTarget("/a%20b/c?x=1&y=%2F+z");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/a b/c");
  auto fields = ParseQuery(target->query);
  ASSERT_TRUE(fields.ok());
  ASSERT_EQ(fields->size(), 2U);
  EXPECT_EQ((*fields)[1], (std::pair<std::string, std::string>("y", "/ z")));
  EXPECT_EQ(ParseTarget("http://host/x?y")->path, "/x");
}

TEST(Url, RefusesBadEscapes) {
  EXPECT_FALSE(ParseTarget("/%").ok());
  EXPECT_FALSE(ParseTarget("/%4").ok());
  EXPECT_FALSE(ParseTarget("/%zz").ok());
  EXPECT_FALSE(ParseTarget("/%00").ok());
  EXPECT_FALSE(ParseTarget(std::string_view("/a\0b", 4)).ok());
  EXPECT_FALSE(ParseTarget("*").ok());
  EXPECT_FALSE(ParseQuery("a=%f").ok());
  EXPECT_EQ(QueryValue(*ParseQuery("a=1&b=x%20y&b=z&c"), "b"), "x y");
  EXPECT_EQ(QueryValue(*ParseQuery("ab=1&c"), "a"), "");
}

}  // namespace
}  // namespace bellrock::rpc
