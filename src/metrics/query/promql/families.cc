// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/families.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <span>

#include "base/immortal.h"
#include "base/latency_bounds.h"
#include "metrics/query/promql/functions.h"
#include "metrics/query/promql/metric_families.h"

namespace bellrock::metrics::query::promql {
namespace {

using How = Match::How;

constexpr BucketBound kBounds[] = {
    {100, "0.0001"},
    {250, "0.00025"},
    {500, "0.0005"},
    {1'000, "0.001"},
    {2'500, "0.0025"},
    {5'000, "0.005"},
    {10'000, "0.01"},
    {25'000, "0.025"},
    {50'000, "0.05"},
    {100'000, "0.1"},
    {250'000, "0.25"},
    {500'000, "0.5"},
    {1'000'000, "1"},
    {2'500'000, "2.5"},
    {5'000'000, "5"},
    {10'000'000, "10"},
    {30'000'000, "30"},
    {60'000'000, "60"},
    {std::numeric_limits<uint64_t>::max(), "+Inf"},
};
static_assert(std::ranges::equal(std::span(kBounds).first(std::size(kBounds) - 1), kLatencyBoundsUs,
                                 {}, &BucketBound::latency_us),
              "a bucket of the same name holds the same calls on every page");

constexpr std::string_view kQuantileTexts[] = {"0.5",   "0.9",    "0.95",    "0.99",
                                               "0.999", "0.9999", "0.99999", "0.999999"};

// Columns of rpc_*; those of a latency family tell results apart only when asked.
std::vector<Column> CallColumns(bool by_result) {
  return {
      {"service", Dimension::kCallee},
      {"method", Dimension::kMethod},
      {"result", Dimension::kResult, by_result},
      {"side", Dimension::kSide},
      {"host", Dimension::kCalleeHost, false},
      {"site", Dimension::kCalleeSite, false},
      {"caller", Dimension::kCaller, false},
      {"caller_host", Dimension::kCallerHost, false},
      {"caller_site", Dimension::kCallerSite, false},
  };
}

// Edges of the graph: counted by the caller or, as `served`, by the callee of the same calls; of a
// caller that counts nothing, by the callee alone.
std::vector<Branch> EdgeBranches(std::string_view side, bool failed) {
  const std::vector<Column> server = {{"server", Dimension::kCallee}};
  Branch known{.where = {{Dimension::kSide, How::kEqual, std::string(side)},
                         {Dimension::kCaller, How::kNotEqual, ""}},
               .columns = {{"client", Dimension::kCaller}, {"server", Dimension::kCallee}},
               .constants = {}};
  Branch unknown{
      .where = {{Dimension::kSide, How::kEqual, "callee"}, {Dimension::kCaller, How::kEqual, ""}},
      .columns = server,
      .constants = {{"client", "user"}, {"connection_type", "virtual_node"}}};
  if (failed) {
    for (Branch* branch : {&known, &unknown}) {
      branch->where.push_back({Dimension::kResult, How::kNotEqual, "OK"});
    }
  }
  return {known, unknown};
}

std::vector<Branch> SpanBranches() {
  const auto branch = [](How caller, Dimension service, std::string_view kind) {
    return Branch{.where = {{Dimension::kSide, caller, "caller"}},
                  .columns = {{"service", service},
                              {"span_name", Dimension::kMethod},
                              {"status_code", Dimension::kResult, true, true}},
                  .constants = {{"span_kind", kind}}};
  };
  return {branch(How::kNotEqual, Dimension::kCallee, "SPAN_KIND_SERVER"),
          branch(How::kEqual, Dimension::kCaller, "SPAN_KIND_CLIENT")};
}

// name_bucket, name_sum and name_count.
void AddHistogram(std::string_view bucket, std::string_view sum, std::string_view count,
                  std::string_view base, std::string_view help, std::vector<Branch> branches,
                  std::vector<Family>& to) {
  to.push_back({bucket, Measure::kBuckets, base, "histogram", help, branches});
  to.push_back({sum, Measure::kLatencySum, base, "histogram", help, branches});
  to.push_back({count, Measure::kCalls, base, "histogram", help, std::move(branches)});
}

std::vector<Family> MakeFamilies() {
  std::vector<Family> all;
  const auto add = [&all](std::string_view name, Measure measure, std::string_view type,
                          std::string_view help, std::vector<Branch> branches) {
    all.push_back({name, measure, name, type, help, std::move(branches)});
  };
  const std::vector<Branch> latency = {{{}, CallColumns(false), {}}};
  add("rpc_calls_total", Measure::kCalls, "counter", "Calls, by service, method and result.",
      {{{}, CallColumns(true), {}}});
  add("rpc_latency_card", Measure::kCards, "histogram",
      "Exact latencies of calls: every microsecond with its count.", latency);
  add("rpc_latency_seconds", Measure::kQuantiles, "summary",
      "Exact percentiles of the last minute's latencies.", latency);
  AddHistogram("rpc_latency_seconds_bucket", "rpc_latency_seconds_sum", "rpc_latency_seconds_count",
               "rpc_latency_seconds", "Latencies of calls.", latency, all);
  all.push_back({"rpc_calls_completeness_ratio",
                 Measure::kCompleteness,
                 "rpc_calls_completeness_ratio",
                 "gauge",
                 "Calls counted of those that their sources made, last minute.",
                 {Branch{}}});
  add("traces_service_graph_request_total", Measure::kCalls, "counter",
      "Calls between two services.", EdgeBranches("caller", false));
  add("traces_service_graph_request_failed_total", Measure::kCalls, "counter",
      "Calls between two services that failed.", EdgeBranches("caller", true));
  AddHistogram("traces_service_graph_request_server_seconds_bucket",
               "traces_service_graph_request_server_seconds_sum",
               "traces_service_graph_request_server_seconds_count",
               "traces_service_graph_request_server_seconds",
               "Latencies between two services, as the server measures.",
               EdgeBranches(kServedSide, false), all);
  AddHistogram("traces_service_graph_request_client_seconds_bucket",
               "traces_service_graph_request_client_seconds_sum",
               "traces_service_graph_request_client_seconds_count",
               "traces_service_graph_request_client_seconds",
               "Latencies between two services, as the client measures.",
               EdgeBranches("caller", false), all);
  add("traces_spanmetrics_calls_total", Measure::kCalls, "counter",
      "Spans by service, method and status.", SpanBranches());
  AddHistogram("traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_sum",
               "traces_spanmetrics_latency_count", "traces_spanmetrics_latency",
               "Latencies of spans, seconds.", SpanBranches(), all);
  AddMetricFamilies(all);
  return all;
}

}  // namespace

const std::vector<Family>& Families() {
  static Immortal<std::vector<Family>> families(MakeFamilies());
  return *families;
}

std::string FamiliesNear(std::string_view name) {
  constexpr size_t kShown = 3;
  constexpr size_t kNameBytesMax = 128;
  name = name.substr(0, kNameBytesMax);
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const Family& family : Families()) {
    near.emplace_back(EditDistance(name, family.name), family.name);
  }
  std::sort(near.begin(), near.end());
  std::string text;
  for (size_t i = 0; i < kShown; ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", near[i].second);
  }
  return text;
}

std::span<const BucketBound> BucketBounds() {
  return kBounds;
}

std::span<const std::string_view> ShownQuantiles() {
  return kQuantileTexts;
}

}  // namespace bellrock::metrics::query::promql
