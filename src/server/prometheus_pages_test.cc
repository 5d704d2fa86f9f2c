// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/prometheus_pages.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "metrics/query/answer_builder.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::server {
namespace {

using metrics::query::Answer;
using metrics::query::AnswerBuilder;
using metrics::query::Question;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Without a call, and slow.
class SlowSource final : public metrics::query::Source {
 public:
  explicit SlowSource(Duration takes) : takes_(takes) {}

  Result<Answer> Ask(const Question& question) override {
    most_at_once = std::max(most_at_once, ++at_once_);
    const Status slept = fiber::SleepFor(takes_);
    --at_once_;
    BELLROCK_TRY(slept);
    BELLROCK_ASSIGN(AnswerBuilder builder, AnswerBuilder::Make(question));
    return builder.Finish();
  }

  int most_at_once = 0;

 private:
  const Duration takes_;
  int at_once_ = 0;
};

class PrometheusPagesTest : public ::testing::Test {
 protected:
  void WithServer(metrics::query::Source& source, const std::function<void()>& body) {
    world_.Run([&] {
      const fiber::Environment host = world_.Host("s");
      PrometheusPages pages(host.clock, source);
      rpc::Server server(host, {}, nullptr);
      server.AddHttp("/", [](const rpc::HttpRequest&) { return rpc::HttpReply{.body = "home"}; });
      pages.AddTo(server);
      ASSERT_TRUE(server.Listen(rpc::At("s")).ok());
      body();
    });
  }

  // The whole answer; `wait` at most.
  std::string Ask(const std::string& verb, const std::string& path, const std::string& body = "",
                  Duration wait = seconds(1)) {
    auto stream = rpc::Connect(world_.Host("c"), "s");
    rpc::Send(*stream, verb + " " + path + " HTTP/1.1\r\nConnection: close\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body);
    return rpc::ReadFor(*stream, wait);
  }
  static Json BodyOf(const std::string& answer) {
    return Json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false);
  }

  testing::World world_{6};
};

TEST_F(PrometheusPagesTest, QueriesComeByGetAndByPostOfAForm) {
  SlowSource source{Duration(0)};
  WithServer(source, [&] {
    const std::string get = Ask("GET", "/api/v1/query?query=1%2B1&time=7");
    EXPECT_EQ(BodyOf(get)["data"]["result"], Json::parse(R"([7,"2"])")) << get;
    EXPECT_THAT(get, HasSubstr("Content-Type: application/json\r\n"));
    const std::string post = Ask("POST", "/api/v1/query", "query=1%2B1&time=7");
    EXPECT_EQ(BodyOf(post), BodyOf(get)) << post;
    EXPECT_THAT(Ask("GET", "/api/v1/query?query=sum("), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(Ask("POST", "/api/v1/rules/test/test", "x=1"), HasSubstr("404 page not found\n"));
    EXPECT_THAT(Ask("GET", "/api/v2"), HasSubstr("home"));
  });
}

TEST_F(PrometheusPagesTest, OtherHostsAreToldItIsHealthyThoughOtherPagesAreClosedToThem) {
  SlowSource source{Duration(0)};
  WithServer(source, [&] {
    EXPECT_THAT(Ask("GET", "/-/healthy"), HasSubstr("Bellrock is Healthy.\n"));
    EXPECT_THAT(Ask("GET", "/-/ready"), HasSubstr("Bellrock is Ready.\n"));
    EXPECT_THAT(Ask("GET", "/-/status.json"), StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(Ask("GET", "/-/readyness"), StartsWith("HTTP/1.1 404 "));
  });
}

TEST_F(PrometheusPagesTest, ABurstOfQueriesIsServedAFewAtATime) {
  SlowSource source{seconds(1)};
  int served = 0;
  WithServer(source, [&] {
    std::vector<fiber::JoinHandle> clients;
    for (size_t i = 0; i < 3 * kPrometheusQueriesMax; ++i) {
      clients.push_back(fiber::Start([&] {
        const std::string answer =
            Ask("GET", "/api/v1/query?query=rpc_calls_total", "", seconds(60));
        if (answer.starts_with("HTTP/1.1 200 ")) ++served;
      }));
    }
    EXPECT_TRUE(fiber::SleepFor(milliseconds(500)).ok());
    EXPECT_THAT(Ask("GET", "/-/healthy"), StartsWith("HTTP/1.1 200 ")) << "waits for no query";
    for (fiber::JoinHandle& client : clients) client.Join();
  });
  EXPECT_EQ(served, 3 * static_cast<int>(kPrometheusQueriesMax));
  EXPECT_EQ(source.most_at_once, static_cast<int>(kPrometheusQueriesMax));
}

TEST_F(PrometheusPagesTest, AQueryThatTakesTooLongEnds) {
  SlowSource source{std::chrono::hours(1)};
  WithServer(source, [&] {
    const std::string answer =
        Ask("GET", "/api/v1/query?query=rpc_calls_total", "", kPrometheusTimeMax + seconds(1));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(BodyOf(answer)["errorType"], "timeout") << answer;
  });
}

}  // namespace
}  // namespace bellrock::server
