// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/rewrite.h"

#include <gtest/gtest.h>

#include "routing/proxy/verdict.h"

namespace bellrock::routing::proxy {
namespace {

MessageHead Parsed(std::string_view text) {
  MessageHead head;
  size_t scanned = 0;
  EXPECT_TRUE(ParseRequestHead(text, 4096, scanned, head).ok()) << text;
  return head;
}

std::string ServiceNamedBy(const std::string& fields, const std::string& target = "/") {
  const std::string text = "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
  const MessageHead head = Parsed(text);
  std::string service;
  return ServiceOf(head, service) ? service : "";
}

TEST(Rewrite, ServiceIsNamedByHostOrHeader) {
  EXPECT_EQ(ServiceNamedBy("Host: catalog.music.bellrock\r\n"), "music/catalog");
  EXPECT_EQ(ServiceNamedBy("Host: catalog.music.Bellrock:9080\r\n"), "music/catalog");
  EXPECT_EQ(ServiceNamedBy("Host: v2.catalog.music.bellrock\r\n"), "music/v2.catalog");
  EXPECT_EQ(ServiceNamedBy("Host: a.b.bellrock\r\nX-Bellrock-Service: music/catalog\r\n"),
            "music/catalog");
  EXPECT_EQ(ServiceNamedBy("Host: other\r\n", "http://catalog.music.bellrock/x"), "music/catalog");
  for (const char* host : {"localhost", "music.bellrock", ".music.bellrock", "bellrock", "[::1]:80",
                           "catalog.music.bellrock.example", "catalog..bellrock"}) {
    EXPECT_EQ(ServiceNamedBy("Host: " + std::string(host) + "\r\n"), "") << host;
  }
}

TEST(Rewrite, FieldsOfOneHopStayBehind) {
  const MessageHead head = Parsed(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, x-hop\r\nA: 1\r\nX-Hop: 2\r\n"
      "Keep-Alive: 5\r\nUpgrade: h2c\r\nHTTP2-Settings: z\r\nB: 3\r\n\r\n");
  rpc::ByteBuffer out;
  AppendRequest(head, {.forwarded_for = "10.0.0.1"}, out);
  EXPECT_EQ(out.view(),
            "GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: 3\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n");
}

TEST(Rewrite, AnUpgradeGoesOn) {
  const MessageHead head =
      Parsed("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  rpc::ByteBuffer out;
  AppendRequest(head, {.upgrade = true}, out);
  EXPECT_EQ(out.view(),
            "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
}

TEST(Rewrite, KeysAreFoundInTheQuery) {
  EXPECT_EQ(QueryField("/a?user=7&x=1", "user"), "7");
  EXPECT_EQ(QueryField("/a?x=1&user=7", "user"), "7");
  EXPECT_EQ(QueryField("/a?users=7&use=1&", "user"), "");
  EXPECT_EQ(QueryField("/user=7", "user"), "");
}

TEST(Verdict, OnlyFailuresOfAServerCount) {
  EXPECT_EQ(VerdictOf(200), StatusCode::kOk);
  EXPECT_EQ(VerdictOf(404), StatusCode::kOk);
  EXPECT_EQ(VerdictOf(501), StatusCode::kOk);
  EXPECT_EQ(VerdictOf(505), StatusCode::kOk);
  EXPECT_EQ(VerdictOf(500), StatusCode::kInternal);
  EXPECT_EQ(VerdictOf(503), StatusCode::kResourceExhausted);
}

TEST(Verdict, OwnAnswersSayWhyAndWhen) {
  const std::string answer = OwnAnswer(503, "service 'a/b': no instance", true);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nbellrock proxy: service 'a/b': no instance\n"));
}

}  // namespace
}  // namespace bellrock::routing::proxy
