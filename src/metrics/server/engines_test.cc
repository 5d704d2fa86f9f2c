// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/engines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::metrics::server {
namespace {

using ::testing::HasSubstr;

constexpr char kQueue[] = "--metrics-queue";
constexpr char kStore[] = "--metrics-store";

TEST(Engines, TheQueueIsOursAServersOrKafkas) {
  EXPECT_EQ(ParseQueueChoice(kQueue, "embedded").value(), QueueChoice{});
  EXPECT_EQ(ParseQueueChoice(kQueue, "server:10.0.0.1:7600").value(),
            (QueueChoice{QueueChoice::Kind::kServer, {{"10.0.0.1", 7600}}}));
  EXPECT_EQ(ParseQueueChoice(kQueue, "kafka:k1.example:9092,[::1]:9093").value(),
            (QueueChoice{QueueChoice::Kind::kKafka, {{"k1.example", 9092}, {"::1", 9093}}}));
}

TEST(Engines, TheStoreIsOursAServersOrClickhouses) {
  EXPECT_EQ(ParseStoreChoice(kStore, "embedded").value(), StoreChoice{});
  EXPECT_EQ(ParseStoreChoice(kStore, "server:db:7600").value(),
            (StoreChoice{StoreChoice::Kind::kServer, {"db", 7600}}));
  EXPECT_EQ(ParseStoreChoice(kStore, "clickhouse:db:8123").value(),
            (StoreChoice{StoreChoice::Kind::kClickhouse, {"db", 8123}}));
  EXPECT_EQ(ParseStoreChoice(kStore, "clickhouse:db:8123/calls_2").value(),
            (StoreChoice{StoreChoice::Kind::kClickhouse, {"db", 8123}, "calls_2"}));
}

TEST(Engines, WhatIsWrittenWrongIsRefusedWithFieldValueAndRemedy) {
  const auto refused = [](const auto& parsed, const std::vector<std::string>& parts) {
    EXPECT_EQ(parsed.status().code(), StatusCode::kInvalidArgument);
    for (const std::string& part : parts) {
      EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(part));
    }
  };
  for (const char* text : {"", "rabbit:h:1", "Embedded", "embedded:"}) {
    refused(ParseQueueChoice(kQueue, text), {kQueue, text, "write embedded, server:"});
    refused(ParseStoreChoice(kStore, text), {kStore, text, "clickhouse:HOST:PORT/DATABASE"});
  }
  for (const char* text : {"server:", "server:7600", "server:h:", "server:h:0", "server:h:65536",
                           "server:h:7x", "server:::1:7600", "server::7600"}) {
    refused(ParseQueueChoice(kQueue, text), {kQueue, text, "is no host and port"});
    refused(ParseStoreChoice(kStore, text), {kStore, text, "is no host and port"});
  }
  for (const char* text : {"kafka:", "kafka:a:1,", "kafka:a:1,,b:2", "kafka:a:1,b"}) {
    refused(ParseQueueChoice(kQueue, text), {text, "is no host and port"});
  }
  refused(ParseStoreChoice(kStore, "clickhouse:h:1/"), {"'' is no name of a database"});
  refused(ParseStoreChoice(kStore, "clickhouse:h:1/a-b"), {"'a-b' is no name of a database"});
  std::string many = "kafka:h:1";
  for (size_t i = 0; i < kBrokersMax; ++i) many += ",h:1";
  refused(ParseQueueChoice(kQueue, many), {"65 brokers"});
}

TEST(Engines, YesIsYesAndNoIsNo) {
  EXPECT_TRUE(ParseYesNo("--metrics-compute", "yes").value());
  EXPECT_FALSE(ParseYesNo("--metrics-compute", "no").value());
  EXPECT_THAT(std::string(ParseYesNo("--metrics-compute", "true").status().message()),
              HasSubstr("--metrics-compute 'true': write yes or no"));
}

TEST(Engines, HostAndPortAreWrittenAsTheyAreRead) {
  for (const char* text : {"h:1", "[::1]:9000"}) {
    EXPECT_EQ(ParseStoreChoice(kStore, std::string("server:") + text)->host.ToString(), text);
  }
}

}  // namespace
}  // namespace bellrock::metrics::server
