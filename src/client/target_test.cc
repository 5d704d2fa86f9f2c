// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace bellrock::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FixedTarget, IsToldFromAServiceName) {
  EXPECT_TRUE(IsFixedTarget("grpc://127.0.0.1:50051"));
  EXPECT_TRUE(IsFixedTarget("native://127.0.0.1:7600"));
  EXPECT_TRUE(IsFixedTarget("unix:/run/app.sock"));
  EXPECT_FALSE(IsFixedTarget("music/catalog"));
  EXPECT_FALSE(IsFixedTarget("unix/socket"));
  EXPECT_FALSE(IsFixedTarget(""));
}

TEST(FixedTarget, NamesProtocolAndAddresses) {
  auto target = ParseFixedTarget("grpc://127.0.0.1:50051,[::1]:50052,unix:/run/a.sock");
  ASSERT_TRUE(target.ok()) << target.status().ToString();
  EXPECT_EQ(target->protocol, Protocol::kGrpc);
  EXPECT_THAT(target->addresses,
              ElementsAre(Address::Tcp("127.0.0.1", 50051), Address::Tcp("::1", 50052),
                          Address::Unix("/run/a.sock")));
  target = ParseFixedTarget("native://127.0.0.1:7600");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->protocol, Protocol::kNative);
}

TEST(FixedTarget, ASocketLeavesTheProtocolToTheChannel) {
  auto target = ParseFixedTarget("unix:/run/a.sock");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->protocol, std::nullopt);
  EXPECT_THAT(target->addresses, ElementsAre(Address::Unix("/run/a.sock")));
  target = ParseFixedTarget("grpc://unix:/run/a.sock");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->protocol, Protocol::kGrpc);
}

void ExpectRefused(const std::string& text, const std::string& why) {
  const auto target = ParseFixedTarget(text);
  ASSERT_FALSE(target.ok()) << text;
  EXPECT_EQ(target.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(target.status().message()), HasSubstr(text));
  EXPECT_THAT(std::string(target.status().message()), HasSubstr(why));
}

TEST(FixedTarget, ARefusalNamesTheFaultAndTheRemedy) {
  ExpectRefused("http://127.0.0.1:80", "protocol \"http\" is unknown");
  ExpectRefused("grpc://", "no port");
  ExpectRefused("grpc://127.0.0.1", "no port");
  ExpectRefused("grpc://127.0.0.1:0", "port 0");
  ExpectRefused("grpc://127.0.0.1:1,", "no port");
  ExpectRefused("unix:", "path is empty");
  ExpectRefused("grpc://storage:50051", "grpc://ip:port");
  std::string many = "grpc://127.0.0.1:1";
  for (size_t i = 0; i < kTargetAddressesMax; ++i) many += ",127.0.0.1:1";
  ExpectRefused(many, "over 64 addresses");
}

}  // namespace
}  // namespace bellrock::client
