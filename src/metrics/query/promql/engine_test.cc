// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/engine.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "metrics/query/memory_source.h"
#include "metrics/query/promql/number_text.h"
#include "metrics/query/promql/parser.h"

namespace bellrock::metrics::query::promql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr int64_t kNow = 1'800'000'000;  // a whole minute, 8:00 UTC

struct CallOf {
  std::string service = "music/catalog";
  std::string method = "Get";
  std::string host = "h1";
  std::string caller = "music/web";
  std::string result = "OK";
  std::string side = "callee";
};

class PromqlEngineTest : public ::testing::Test {
 protected:
  void Count(int64_t second, const CallOf& call, std::vector<uint32_t> latencies_us) {
    for (uint32_t latency : latencies_us) {
      source_.AddCall(second,
                      {call.service, call.method, call.host, "s1", call.caller, "ch", "s2",
                       call.result, call.side},
                      latency);
    }
  }

  // Labels and value of each series, as {a="b"} 1.
  std::vector<std::string> Ask(const std::string& expression, int64_t second = kNow) {
    const auto parsed = Parse(expression);
    if (!parsed.ok()) return {std::string(parsed.status().message())};
    const auto result = RunInstant(source_, **parsed, second * 1000);
    if (!result.ok()) return {std::string(result.status().message())};
    warnings_ = result->notes.warnings();
    infos_ = result->notes.infos();
    const Value& value = std::get<Value>(result->value);
    std::vector<std::string> shown;
    if (const auto* scalars = std::get_if<Scalars>(&value)) {
      shown.push_back(NumberText(scalars->values[0]));
    } else if (const auto* vector = std::get_if<Vector>(&value)) {
      for (const Series& series : *vector) {
        if (!series.points[0]) continue;
        shown.push_back(series.labels.ToString() + " " + NumberText(*series.points[0]));
      }
    }
    return shown;
  }

  // The values of the only series of a range query, "-" where it has none.
  std::vector<std::string> AskRange(const std::string& expression, int64_t start, int64_t end,
                                    int64_t step) {
    const NodePtr parsed = Parse(expression).value();
    const auto result = RunRange(source_, *parsed, start * 1000, end * 1000, step * 1000);
    if (!result.ok()) return {std::string(result.status().message())};
    std::vector<std::string> shown;
    const auto& vector = std::get<Vector>(std::get<Value>(result->value));
    EXPECT_THAT(vector, SizeIs(1));
    for (const Point& point : vector.at(0).points) {
      shown.push_back(point ? NumberText(*point) : "-");
    }
    return shown;
  }

  MemorySource source_;
  std::vector<std::string> warnings_;
  std::vector<std::string> infos_;
};

TEST_F(PromqlEngineTest, IncreaseIsTheSumOfTheWindowsOfTheRange) {
  Count(kNow - 1, {}, {10});
  Count(kNow - 300, {}, {10, 10});
  Count(kNow - 301, {}, {10, 10, 10, 10});  // its minute ended five minutes ago
  Count(kNow, {}, {10});                    // its minute ends later
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m]))"), ElementsAre("{} 3"));
  EXPECT_THAT(Ask("sum(rate(rpc_calls_total[5m]))"), ElementsAre("{} 0.01"));
  // Whole minutes are rounded down to minutes, other ranges to seconds.
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m]))", kNow + 59), ElementsAre("{} 3"));
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[10s]))", kNow + 1), ElementsAre("{} 2"));
  EXPECT_THAT(Ask("sum(irate(rpc_calls_total[10s]))", kNow + 1), ElementsAre("{} 1"));
}

TEST_F(PromqlEngineTest, ACounterIsItsRunningSumSinceMidnight) {
  const int64_t midnight = kNow / 86'400 * 86'400;
  Count(midnight - 1, {}, {1, 1, 1, 1, 1});
  Count(midnight, {}, {1, 1});
  Count(midnight + 3600, {}, {1});
  EXPECT_THAT(Ask("sum(rpc_calls_total)", midnight), ElementsAre("{} 5"));
  EXPECT_THAT(Ask("sum(rpc_calls_total)", midnight + 60), ElementsAre("{} 2"));
  EXPECT_THAT(AskRange("sum(rpc_calls_total)", midnight - 60, midnight + 7260, 3660),
              ElementsAre("-", "2", "3"));
}

TEST_F(PromqlEngineTest, ARateFallsToZeroBeforeItsSeriesGoes) {
  Count(kNow - 60, {}, {1, 1});
  EXPECT_THAT(AskRange("sum(increase(rpc_calls_total[1m]))", kNow - 60, kNow + 1200, 180),
              ElementsAre("-", "0", "0", "0", "0", "0", "-", "-"));
  // A value does not depend on what else is asked.
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[1m]))", kNow + 900), ElementsAre("{} 0"));
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[1m]))", kNow + 960), IsEmpty());
}

TEST_F(PromqlEngineTest, AsksTheSourceOnlyForWhatIsNamed) {
  Count(kNow - 60, {}, {1});
  Ask(R"(sum by (host) (rate(rpc_calls_total{service="music/catalog",side="callee"}[5m])))");
  ASSERT_THAT(source_.asked(), SizeIs(1));
  const Question& asked = source_.asked()[0];
  EXPECT_THAT(asked.group_by, ElementsAre(Dimension::kCalleeHost));
  ASSERT_THAT(asked.where, SizeIs(2));
  EXPECT_EQ(asked.where[0].dimension, Dimension::kCallee);
  EXPECT_EQ(asked.to, kNow);
  EXPECT_EQ(asked.from, kNow - 300 - 900);
}

TEST_F(PromqlEngineTest, ASelectorHasTheLabelsThatTheExpressionNames) {
  Count(kNow - 60, {}, {1});
  Count(kNow - 60, {.host = "h2"}, {1, 1});
  EXPECT_THAT(
      Ask("increase(rpc_calls_total[5m])"),
      ElementsAre(R"({method="Get", result="OK", service="music/catalog", side="callee"} 3)"));
  EXPECT_THAT(Ask("max by (host) (increase(rpc_calls_total[5m]))"),
              ElementsAre(R"({host="h1"} 1)", R"({host="h2"} 2)"));
  EXPECT_THAT(Ask(R"(sum without (method, result, side, host) (increase(rpc_calls_total[5m])))"),
              ElementsAre(R"({service="music/catalog"} 3)"));
}

TEST_F(PromqlEngineTest, MatchesOfUnknownLabelsSeeNothing) {
  Count(kNow - 60, {}, {1});
  EXPECT_THAT(Ask(R"(sum(increase(rpc_calls_total{job="x"}[5m])))"), IsEmpty());
  EXPECT_THAT(Ask(R"(sum(increase(rpc_calls_total{job=~".*",host=~"h.*"}[5m])))"), SizeIs(1));
  EXPECT_THAT(Ask("rpc_call_total"), IsEmpty());
  EXPECT_THAT(infos_, ElementsAre(HasSubstr("near it: rpc_calls_total")));
}

TEST_F(PromqlEngineTest, QuantilesOverBucketsAreReadFromCards) {
  Count(kNow - 60, {}, {1'100, 1'200, 1'300});
  Count(kNow - 120, {.host = "h2"}, {7'777});
  const std::string exact = "{} 0.007777";
  EXPECT_THAT(Ask("histogram_quantile(0.99, sum(increase(rpc_latency_card[5m])))"),
              ElementsAre(exact));
  EXPECT_THAT(Ask("histogram_quantile(0.99, sum by (le) (rate(rpc_latency_seconds_bucket[5m])))"),
              ElementsAre(exact));
  EXPECT_THAT(infos_, IsEmpty());
  EXPECT_THAT(Ask("histogram_quantile(0.5, sum by (host, le) "
                  "(rate(rpc_latency_seconds_bucket[5m])))"),
              ElementsAre(R"({host="h1"} 0.0012)", R"({host="h2"} 0.007777)"));
  // Something between: interpolated, and said so.
  EXPECT_THAT(Ask("histogram_quantile(1, 2 * sum by (le) (rate(rpc_latency_seconds_bucket[5m])))"),
              ElementsAre("{} 0.01"));
  EXPECT_THAT(infos_, ElementsAre(HasSubstr("interpolates")));
}

TEST_F(PromqlEngineTest, BucketsCountWhatIsNotSlower) {
  Count(kNow - 60, {}, {1'000, 1'001, 2'000'000});
  EXPECT_THAT(
      Ask(R"(sum by (le) (increase(rpc_latency_seconds_bucket{le=~"0.001|2.5|\\+Inf"}[5m])))"),
      ElementsAre(R"({le="+Inf"} 3)", R"({le="0.001"} 1)", R"({le="2.5"} 3)"));
  EXPECT_THAT(Ask("sum(increase(rpc_latency_seconds_sum[5m])) / "
                  "sum(increase(rpc_latency_seconds_count[5m]))"),
              ElementsAre("{} " + NumberText(2.002001 / 3)));
}

TEST_F(PromqlEngineTest, APercentileGaugeIsOfTheLastMinute) {
  Count(kNow - 60, {}, {100, 200});
  Count(kNow - 61, {}, {900});
  EXPECT_THAT(Ask(R"(rpc_latency_seconds{quantile="0.75"})"),
              ElementsAre(R"({__name__="rpc_latency_seconds", method="Get", quantile="0.75", )"
                          R"(service="music/catalog", side="callee"} 0.0002)"));
  EXPECT_THAT(Ask("rpc_latency_seconds"), SizeIs(8));
  EXPECT_THAT(Ask("max_over_time(rpc_latency_seconds{quantile=\"1\"}[2m])"), SizeIs(1));
}

TEST_F(PromqlEngineTest, AverageOfPercentilesIsWarnedOf) {
  Count(kNow - 60, {}, {100});
  EXPECT_THAT(Ask(R"(avg(rpc_latency_seconds{quantile="0.99"}))"), SizeIs(1));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("no percentile of anything")));
  Ask(R"(max(rpc_latency_seconds{quantile="0.99"}))");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(PromqlEngineTest, CallsAreSummedOnceUnlessTheCalleesOwnViewIsAskedFor) {
  Count(kNow - 60, {.caller = ""}, {100});
  Count(kNow - 60, {.side = "caller"}, {120});
  Count(kNow - 60, {.side = "served"}, {110});
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m]))"), ElementsAre("{} 2"));
  EXPECT_THAT(Ask("sum without (side) (increase(rpc_calls_total[5m]))"),
              ElementsAre(R"({method="Get", result="OK", service="music/catalog"} 2)"));
  EXPECT_THAT(Ask("increase(rpc_calls_total[5m])"), SizeIs(2));
  EXPECT_THAT(Ask("count(increase(rpc_calls_total[5m]))"), ElementsAre("{} 2"));
  EXPECT_THAT(Ask(R"(sum(increase(rpc_calls_total{side="served"}[5m])))"), ElementsAre("{} 1"));
  EXPECT_THAT(Ask("sum by (side) (increase(rpc_calls_total[5m]))"), SizeIs(3));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(Ask(R"(sum(increase(rpc_calls_total{side!="x"}[5m])))"), ElementsAre("{} 3"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("name one: side=\"caller\"")));
}

TEST_F(PromqlEngineTest, IncompleteWindowsAreTold) {
  Count(kNow - 60, {}, {100});
  source_.SetCompleteness(kNow - 60, 0.75);
  Ask("sum(increase(rpc_calls_total[5m]))");
  EXPECT_THAT(infos_, ElementsAre(HasSubstr("0.750000")));
  EXPECT_THAT(Ask("rpc_calls_completeness_ratio"),
              ElementsAre(R"({__name__="rpc_calls_completeness_ratio"} 0.75)"));
}

TEST_F(PromqlEngineTest, EdgesOfTheGraphAreCountedOnce) {
  Count(kNow - 60, {.side = "caller"}, {100, 100});
  Count(kNow - 60, {.result = "UNAVAILABLE", .side = "caller"}, {100});
  Count(kNow - 60, {.side = "served"}, {90, 90});
  Count(kNow - 60, {.service = "music/web", .caller = ""}, {500});
  EXPECT_THAT(
      Ask("sum by (client, server, connection_type) "
          "(increase(traces_service_graph_request_total[1h]))"),
      ElementsAre(R"({client="music/web", server="music/catalog"} 3)",
                  R"({client="user", connection_type="virtual_node", server="music/web"} 1)"));
  EXPECT_THAT(Ask("sum by (client, server) "
                  "(increase(traces_service_graph_request_failed_total[1h]))"),
              ElementsAre(R"({client="music/web", server="music/catalog"} 1)"));
  EXPECT_THAT(Ask("histogram_quantile(0.9, sum by (le, server) "
                  "(rate(traces_service_graph_request_server_seconds_bucket[1h])))"),
              ElementsAre(R"({server="music/catalog"} 0.00009)", R"({server="music/web"} 0.0005)"));
}

TEST_F(PromqlEngineTest, SpansSpellResultsAsOpenTelemetryDoes) {
  Count(kNow - 60, {}, {100});
  Count(kNow - 60, {.side = "served"}, {100});
  Count(kNow - 60, {.result = "NOT_FOUND"}, {100});
  Count(kNow - 60, {.result = "UNAVAILABLE"}, {100});
  EXPECT_THAT(Ask("topk(5, sum(increase(traces_spanmetrics_calls_total{"
                  "status_code=\"STATUS_CODE_ERROR\"}[1h])) by (span_name))"),
              ElementsAre(R"({span_name="Get"} 2)"));
  EXPECT_THAT(Ask("sum by (status_code, span_kind) "
                  "(increase(traces_spanmetrics_calls_total[1h]))"),
              ElementsAre(R"({span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"} 2)",
                          R"({span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_UNSET"} 2)"));
}

TEST_F(PromqlEngineTest, OffsetAndTimeMoveTheRange) {
  Count(kNow - 3600 - 60, {}, {1, 1});
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m] offset 1h))"), ElementsAre("{} 2"));
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m] @ 1799996400))"), ElementsAre("{} 2"));
  EXPECT_THAT(AskRange("sum(increase(rpc_calls_total[5m] @ start()))", kNow - 3600, kNow, 1800),
              ElementsAre("2", "2", "2"));
}

TEST_F(PromqlEngineTest, SuccessRatePairsSeriesByLabels) {
  Count(kNow - 60, {}, {1, 1, 1});
  Count(kNow - 60, {.result = "UNAVAILABLE"}, {1});
  EXPECT_THAT(Ask(R"(sum by (service) (rate(rpc_calls_total{result="OK"}[5m])) /
                     sum by (service) (rate(rpc_calls_total[5m])))"),
              ElementsAre(R"({service="music/catalog"} 0.75)"));
  EXPECT_THAT(Ask("sum by (service, result) (increase(rpc_calls_total[5m])) / on (service) "
                  "group_left sum by (service) (increase(rpc_calls_total[5m]))"),
              ElementsAre(R"({result="OK", service="music/catalog"} 0.75)",
                          R"({result="UNAVAILABLE", service="music/catalog"} 0.25)"));
  EXPECT_THAT(Ask("sum by (service) (increase(rpc_calls_total[5m])) / on (service) "
                  "sum by (service, result) (increase(rpc_calls_total[5m]))"),
              ElementsAre(HasSubstr("many-to-many matching not allowed")));
}

TEST_F(PromqlEngineTest, SetOperatorsLookAtLabels) {
  Count(kNow - 60, {}, {1});
  Count(kNow - 60, {.method = "Put"}, {1, 1});
  const std::string all = "sum by (method) (increase(rpc_calls_total[5m]))";
  EXPECT_THAT(Ask(all + " and (" + all + " > 1)"), ElementsAre(R"({method="Put"} 2)"));
  EXPECT_THAT(Ask(all + " unless (" + all + " > 1)"), ElementsAre(R"({method="Get"} 1)"));
  EXPECT_THAT(Ask("(" + all + " > 1) or " + all),
              UnorderedElementsAre(R"({method="Put"} 2)", R"({method="Get"} 1)"));
  EXPECT_THAT(Ask(all + " > bool 1"), ElementsAre(R"({method="Get"} 0)", R"({method="Put"} 1)"));
}

TEST_F(PromqlEngineTest, LabelsAreReplacedAndJoined) {
  Count(kNow - 60, {}, {1});
  EXPECT_THAT(Ask(R"(label_replace(sum by (service) (increase(rpc_calls_total[5m])),
                     "line", "${1}!$$", "service", "(.*)/.*"))"),
              ElementsAre(R"({line="music!$", service="music/catalog"} 1)"));
  EXPECT_THAT(Ask(R"(label_join(sum by (service, method) (increase(rpc_calls_total[5m])),
                     "id", "-", "service", "method"))"),
              ElementsAre(R"({id="music/catalog-Get", method="Get", service="music/catalog"} 1)"));
  Count(kNow - 60, {.service = "music/web"}, {1});
  EXPECT_THAT(Ask(R"(label_replace(sum by (service) (increase(rpc_calls_total[5m])),
                     "service", "", "service", ".*"))"),
              ElementsAre(HasSubstr("same labelset")));
}

TEST_F(PromqlEngineTest, ScalarsNeedNoSource) {
  EXPECT_THAT(Ask("1+1"), ElementsAre("2"));
  EXPECT_THAT(Ask("-2 ^ 2 + 7 % 4"), ElementsAre("-1"));
  EXPECT_THAT(Ask("time()"), ElementsAre("1800000000"));
  EXPECT_THAT(Ask("vector(3) > bool 2"), ElementsAre("{} 1"));
  EXPECT_THAT(Ask("scalar(vector(4)) / 0"), ElementsAre("+Inf"));
  EXPECT_THAT(Ask("round(vector(2.6)) + clamp(vector(9), 1, 3)"), ElementsAre("{} 6"));
  EXPECT_THAT(source_.asked(), IsEmpty());
}

TEST_F(PromqlEngineTest, AbsentSaysWhatIsMissing) {
  EXPECT_THAT(Ask(R"(absent(rpc_calls_total{service="a/b",method=~"x"}))"),
              ElementsAre(R"({service="a/b"} 1)"));
  Count(kNow - 60, {.service = "a/b"}, {1});
  EXPECT_THAT(Ask(R"(absent(rpc_calls_total{service="a/b"}))"), IsEmpty());
}

TEST_F(PromqlEngineTest, SubqueriesTakeSamplesOfAnyExpression) {
  Count(kNow - 60, {}, {1, 1, 1});
  Count(kNow - 180, {}, {1});
  EXPECT_THAT(Ask("max_over_time(sum(increase(rpc_calls_total[1m]))[5m:1m])"), ElementsAre("{} 3"));
  EXPECT_THAT(Ask("count_over_time(sum(increase(rpc_calls_total[1m]))[5m:1m])"),
              ElementsAre("{} 3"));
  EXPECT_THAT(Ask("rate(sum(rpc_calls_total)[5m:1m])"),
              ElementsAre(HasSubstr("of a subquery is not exact")));
}

TEST_F(PromqlEngineTest, FarApartRangesAreAskedOneByOne) {
  for (int day = 0; day < 3; ++day) Count(kNow - day * 86'400 - 30, {}, {1});
  EXPECT_THAT(AskRange("sum(increase(rpc_calls_total[1m]))", kNow - 2 * 86'400, kNow, 86'400),
              ElementsAre("1", "1", "1"));
  ASSERT_THAT(source_.asked(), SizeIs(3));
  EXPECT_EQ(source_.asked()[0].to - source_.asked()[0].from, 960);
}

TEST_F(PromqlEngineTest, AsksForAsManySeriesAsThereIsRoomForTheirCards) {
  Count(kNow - 60, {}, {1});
  AskRange("sum by (host) (increase(rpc_calls_total[1m]))", kNow - 9984 * 60, kNow, 60);
  ASSERT_THAT(source_.asked(), SizeIs(1));
  EXPECT_EQ(source_.asked()[0].groups_max, 200u);
}

TEST_F(PromqlEngineTest, ALongTimeIsAskedInParts) {
  const int64_t begin = kNow - 15'000 * 60;
  Count(begin, {}, {1});
  Count(kNow - 60, {}, {1});
  const auto answer =
      AskRange("count_over_time(sum(increase(rpc_calls_total[1m]))[250h:1m])", kNow, kNow, 60);
  EXPECT_THAT(answer, ElementsAre("17"));
  EXPECT_THAT(source_.asked(), SizeIs(2));
}

TEST_F(PromqlEngineTest, BoundsAreNamed) {
  for (int i = 0; i < 10'001; ++i) Count(kNow - 60, {.host = std::to_string(i)}, {1});
  EXPECT_THAT(Ask("sum by (host) (increase(rpc_calls_total[5m]))"),
              ElementsAre(HasSubstr("10001 series of 4 windows, at most 10000")));
  EXPECT_THAT(AskRange("sum(increase(rpc_calls_total[7d1s]))", kNow - 2, kNow, 1),
              ElementsAre(HasSubstr("at most 50000")));
  EXPECT_THAT(Ask("deriv(rpc_calls_total[5m])"), ElementsAre(HasSubstr("not served here")));
  EXPECT_THAT(Ask("rpc_latency_card + 1"), ElementsAre(HasSubstr("needs numbers and got cards")));
  source_.ForgetBefore(kNow - 60);
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[5m]))"),
              ElementsAre(HasSubstr("is no longer kept")));
}

}  // namespace
}  // namespace bellrock::metrics::query::promql
