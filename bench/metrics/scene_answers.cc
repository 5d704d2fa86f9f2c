// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <time.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "call_scene.h"
#include "metrics/card.h"
#include "metrics/card_table.h"
#include "metrics/tree/fold.h"

// Writes the calls of the scene for others to fold, and prints what our fold takes for them and
// gives: buckets of each set, and percentiles of each callee and result.
namespace bellrock::bench {
namespace {

using metrics::CardTable;
using metrics::Quantile;

constexpr Quantile kQuantiles[] = {Quantile::kTp50, Quantile::kTp99, Quantile::kTp9999,
                                   Quantile::kTp999999};

constexpr std::string_view kPercentilesOf = "callee,result";

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Small numbers instead of names: that is the best case of the others.
void WriteCsv(const std::vector<SceneCall>& calls, const char* path) {
  std::ofstream file(path);
  for (const SceneCall& call : calls) {
    file << fmt::format("{},{},{},{},{},{},{},{},{}\n", call.callee, call.method, call.host,
                        call.host % kSceneSites, call.caller, call.caller_host,
                        call.caller_host % kSceneSites, call.result, call.latency_us);
  }
}

using Numbers = std::map<std::string, std::string>;

// From "callee/result" in names to both in numbers.
Numbers NumbersOf(const std::vector<SceneCall>& calls) {
  Numbers numbers;
  for (const SceneCall& call : calls) {
    const auto values = ValuesOf(call);
    numbers[values[0] + '/' + values[7]] = fmt::format("{},{}", call.callee, call.result);
  }
  return numbers;
}

void AddPercentiles(const CardTable& table, const Numbers& numbers, nlohmann::json& to) {
  for (size_t row = 0; row < table.rows(); ++row) {
    const std::span<const metrics::Card::Bucket> part[] = {table.card(row)};
    const metrics::Card card = metrics::Card::Sum(part);
    nlohmann::json& percentiles = to[numbers.at(table.name(0, row) + '/' + table.name(1, row))];
    for (const Quantile quantile : kQuantiles) percentiles.push_back(card.PercentileUs(quantile));
  }
}

nlohmann::json Fold(const std::vector<SceneCall>& calls) {
  const std::vector<metrics::DimensionSet>& sets = metrics::DefaultDimensionSets();
  const std::vector<std::string> encoded = EncodedTables(calls);
  std::vector<size_t> buckets(sets.size());
  std::vector<CardTable> by_result;
  const double begin = CpuSeconds();
  metrics::tree::Fold fold(sets, 60);
  for (const std::string& bytes : encoded) fold.Add(metrics::DecodeTable(bytes).value());
  fold.Finish([&](size_t set, CardTable table) {
    buckets[set] += table.buckets.size();
    if (sets[set].name == kPercentilesOf) by_result.push_back(std::move(table));
  });
  nlohmann::json json = {{"cpu_seconds", CpuSeconds() - begin}};
  for (size_t set = 0; set < sets.size(); ++set) json["buckets"][sets[set].name] = buckets[set];
  const Numbers numbers = NumbersOf(calls);
  for (const CardTable& table : by_result) AddPercentiles(table, numbers, json["percentiles"]);
  return json;
}

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  using namespace bellrock;
  if (argc != 3) {
    std::fputs("usage: bench_metrics_scene CALLS CSV\n", stderr);
    return 2;
  }
  const auto calls = bench::MakeCalls(std::stoul(argv[1]), metrics::Unit::kUs);
  bench::WriteCsv(calls, argv[2]);
  std::fputs((bench::Fold(calls).dump() + "\n").c_str(), stdout);
  return 0;
}
