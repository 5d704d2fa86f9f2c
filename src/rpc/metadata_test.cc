// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoStub;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Metadata, OrdinaryKeysAndValuesPass) {
  for (const char* key : {"authorization", "cookie", "x-user_id", "tracestate", "a.b-1", "t"}) {
    EXPECT_TRUE(CheckMetadata(key, "printable ~").ok()) << key;
  }
  EXPECT_TRUE(CheckMetadata("x-any-bin", std::string("\0\xff", 2)).ok());
}

TEST(Metadata, WhatCannotTravelIsNamedWithARemedy) {
  EXPECT_THAT(CheckMetadata("Upper", "x").ToString(), HasSubstr("lower-case"));
  EXPECT_THAT(CheckMetadata("", "x").ToString(), HasSubstr("lower-case"));
  EXPECT_THAT(CheckMetadata("x-text", "\n").ToString(), HasSubstr("-bin"));
}

TEST(Metadata, KeysOfTheProtocolsThemselvesAreRefused) {
  for (const std::string key :
       {"connection", "content-type", "te", "host", "user-agent", "transfer-encoding", "upgrade",
        "http2-settings", "traceparent", "grpc-timeout", "grpc-anything", "bellrock-caller"}) {
    EXPECT_TRUE(IsReservedKey(key)) << key;
    const Status status = CheckMetadata(key, "x");
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << key;
    EXPECT_THAT(status.ToString(), AllOf(HasSubstr("\"" + key + "\""),
                                         HasSubstr("\"x-" + key + "\""), HasSubstr("[BR-1401]")));
  }
  EXPECT_TRUE(IsReservedKey(":path"));
  EXPECT_FALSE(CheckMetadata(":path", "x").ok());
  EXPECT_FALSE(IsReservedKey("grpc"));
}

TEST(Metadata, AReservedKeyFailsTheCallBeforeItIsSent) {
  for (const Protocol protocol : {Protocol::kNative, Protocol::kGrpc}) {
    testing::World world(1);
    world.Run([&] {
      EchoServer echo(world.Host("s"), "s");
      ListedEndpoints endpoints({At("s")});
      Client client(world.Host("c"), endpoints, nullptr, {.protocol = protocol});
      const CallOptions options = {.metadata = {{"content-type", "text/plain"}}};
      const Status said = EchoStub(client).Say({}, options).status();
      EXPECT_EQ(said.code(), StatusCode::kInvalidArgument);
      EXPECT_THAT(said.ToString(), HasSubstr("content-type"));
      EXPECT_EQ(EchoStub(client).Count({}, options).status().code(), StatusCode::kInvalidArgument);
      EXPECT_EQ(echo.service.calls, 0);
      EXPECT_TRUE(endpoints.reports.empty());
    });
  }
}

}  // namespace
}  // namespace bellrock::rpc
