// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/api.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "metrics/query/memory_source.h"

namespace bellrock::metrics::query::promql {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr int64_t kNow = 1'800'000'000;

class DownSource final : public Source {
 public:
  Result<Answer> Ask(const Question&) override { return UnavailableError("store: try again"); }
};

class PromqlApiTest : public ::testing::Test {
 protected:
  PromqlApiTest() {
    for (int64_t minute = 1; minute <= 60; ++minute) {
      Count(kNow - minute * 60, "music/catalog", "music/web", "OK", "caller", 2'000);
      Count(kNow - minute * 60, "music/catalog", "music/web", "OK", "served", 1'500);
      Count(kNow - minute * 60, "music/catalog", "music/web", "UNAVAILABLE", "caller", 9'000);
    }
  }

  void Count(int64_t second, const std::string& service, const std::string& caller,
             const std::string& result, const std::string& side, uint32_t latency_us) {
    source_.AddCall(second, {service, "Get", "h1", "s1", caller, "h2", "s2", result, side},
                    latency_us);
  }
  ApiReply Get(const std::string& path, const std::string& query = "") {
    return ServeApi({"GET", path, query, ""}, source_, kNow * 1000);
  }
  Json Post(const std::string& path, const std::string& body) {
    const ApiReply reply = ServeApi({"POST", path, "", body}, source_, kNow * 1000);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return Json::parse(reply.body);
  }

  MemorySource source_;
};

// What Grafana asks when a data source is saved, a dashboard is opened and a query is written; the
// forms are as its client sends them.
TEST_F(PromqlApiTest, GrafanaConnects) {
  EXPECT_EQ(Post("/api/v1/query", "query=1%2B1&time=1800000000.123")["data"],
            Json::parse(R"({"resultType":"scalar","result":[1800000000.123,"2"]})"));
  const Json build = Json::parse(Get("/api/v1/status/buildinfo").body);
  EXPECT_EQ(build["data"]["version"], "2.42.0");
  const ApiReply rules = Get("/api/v1/rules/test/test");
  EXPECT_EQ(rules.status, 404);
  EXPECT_EQ(rules.body, "404 page not found\n");
  EXPECT_THAT(rules.content_type, HasSubstr("text/plain"));
  EXPECT_EQ(Json::parse(Get("/api/v1/rules").body)["data"], Json::parse(R"({"groups":[]})"));
  EXPECT_EQ(Json::parse(Get("/api/v1/alerts").body)["data"], Json::parse(R"({"alerts":[]})"));
  EXPECT_EQ(Get("/-/healthy").status, 200);
  EXPECT_EQ(Get("/-/ready").status, 200);
}

TEST_F(PromqlApiTest, GrafanaListsNamesAndLabels) {
  const std::string time = "start=1799996400&end=1800000000";
  const Json names = Json::parse(Get("/api/v1/label/__name__/values", time).body)["data"];
  EXPECT_THAT(names, Contains("rpc_calls_total"));
  EXPECT_THAT(names, Contains("traces_service_graph_request_total"));
  const Json labels = Post("/api/v1/labels", time + "&match[]=rpc_calls_total")["data"];
  EXPECT_THAT(labels, Contains("caller_site"));
  EXPECT_THAT(labels, Not(Contains("le")));
  EXPECT_EQ(Json::parse(Get("/api/v1/label/service/values",
                            time + "&match%5B%5D=rpc_calls_total%7Bside%3D%22served%22%7D")
                            .body)["data"],
            Json::parse(R"(["music/catalog"])"));
  EXPECT_EQ(Json::parse(Get("/api/v1/label/client/values", time).body)["data"],
            Json::parse(R"(["music/web"])"));
  EXPECT_EQ(Json::parse(Get("/api/v1/label/job/values", time).body)["data"], Json::array());
  const Json series = Post("/api/v1/series", time + "&match[]=rpc_calls_total{side=%22served%22}");
  EXPECT_EQ(series["data"], Json::parse(R"([{"__name__":"rpc_calls_total","method":"Get",
      "result":"OK","service":"music/catalog","side":"served"}])"));
  const Json metadata = Json::parse(Get("/api/v1/metadata", "limit=100").body)["data"];
  EXPECT_EQ(metadata["rpc_calls_total"][0]["type"], "counter");
  EXPECT_EQ(Json::parse(Get("/api/v1/metadata", "metric=rpc_latency_seconds").body)["data"].size(),
            1u);
  EXPECT_EQ(Json::parse(Get("/api/v1/query_exemplars", "query=x&" + time).body)["data"],
            Json::array());
}

TEST_F(PromqlApiTest, GrafanaDrawsAPanel) {
  const Json data = Post("/api/v1/query_range",
                         "query=sum+by+%28result%29+%28rate%28rpc_calls_total%7Bside%3D%22caller%22"
                         "%7D%5B5m%5D%29%29&start=1799999400&end=1800000000&step=300")["data"];
  EXPECT_EQ(data["resultType"], "matrix");
  ASSERT_EQ(data["result"].size(), 2u);
  EXPECT_EQ(data["result"][0]["metric"]["result"], "OK");
  ASSERT_EQ(data["result"][0]["values"].size(), 3u);
  EXPECT_EQ(data["result"][0]["values"][1][0], 1799999700);
  EXPECT_EQ(data["result"][0]["values"][1][1], "0.016666666666666666");
}

TEST_F(PromqlApiTest, GrafanaDrawsTheServiceGraph) {
  const auto one = [this](const std::string& query) {
    const Json result = Post("/api/v1/query", "time=1800000000&query=" + query)["data"]["result"];
    EXPECT_EQ(result.size(), 1u) << result;
    return result.at(0);
  };
  const std::string by = "sum+by+(client,server)+(rate(traces_service_graph_request_";
  const Json total = one(by + "total[3600s]))");
  EXPECT_EQ(total["metric"], Json::parse(R"({"client":"music/web","server":"music/catalog"})"));
  EXPECT_EQ(total["value"][1], "0.03333333333333333");
  EXPECT_EQ(one(by + "failed_total[3600s]))")["value"][1], "0.016666666666666666");
  const Json seconds = one(by + "server_seconds_sum[3600s]))");
  EXPECT_DOUBLE_EQ(std::stod(seconds["value"][1].get<std::string>()), 0.000025);
  EXPECT_EQ(one("histogram_quantile(.9,sum(rate(traces_service_graph_request_server_seconds_bucket"
                "[3600s]))+by+(le,client,server))")["value"][1],
            "0.0015");
  EXPECT_EQ(one("topk(5,sum(rate(traces_spanmetrics_calls_total{span_kind=%22SPAN_KIND_SERVER%22}"
                "[3600s]))by(span_name))")["metric"]["span_name"],
            "Get");
  EXPECT_EQ(one("histogram_quantile(.9,sum(rate(traces_spanmetrics_latency_bucket{span_kind="
                "%22SPAN_KIND_CLIENT%22}[3600s]))by(le))")["value"][1],
            "0.009");
}

TEST_F(PromqlApiTest, CardsAreShownAsNativeHistograms) {
  const Json data =
      Post("/api/v1/query", "query=sum(increase(rpc_latency_card{side=%22caller%22}[2m]))")["data"];
  EXPECT_EQ(data["result"][0]["histogram"][1],
            Json::parse(R"({"count":"4","sum":"0.022","buckets":[[3,"0.002","0.002","2"],
                                                                [3,"0.009","0.009","2"]]})"));
}

TEST_F(PromqlApiTest, WarningsComeWithTheAnswer) {
  const Json reply = Post("/api/v1/query", "query=avg(rpc_latency_seconds)");
  EXPECT_THAT(reply["warnings"][0], HasSubstr("histogram_quantile"));
}

TEST_F(PromqlApiTest, ErrorsAreThoseOfPrometheus) {
  const auto expect = [this](const std::string& path, const std::string& query, int status,
                             const std::string& type, const std::string& error) {
    const ApiReply reply = Get("/api/v1/" + path, query);
    EXPECT_EQ(reply.status, status) << reply.body;
    const Json json = Json::parse(reply.body);
    EXPECT_EQ(json["status"], "error");
    EXPECT_EQ(json["errorType"], type);
    EXPECT_THAT(json["error"].get<std::string>(), HasSubstr(error));
  };
  const std::string range = "query=vector(1)&start=1800000000&end=1800000060";
  expect("query", "query=sum(", 400, "bad_data", "invalid parameter \"query\": 1:5: parse error");
  expect("query", "query=1&time=soon", 400, "bad_data", "cannot parse \"soon\"");
  expect("query", "query=%zz", 400, "bad_data", "invalid URL escape");
  expect("query", "query=rate(rpc_latency_seconds[5m])", 422, "execution", "needs a counter");
  expect("query_range", range, 400, "bad_data", "\"step\": it is missing");
  expect("query_range", range + "&step=0", 400, "bad_data", "zero or negative");
  expect("query_range", range + "&step=0.001", 400, "bad_data", "11,000 points");
  expect("query_range", "query=x&start=2&end=1&step=1", 400, "bad_data", "before start");
  expect("query_range", "query=x[5m]&start=1&end=2&step=1", 400, "bad_data", "range vector");
  expect("series", "", 400, "bad_data", "no match[]");
  expect("series", "match[]=x[5m]", 400, "bad_data", "invalid parameter \"match[]\"");
  DownSource down;
  const ApiReply reply =
      ServeApi({"GET", "/api/v1/query", "query=rpc_calls_total", ""}, down, kNow * 1000);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(Json::parse(reply.body)["errorType"], "unavailable");
}

TEST_F(PromqlApiTest, TimesAndStepsComeInBothForms) {
  const Json data =
      Post("/api/v1/query_range",
           "query=vector(1)&start=2027-01-15T08:00:00Z&end=2027-01-15T09:01:00%2B01:00"
           "&step=30s")["data"];
  EXPECT_EQ(data["result"][0]["values"].size(), 3u);
  EXPECT_EQ(data["result"][0]["values"][0][0], kNow);
}

TEST_F(PromqlApiTest, BytesThatAreNoUtf8DoNotSpoilTheAnswer) {
  const Json data = Post("/api/v1/query", "query=%22a%FFb%5Cn%E2%82%AC%22")["data"];
  EXPECT_EQ(data["result"][1],
            "a\xef\xbf\xbd"
            "b\n\xe2\x82\xac");
}

}  // namespace
}  // namespace bellrock::metrics::query::promql
