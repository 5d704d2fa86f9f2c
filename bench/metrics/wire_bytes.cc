// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "wire_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/table_builder.h"

namespace bellrock::bench {
namespace {

using metrics::Card;
using metrics::CardTable;
using metrics::Dimension;

constexpr size_t kKeys = 200;
constexpr size_t kCallsPerSecond = 1000;
constexpr int kSeconds = 60;

// Four callees of ten methods on five hosts each; low numbers are called more often.
std::vector<std::string> ValuesOfKey(size_t key) {
  const size_t callee = key / 50, method = key / 5 % 10, host = key % 5;
  return {fmt::format("music/service{}", callee),
          fmt::format("music.v1.Service{}/Method{}", callee, method),
          fmt::format("10.1.{}.{}", callee, host),
          "sz",
          "web/gateway",
          "10.2.0.1",
          "sz",
          "OK",
          "caller"};
}

CardTable TableOfSecond(std::mt19937_64& random, int64_t second) {
  std::lognormal_distribution<double> latency(std::log(2000), 0.6);
  std::map<std::vector<std::string>, std::vector<uint32_t>> rows;
  for (size_t i = 0; i < kCallsPerSecond; ++i) {
    const size_t key = std::min(random() % kKeys, random() % kKeys);
    rows[ValuesOfKey(key)].push_back(static_cast<uint32_t>(latency(random)));
  }
  std::vector<Dimension> dimensions;
  for (size_t i = 0; i < metrics::kDimensionCount; ++i) {
    dimensions.push_back(static_cast<Dimension>(i));
  }
  metrics::TableBuilder builder(dimensions);
  for (auto& [values, latencies] : rows) {
    const std::vector<std::string_view> key(values.begin(), values.end());
    builder.Add(key, second, Card::FromLatencies(latencies).buckets());
  }
  return builder.Take();
}

}  // namespace

double WireBytesPerCall() {
  std::mt19937_64 random(1);
  metrics::NameSession session;
  size_t bytes = 0;
  for (int second = 0; second <= kSeconds; ++second) {
    const CardTable table = TableOfSecond(random, 1'700'000'000 + second);
    const size_t size = EncodeTable(table, session).size();
    if (second > 0) bytes += size;  // the first brings the names
  }
  return static_cast<double>(bytes) / (kSeconds * kCallsPerSecond);
}

}  // namespace bellrock::bench
