// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/options.h"

#include <gtest/gtest.h>

namespace bellrock::routing::proxy {
namespace {

TEST(ListenSpec, ReadsPorts) {
  auto tcp = ParseListenSpec("tcp:music/catalog=127.0.0.1:9000");
  ASSERT_TRUE(tcp.ok()) << tcp.status().ToString();
  EXPECT_EQ(tcp->kind, Kind::kTcp);
  EXPECT_EQ(tcp->service, "music/catalog");
  EXPECT_EQ(tcp->address.ToString(), "127.0.0.1:9000");
  auto any = ParseListenSpec("http:*=[::1]:9080,key-header=X-User,traceparent=off");
  ASSERT_TRUE(any.ok()) << any.status().ToString();
  EXPECT_EQ(any->kind, Kind::kHttp);
  EXPECT_EQ(any->service, "");
  EXPECT_EQ(any->key_header, "x-user");
  EXPECT_FALSE(any->traceparent);
  EXPECT_TRUE(any->forwarded);
}

TEST(ListenSpec, NamesTheProgramThatUsesThePort) {
  auto spec = ParseListenSpec("tcp:music/catalog=127.0.0.1:9000,caller=shop/till");
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  EXPECT_EQ(spec->caller, "shop/till");
  EXPECT_FALSE(ParseListenSpec("tcp:music/catalog=127.0.0.1:9000,caller=till").ok());
}

TEST(ListenSpec, SaysWhichPartIsWrong) {
  const auto problem = [](const char* text) {
    return std::string(ParseListenSpec(text).status().message());
  };
  EXPECT_NE(problem("udp:a/b=127.0.0.1:1").find("KIND tcp or http"), std::string::npos);
  EXPECT_NE(problem("tcp:*=127.0.0.1:1").find("use http"), std::string::npos);
  EXPECT_NE(problem("tcp:a=127.0.0.1:1").find("'a'"), std::string::npos);
  EXPECT_NE(problem("tcp:a/b=nowhere").find("nowhere"), std::string::npos);
  EXPECT_NE(problem("http:a/b=127.0.0.1:1,kez=1").find("no option 'kez'"), std::string::npos);
  EXPECT_NE(problem("http:a/b=127.0.0.1:1,forwarded=yes").find("'yes'"), std::string::npos);
  EXPECT_NE(problem("tcp:a/b=127.0.0.1:1,forwarded=on").find("no option but"), std::string::npos);
}

}  // namespace
}  // namespace bellrock::routing::proxy
