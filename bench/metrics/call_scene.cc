// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "call_scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "metrics/table_builder.h"

namespace bellrock::bench {
namespace {

using metrics::Card;
using metrics::CardTable;
using metrics::Dimension;
using metrics::TableBuilder;

constexpr size_t kCallees = 200;
constexpr size_t kMethods = 20;
constexpr size_t kHosts = 50;
constexpr size_t kCallers = 15;
constexpr size_t kCallerHosts = 20;
constexpr size_t kCallsPerSecond = 10'000'000 / 60;  // over all hosts
constexpr uint64_t kSeed = 11;

class Zipf {
 public:
  explicit Zipf(size_t size) : shares_(size) {
    double sum = 0;
    for (size_t i = 0; i < size; ++i) shares_[i] = sum += 1.0 / static_cast<double>(i + 1);
    for (double& share : shares_) share /= sum;
  }
  size_t operator()(double uniform) const {
    const auto at = std::lower_bound(shares_.begin(), shares_.end(), uniform);
    return std::min(static_cast<size_t>(at - shares_.begin()), shares_.size() - 1);
  }

 private:
  std::vector<double> shares_;
};

auto PlaceOf(const SceneCall& call) {
  return std::tuple(call.second, call.host, call.callee, call.method, call.caller, call.caller_host,
                    call.result, call.latency_us);
}

bool SameRow(const SceneCall& a, const SceneCall& b) {
  return std::tuple(a.second, a.host, a.callee, a.method, a.caller_host, a.result) ==
         std::tuple(b.second, b.host, b.callee, b.method, b.caller_host, b.result);
}

}  // namespace

std::vector<SceneCall> MakeCalls(size_t size, metrics::Unit unit) {
  std::mt19937_64 random(kSeed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal(0, 1);
  const Zipf callees(kCallees), methods(kMethods), callers(kCallers);
  std::vector<double> median(kCallees * kMethods), spread(kCallees * kMethods);
  for (double& value : median) value = 500 * std::pow(100, uniform(random));
  for (double& value : spread) value = 0.4 + 0.6 * uniform(random);
  const size_t seconds = std::clamp<size_t>(size / kCallsPerSecond, 1, 60);
  std::vector<SceneCall> calls(size);
  for (SceneCall& call : calls) {
    call.callee = static_cast<uint16_t>(callees(uniform(random)));
    call.method = static_cast<uint8_t>(methods(uniform(random)));
    call.host = static_cast<uint8_t>(random() % kHosts);
    call.caller = static_cast<uint8_t>(callers(uniform(random)));
    call.caller_host = static_cast<uint16_t>(call.caller * kCallerHosts + random() % kCallerHosts);
    call.result = static_cast<uint8_t>(uniform(random) < 0.001 ? 1 + random() % 2 : 0);
    call.second = static_cast<uint8_t>(random() % seconds);
    const size_t kind = call.callee * kMethods + call.method;
    const double latency =
        call.result != 0 ? 1e6 : median[kind] * std::exp(spread[kind] * normal(random));
    call.latency_us = metrics::Quantise(unit, static_cast<uint32_t>(std::clamp(latency, 1.0, 6e7)));
  }
  std::sort(calls.begin(), calls.end(),
            [](const SceneCall& a, const SceneCall& b) { return PlaceOf(a) < PlaceOf(b); });
  return calls;
}

std::array<std::string, 9> ValuesOf(const SceneCall& call) {
  constexpr const char* kResults[] = {"OK", "UNAVAILABLE", "DEADLINE_EXCEEDED"};
  return {fmt::format("line{}/service{}", call.callee % 8, call.callee),
          fmt::format("line.v1.Service{}/Method{}", call.callee, call.method),
          fmt::format("10.1.{}.{}", call.host % kSceneSites, call.host),
          fmt::format("site{}", call.host % kSceneSites),
          fmt::format("web/caller{}", call.caller),
          fmt::format("10.2.{}.{}", call.caller, call.caller_host),
          fmt::format("site{}", call.caller_host % kSceneSites),
          kResults[call.result],
          "callee"};
}

std::vector<std::string> EncodedTables(const std::vector<SceneCall>& calls) {
  std::vector<Dimension> dimensions;
  for (size_t i = 0; i < metrics::kDimensionCount; ++i) {
    dimensions.push_back(static_cast<Dimension>(i));
  }
  TableBuilder builder(dimensions);
  std::vector<std::string> tables;
  for (size_t i = 0; i < calls.size();) {
    const SceneCall& first = calls[i];
    std::vector<uint32_t> latencies;
    for (; i < calls.size() && SameRow(calls[i], first); ++i) {
      latencies.push_back(calls[i].latency_us);
    }
    const std::array<std::string, 9> values = ValuesOf(first);
    const std::vector<std::string_view> key(values.begin(), values.end());
    builder.Add(key, kSceneBegin + first.second, Card::FromLatencies(latencies).buckets());
    const bool ends =
        i == calls.size() || calls[i].host != first.host || calls[i].second != first.second;
    if (ends) tables.push_back(EncodeTable(builder.Take()));
  }
  return tables;
}

}  // namespace bellrock::bench
