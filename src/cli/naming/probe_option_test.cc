// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/probe_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::cli {
namespace {

using naming::v1::HealthCheck;
using naming::v1::InstanceSpec;
using ::testing::HasSubstr;

HealthCheck Filled(const ProbeOption& option) {
  InstanceSpec spec;
  EXPECT_TRUE(FillHealth(option, spec).ok()) << option.kind;
  return spec.health();
}

TEST(ProbeOption, NamesEveryKind) {
  EXPECT_EQ(Filled({.kind = "tcp"}).kind(), HealthCheck::KIND_TCP);
  EXPECT_EQ(Filled({.kind = "static"}).kind(), HealthCheck::KIND_STATIC);
  EXPECT_EQ(Filled({.kind = "grpc"}).path(), "");
  EXPECT_EQ(Filled({.kind = "grpc:a.b.C"}).path(), "a.b.C");
  const HealthCheck http = Filled({.kind = "http:/a:b", .interval_ms = 2000, .timeout_ms = 7});
  EXPECT_EQ(http.kind(), HealthCheck::KIND_HTTP);
  EXPECT_EQ(http.path(), "/a:b");
  EXPECT_EQ(http.interval_ms(), 2000);
  EXPECT_EQ(http.timeout_ms(), 7);
  EXPECT_EQ(Filled({.kind = "http"}).path(), "/");
}

TEST(ProbeOption, SaysNothingWithoutOne) {
  InstanceSpec spec;
  EXPECT_TRUE(FillHealth({}, spec).ok());
  EXPECT_FALSE(spec.has_health());
}

TEST(ProbeOption, RefusesAnotherKindAndAnIntervalWithoutOne) {
  InstanceSpec spec;
  EXPECT_THAT(FillHealth({.kind = "udp"}, spec).message(), HasSubstr("use tcp, http:/path"));
  EXPECT_FALSE(FillHealth({.kind = "", .interval_ms = 5}, spec).ok());
}

TEST(ProbeOption, TellsWhatFollows) {
  HealthCheck health;
  EXPECT_THAT(WhatFollows(health, 10'000), HasSubstr("first heartbeat and unreachable 10000 ms"));
  health.set_kind(HealthCheck::KIND_TCP);
  EXPECT_THAT(WhatFollows(health, 11'000), HasSubstr("first answered probe"));
  health.set_kind(HealthCheck::KIND_STATIC);
  EXPECT_THAT(WhatFollows(health, 10'000), HasSubstr("until it is deregistered"));
}

}  // namespace
}  // namespace bellrock::cli
