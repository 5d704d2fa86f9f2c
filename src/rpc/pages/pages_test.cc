// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The built-in pages of a server in the simulator, asked over HTTP.
#include "rpc/pages/pages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using nlohmann::json;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

// The answer's status line and body.
std::pair<std::string, std::string> Get(fiber::Environment from, const std::string& path) {
  auto stream = Connect(from, "s");
  Send(*stream, "GET " + path + " HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n");
  const std::string answer = ReadFor(*stream, seconds(1));
  return {answer.substr(0, answer.find('\r')), answer.substr(answer.find("\r\n\r\n") + 4)};
}

json GetJson(fiber::Environment from, const std::string& path) {
  const auto [status, body] = Get(from, path);
  EXPECT_EQ(status, "HTTP/1.1 200 OK") << body;
  return json::parse(body, nullptr, false);
}

EchoRequest Request(int64_t sleep_ms, int code = 0) {
  EchoRequest request;
  request.set_sleep_ms(sleep_ms);
  request.set_code(code);
  request.set_text("no such song");
  return request;
}

struct Site {
  explicit Site(World& world, PageAccess access = PageAccess::kAnybody)
      : echo(world.Host("s"), "s", {.name = "music/echo", .pages = access}),
        endpoints({At("s")}),
        client(world.Host("c"), endpoints, nullptr, {.caller = "music/web"}),
        stub(client) {}
  EchoServer echo;
  ListedEndpoints endpoints;
  Client client;
  EchoStub stub;
};

TEST(Pages, MethodsShowCountsAndExactLatencies) {
  World world(1);
  world.Run([&] {
    Site site(world);
    for (int ms = 1; ms <= 10; ++ms) ASSERT_TRUE(site.stub.Say(Request(ms)).ok());
    ASSERT_FALSE(site.stub.Say(Request(0, 5)).ok());
    const json page = GetJson(world.Host("o"), "/-/methods.json");
    const json* say = nullptr;
    for (const json& row : page["methods"]) {
      if (row["method"] == "bellrock.rpc.sample.v1.Echo/Say") say = &row;
    }
    ASSERT_NE(say, nullptr) << page.dump(1);
    EXPECT_EQ((*say)["calls"], 11);
    EXPECT_EQ((*say)["codes"]["NOT_FOUND"], 1);
    EXPECT_EQ((*say)["recent_calls"], 11);
    EXPECT_EQ((*say)["max_us"], 10'000);
    EXPECT_EQ((*say)["p50_us"], 5'000);
    EXPECT_EQ((*say)["kind"], "unary");
  });
}

TEST(Pages, CallsShowWhatIsUnderWayAndWhatFailed) {
  World world(2);
  world.Run([&] {
    Site site(world);
    ASSERT_FALSE(site.stub.Say(Request(3, 5)).ok());
    fiber::JoinHandle caller = fiber::Start(
        [&] { EXPECT_TRUE(site.stub.Say(Request(5'000), {.timeout = seconds(9)}).ok()); });
    ASSERT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    const json page = GetJson(world.Host("o"), "/-/calls.json");
    ASSERT_EQ(page["under_way"].size(), 1U) << page.dump(1);
    EXPECT_EQ(page["under_way"][0]["method"], "bellrock.rpc.sample.v1.Echo/Say");
    EXPECT_EQ(page["under_way"][0]["caller"], "music/web");
    EXPECT_NEAR(page["under_way"][0]["left_s"].get<double>(), 8.9, 0.1);
    ASSERT_EQ(page["failed"].size(), 1U);
    EXPECT_EQ(page["failed"][0]["code"], "NOT_FOUND");
    EXPECT_EQ(page["failed"][0]["error"], "no such song");
    EXPECT_EQ(page["failed"][0]["latency_us"], 3'000);
    EXPECT_EQ(page["failed"][0]["trace"].get<std::string>().size(), 32U);
    EXPECT_EQ(page["slow"].size(), 1U);
    caller.Join();
  });
}

TEST(Pages, ConnectionsAndStatusTellOfTheServer) {
  World world(3);
  world.Run([&] {
    Site site(world);
    ASSERT_TRUE(site.stub.Say(Request(0)).ok());
    const json connections = GetJson(world.Host("o"), "/-/connections.json");
    EXPECT_EQ(connections["count"], 2);
    int native = 0;
    for (const json& row : connections["connections"]) {
      if (row["protocol"] != "native") continue;
      ++native;
      EXPECT_GT(row["bytes_in"], 0);
      EXPECT_GT(row["bytes_out"], 0);
    }
    EXPECT_EQ(native, 1);
    const json status = GetJson(world.Host("o"), "/-/status.json");
    EXPECT_EQ(status["name"], "music/echo");
    EXPECT_EQ(status["calls"], 1);
    EXPECT_EQ(status["failed"], 0);
    EXPECT_EQ(GetJson(world.Host("o"), "/-/fibers.json")["loops"].size(), 1U);
    EXPECT_GT(GetJson(world.Host("o"), "/-/flags.json")["flags"].size(), 5U);
    EXPECT_NE(Get(world.Host("o"), "/-/").second.find("<!doctype html>"), std::string::npos);
  });
}

TEST(Pages, MetricsAreScrapedFromAnywhere) {
  World world(6);
  world.Run([&] {
    Site site(world, PageAccess::kThisHost);
    ASSERT_TRUE(site.stub.Say(Request(2)).ok());
    ASSERT_FALSE(site.stub.Say(Request(0, 5)).ok());
    const auto [status, body] = Get(world.Host("o"), "/metrics");
    EXPECT_EQ(status, "HTTP/1.1 200 OK");
    for (const char* line :
         {"bellrock_server_info{name=\"music/echo\",instance_path=\"\"} 1\n",
          "bellrock_calls_served_total{service=\"bellrock.rpc.sample.v1.Echo\",method=\"Say\","
          "result=\"OK\"} 1\n",
          "bellrock_calls_served_total{service=\"bellrock.rpc.sample.v1.Echo\",method=\"Say\","
          "result=\"NOT_FOUND\"} 1\n",
          "bellrock_call_duration_seconds_bucket{service=\"bellrock.rpc.sample.v1.Echo\","
          "method=\"Say\",le=\"+Inf\"} 2\n",
          "# TYPE process_resident_memory_bytes gauge\n"}) {
      EXPECT_NE(body.find(line), std::string::npos) << line << body;
    }
    EXPECT_EQ(Get(world.Host("o"), "/metrics/x").first, "HTTP/1.1 404 Not Found");
  });
}

TEST(Pages, AnswerThisHostOnlyUnlessOpened) {
  World world(4);
  world.Run([&] {
    Site site(world, PageAccess::kThisHost);
    const auto [status, body] = Get(world.Host("o"), "/-/status.json");
    EXPECT_EQ(status, "HTTP/1.1 403 Forbidden");
    EXPECT_NE(body.find("BELLROCK_PAGES=open"), std::string::npos) << body;
  });
}

TEST(Pages, BadQuestionsAreToldWhatThereIs) {
  World world(5);
  world.Run([&] {
    Site site(world);
    EXPECT_NE(Get(world.Host("o"), "/-/nothing").second.find("methods.json"), std::string::npos);
    const auto [status, body] = Get(world.Host("o"), "/-/profile/cpu?seconds=900");
    EXPECT_EQ(status, "HTTP/1.1 400 Bad Request");
    EXPECT_NE(body.find("seconds=900"), std::string::npos);
  });
}

}  // namespace
}  // namespace bellrock::rpc
