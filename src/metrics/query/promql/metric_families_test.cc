// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/metric_families.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "metrics/query/memory_source.h"
#include "metrics/query/promql/catalogue.h"
#include "metrics/query/promql/engine.h"
#include "metrics/query/promql/number_text.h"
#include "metrics/query/promql/parser.h"

namespace bellrock::metrics::query::promql {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kNow = 1'800'000'000;  // a whole minute

class MetricFamiliesTest : public ::testing::Test {
 protected:
  void Sample(const std::string& callee, const std::string& metric, const std::string& host,
              const std::string& attributes, const std::string& result, uint32_t value) {
    source_.AddCall(kNow - 30, {callee, metric, host, "", attributes, "", "", result, "callee"},
                    value);
  }
  std::vector<std::string> Ask(const std::string& expression) {
    const auto parsed = Parse(expression);
    if (!parsed.ok()) return {std::string(parsed.status().message())};
    const auto result = RunInstant(source_, **parsed, kNow * 1000);
    if (!result.ok()) return {std::string(result.status().message())};
    std::vector<std::string> shown;
    for (const Series& series : std::get<Vector>(std::get<Value>(result->value))) {
      if (!series.points[0]) continue;
      shown.push_back(series.labels.ToString() + " " + NumberText(*series.points[0]));
    }
    return shown;
  }
  MemorySource source_;
};

TEST_F(MetricFamiliesTest, AGaugeIsTheMeanOfTheLastMinutesSamples) {
  Sample("host:sz", "cpu_permille", "sz-1", "", "GAUGE", 200);
  Sample("host:sz", "cpu_permille", "sz-1", "", "GAUGE", 301);
  Sample("host:bj", "cpu_permille", "bj-1", "", "GAUGE", 900);
  Sample("process:a/b", "cpu_permille", "/sz/d/a/b/default/1", "", "GAUGE", 5);
  EXPECT_THAT(Ask("bellrock_host_cpu_permille"),
              UnorderedElementsAre(
                  R"({__name__="bellrock_host_cpu_permille", host="sz-1", site="sz"} 250.5)",
                  R"({__name__="bellrock_host_cpu_permille", host="bj-1", site="bj"} 900)"));
  EXPECT_THAT(Ask(R"(max(bellrock_host_cpu_permille{site="sz"}))"), ElementsAre("{} 250.5"));
  EXPECT_THAT(Ask(R"(max(bellrock_host_cpu_permille{site=~"s|b.*"}))"), ElementsAre("{} 900"));
  EXPECT_THAT(Ask(R"(max(bellrock_process_cpu_permille{service="a/b"}))"), ElementsAre("{} 5"));
  EXPECT_THAT(Ask(R"(bellrock_host_load1_milli)"), IsEmpty());
}

TEST_F(MetricFamiliesTest, CustomCountersAddUpOverWhatIsNotNamed) {
  for (int i = 0; i < 3; ++i) Sample("custom:a/b", "logins", "i1", "vip=yes", "COUNTER", 0);
  Sample("custom:a/b", "logins", "i2", "vip=no", "COUNTER", 0);
  Sample("custom:a/b", "depth", "i2", "", "GAUGE", 7);
  EXPECT_THAT(Ask(R"(sum by (metric) (increase(bellrock_custom_total[1m])))"),
              ElementsAre(R"({metric="logins"} 4)"));
  EXPECT_THAT(Ask(R"(increase(bellrock_custom_total{attributes="vip=yes",service="a/b"}[1m]))"),
              ElementsAre(R"({attributes="vip=yes", metric="logins", service="a/b"} 3)"));
  EXPECT_THAT(Ask(R"(sum(bellrock_custom{metric="depth"}))"), ElementsAre("{} 7"));
}

TEST_F(MetricFamiliesTest, ValuesKeepTheirUnit) {
  for (const uint32_t value : {10, 20, 30}) Sample("custom:a/b", "bytes", "i", "", "CARD", value);
  EXPECT_THAT(Ask(R"(sum(bellrock_custom_values{quantile="0.5"}))"), ElementsAre("{} 20"));
  EXPECT_THAT(Ask("sum(increase(bellrock_custom_values_sum[1m]))"), ElementsAre("{} 60"));
  EXPECT_THAT(Ask("sum(increase(bellrock_custom_values_count[1m]))"), ElementsAre("{} 3"));
}

TEST_F(MetricFamiliesTest, CallsOfServicesAreNotAddedToMetrics) {
  Sample("host:sz", "network_receive_bytes", "sz-1", "", "COUNTER", 0);
  Sample("a/b", "Get", "i", "", "OK", 100);
  EXPECT_THAT(Ask("sum(increase(rpc_calls_total[1m]))"), ElementsAre("{} 1"));
  EXPECT_THAT(Ask("sum(increase(bellrock_host_network_receive_bytes_total[1m]))"),
              ElementsAre("{} 1"));
}

TEST_F(MetricFamiliesTest, LabelValuesOfAGaugeAreThere) {
  Sample("host:sz", "cpu_permille", "sz-1", "", "GAUGE", 200);
  const auto parsed = Parse("bellrock_host_cpu_permille");
  ASSERT_TRUE(parsed.ok());
  QueryNotes notes;
  const Selectors selectors = {std::get<SelectorNode>((*parsed)->kind).matches};
  const auto sites = LabelValues(source_, "site", selectors, {kNow - 60, kNow}, notes);
  ASSERT_TRUE(sites.ok()) << sites.status().ToString();
  EXPECT_THAT(*sites, ElementsAre("sz"));
}

}  // namespace
}  // namespace bellrock::metrics::query::promql
