// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/message_head.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::routing::proxy {
namespace {

constexpr size_t kMax = 16 << 10;

HeadOutcome ParseRequest(std::string_view text, MessageHead& head, size_t bytes_max = kMax) {
  size_t scanned = 0;
  return ParseRequestHead(text, bytes_max, scanned, head);
}

int Refused(const std::string& text) {
  MessageHead head;
  const HeadOutcome outcome = ParseRequest(text, head);
  EXPECT_FALSE(outcome.more) << text;
  return outcome.http_status;
}

TEST(MessageHead, ReadsARequest) {
  MessageHead head;
  const std::string text =
      "POST /a?b=c HTTP/1.1\r\nHost: x:80\r\nContent-Length: 12\r\nX-Own:  two words \r\n\r\nbody";
  ASSERT_TRUE(ParseRequest(text, head).ok());
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.host, "x:80");
  EXPECT_EQ(head.length, 12u);
  EXPECT_EQ(head.bytes, text.size() - 4);
  ASSERT_NE(head.Find("x-own"), nullptr);
  EXPECT_EQ(head.Find("x-own")->value, "two words");
  EXPECT_TRUE(head.persistent());
}

TEST(MessageHead, WaitsForTheEndHoweverTheBytesCome) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  MessageHead head;
  size_t scanned = 0;
  for (size_t n = 0; n < text.size(); ++n) {
    EXPECT_TRUE(ParseRequestHead(std::string_view(text).substr(0, n), kMax, scanned, head).more);
  }
  EXPECT_TRUE(ParseRequestHead(text, kMax, scanned, head).ok());
}

TEST(MessageHead, RefusesWhatTwoCouldReadInTwoWays) {
  const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(Refused(begin + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Content-Length: +1\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Content-Length: 1, 1\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(Refused(begin + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
            501);
  EXPECT_EQ(Refused(begin + "Host: y\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Name : value\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Name: value\r\n folded\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Name: bare\nnewline\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "Name: bare\rreturn\r\n\r\n"), 400);
  EXPECT_EQ(Refused(begin + "no colon\r\n\r\n"), 400);
}

TEST(MessageHead, RefusesWhatIsNoRequest) {
  EXPECT_EQ(Refused("garbage\r\n\r\n"), 400);
  EXPECT_EQ(Refused("\x16\x03\x01 bytes\r\n\r\n"), 400);
  EXPECT_EQ(Refused("GET  HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(Refused("GET / HTTP/3.0\r\nHost: x\r\n\r\n"), 505);
  EXPECT_EQ(Refused("\r\n\r\n\r\n"), 400);
}

TEST(MessageHead, BoundsItsBytesAndFields) {
  MessageHead head;
  EXPECT_EQ(ParseRequest("GET / HTTP/1.1\r\nX: " + std::string(200, 'a'), head, 100).http_status,
            431);
  std::string many = "GET / HTTP/1.1\r\n";
  for (size_t i = 0; i <= kFieldsMax; ++i) many += "A: b\r\n";
  EXPECT_EQ(Refused(many + "\r\n"), 431);
}

TEST(MessageHead, KnowsWhatConnectionNames) {
  MessageHead head;
  ASSERT_TRUE(ParseRequest("GET / HTTP/1.1\r\nHost: x\r\nX-Hop: 1\r\nConnection: close, x-hop, "
                           "host\r\n\r\n",
                           head)
                  .ok());
  EXPECT_TRUE(head.says_close);
  EXPECT_FALSE(head.persistent());
  EXPECT_TRUE(head.Find("X-Hop")->named_by_connection);
  EXPECT_FALSE(head.Find("Host")->named_by_connection) << "no option, whoever says so";
}

TEST(MessageHead, ReadsAnAnswer) {
  MessageHead head;
  size_t scanned = 0;
  ASSERT_TRUE(ParseAnswerHead("HTTP/1.0 204 No Content\r\n\r\n", kMax, scanned, head).ok());
  EXPECT_EQ(head.status, 204);
  EXPECT_FALSE(head.persistent());
  scanned = 0;
  EXPECT_EQ(ParseAnswerHead("HTTP/1.1 2x4\r\n\r\n", kMax, scanned, head).http_status, 400);
}

}  // namespace
}  // namespace bellrock::routing::proxy
