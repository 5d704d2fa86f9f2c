// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace bellrock::cli {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(CallArguments, ADurationHasAUnit) {
  EXPECT_EQ(*ParseDuration("--timeout", "250us"), microseconds(250));
  EXPECT_EQ(*ParseDuration("--timeout", "1.5s"), milliseconds(1500));
  EXPECT_EQ(*ParseDuration("--timeout", "24h"), hours(24));
}

TEST(CallArguments, ABadDurationIsNamedWithItsOption) {
  for (const char* text : {"", "5", "s", "-1s", "0s", "25h", "1 s", "1d", "nans", "infs"}) {
    const Result<Duration> parsed = ParseDuration("--timeout", text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("--timeout '"));
  }
}

TEST(CallArguments, MetadataKeepsWhatFollowsTheFirstEqualsSign) {
  const Result<Metadata> metadata = ParseMetadata({"user-id=7", "query=a=b", "empty="});
  ASSERT_TRUE(metadata.ok());
  EXPECT_THAT(*metadata,
              ElementsAre(Pair("user-id", "7"), Pair("query", "a=b"), Pair("empty", "")));
}

TEST(CallArguments, MetadataWithoutAKeyIsRefused) {
  for (const char* text : {"novalue", "=7", "User=7", "a b=7"}) {
    const Result<Metadata> metadata = ParseMetadata({text});
    ASSERT_FALSE(metadata.ok()) << text;
    EXPECT_THAT(std::string(metadata.status().message()), HasSubstr(text));
  }
}

TEST(CallArguments, AServiceIsANameOrAnAddress) {
  EXPECT_EQ(*ChannelTarget("music/storage"), "music/storage");
  EXPECT_EQ(*ChannelTarget("64001:6553"), "64001:6553");
  EXPECT_EQ(*ChannelTarget("127.0.0.1:7600"), "native://127.0.0.1:7600");
  EXPECT_EQ(*ChannelTarget("[::1]:7600"), "native://[::1]:7600");
  EXPECT_EQ(*ChannelTarget("grpc://127.0.0.1:50051"), "grpc://127.0.0.1:50051");
  EXPECT_EQ(*ChannelTarget("unix:/run/app.sock"), "unix:/run/app.sock");
  for (const char* text : {"", "music", "music/", "/storage", "a/b/c", "127.0.0.1"}) {
    EXPECT_EQ(ChannelTarget(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

TEST(CallArguments, AStreamOfRequestsIsALineEach) {
  EXPECT_THAT(JsonLines("{\"a\":1}\n\n  \r\n{\"a\":2}"), ElementsAre("{\"a\":1}", "{\"a\":2}"));
  EXPECT_THAT(JsonLines(" \n"), IsEmpty());
}

}  // namespace
}  // namespace bellrock::cli
