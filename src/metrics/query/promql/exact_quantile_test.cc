// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "metrics/query/memory_source.h"
#include "metrics/query/promql/engine.h"
#include "metrics/query/promql/number_text.h"
#include "metrics/query/promql/parser.h"

// histogram_quantile is that of a full sort of the raw calls, at every window and grouping.
namespace bellrock::metrics::query::promql {
namespace {

constexpr int64_t kStart = 1'800'000'000;
constexpr int64_t kMinutes = 30;

struct RawCall {
  int64_t second;
  std::vector<std::string> key;
  uint32_t latency_us;
};

const std::vector<std::pair<std::string, Dimension>> kLabels = {
    {"service", Dimension::kCallee},  {"method", Dimension::kMethod},
    {"host", Dimension::kCalleeHost}, {"result", Dimension::kResult},
    {"side", Dimension::kSide},
};

class RandomCalls {
 public:
  explicit RandomCalls(uint32_t seed) : random_(seed) {}

  size_t Below(size_t bound) { return random_() % bound; }
  RawCall Next() {
    RawCall call;
    call.second = kStart + static_cast<int64_t>(Below(kMinutes * 60));
    call.key = {Pick("service", 3),
                Pick("method", 2),
                Pick("host", 4),
                "",
                "",
                "",
                "",
                Below(10) == 0 ? "UNAVAILABLE" : "OK",
                "callee"};
    // Few distinct latencies at times, long tails at others.
    call.latency_us = Below(2) == 0 ? static_cast<uint32_t>(Below(20))
                                    : static_cast<uint32_t>(std::exp(Below(2000) / 100.0));
    return call;
  }

 private:
  std::string Pick(const char* name, size_t of) { return name + std::to_string(Below(of)); }

  std::mt19937 random_;
};

using Expected = std::map<Labels, double>;

Expected SortAndPick(const std::vector<RawCall>& calls, const std::vector<size_t>& by,
                     int64_t begin, int64_t end, double q) {
  std::map<Labels, std::vector<uint32_t>> groups;
  for (const RawCall& call : calls) {
    if (call.second < begin || call.second >= end) continue;
    Labels labels;
    for (size_t label : by) {
      labels.Set(kLabels[label].first, call.key[static_cast<size_t>(kLabels[label].second)]);
    }
    groups[labels].push_back(call.latency_us);
  }
  Expected expected;
  for (auto& [labels, latencies] : groups) {
    std::sort(latencies.begin(), latencies.end());
    const double n = static_cast<double>(latencies.size());
    size_t rank = 1;
    while (static_cast<double>(rank) < q * n - 1e-6) ++rank;
    expected[labels] = latencies[rank - 1] / 1e6;
  }
  return expected;
}

std::string Grouping(const std::vector<size_t>& by, bool le) {
  std::string text = "sum by (";
  if (le) text += "le,";
  for (size_t label : by) text += kLabels[label].first + ",";
  return text + ") ";
}

// Series that have no call in the window but had one before are there with NaN.
void ExpectEqual(const QueryResult& result, size_t point, const Expected& expected,
                 const std::string& what) {
  size_t found = 0;
  for (const Series& series : std::get<Vector>(std::get<Value>(result.value))) {
    if (!series.points[point] || std::isnan(*series.points[point])) continue;
    ++found;
    const auto at = expected.find(series.labels);
    ASSERT_NE(at, expected.end()) << what << " " << series.labels.ToString();
    EXPECT_EQ(*series.points[point], at->second) << what << " " << series.labels.ToString();
  }
  EXPECT_EQ(found, expected.size()) << what;
}

class ExactQuantileTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(ExactQuantileTest, EqualsAFullSort) {
  RandomCalls random(GetParam());
  MemorySource source;
  std::vector<RawCall> calls;
  for (int i = 0; i < 3000; ++i) {
    calls.push_back(random.Next());
    source.AddCall(calls.back().second, calls.back().key, calls.back().latency_us);
  }
  const std::vector<int64_t> windows = {1, 7, 30, 60, 120, 300, 600};
  const std::vector<double> quantiles = {0, 0.07, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.999999, 1};
  for (int round = 0; round < 12; ++round) {
    const int64_t window = windows[random.Below(windows.size())];
    const int64_t grain = window % 60 == 0 ? 60 : 1;
    const int64_t step = grain * static_cast<int64_t>(1 + random.Below(5));
    const double q = quantiles[random.Below(quantiles.size())];
    std::vector<size_t> by;
    for (size_t label = 0; label < kLabels.size(); ++label) {
      if (random.Below(2) == 0) by.push_back(label);
    }
    const bool buckets = random.Below(2) == 0;
    const std::string expression =
        "histogram_quantile(" + NumberText(q) + ", " + Grouping(by, buckets) + "(" +
        (random.Below(2) == 0 ? "rate" : "increase") +
        (buckets ? "(rpc_latency_seconds_bucket[" : "(rpc_latency_card[") + std::to_string(window) +
        "s])))";
    const NodePtr parsed = Parse(expression).value();
    const int64_t first = kStart + 900;
    const size_t points = 6;
    const auto result =
        RunRange(source, *parsed, first * 1000,
                 (first + static_cast<int64_t>(points - 1) * step) * 1000, step * 1000);
    ASSERT_TRUE(result.ok()) << expression << ": " << result.status().ToString();
    for (size_t i = 0; i < points; ++i) {
      const int64_t end = first + static_cast<int64_t>(i) * step;
      ExpectEqual(*result, i, SortAndPick(calls, by, end - window, end, q),
                  expression + " at " + std::to_string(end));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExactQuantileTest, ::testing::Range(1u, 9u));

}  // namespace
}  // namespace bellrock::metrics::query::promql
