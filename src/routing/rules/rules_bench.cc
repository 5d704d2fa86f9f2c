// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Cost of choosing a pool by three rules: lanes, one by header, grey by percentage.
//   rules_bench
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "routing/rules/compile.h"
#include "routing/rules/selector.h"

namespace bellrock::routing::rules {
namespace {

constexpr int kCalls = 2'000'000;
constexpr int kRounds = 7;
constexpr int kLanes = 8;

v1::RouteSettings Settings() {
  v1::RouteSettings settings;
  v1::Rule& header = *settings.add_rules();
  header.set_name("testers");
  v1::Match& match = *header.add_matches();
  match.set_attribute("header:x-user");
  match.add_values("tester");
  (*header.add_to()->mutable_labels())["version"] = "2";
  v1::Rule& grey = *settings.add_rules();
  grey.set_name("grey");
  grey.set_percent(5);
  (*grey.add_to()->mutable_labels())["version"] = "2";
  return settings;
}

v1::RoutePlan Plan() {
  std::vector<InstanceSpec> specs(100);
  for (size_t k = 0; k < specs.size(); ++k) {
    specs[k].version = k % 10 == 0 ? "2" : "1";
    if (k < kLanes) specs[k].labels["lane"] = "lane" + std::to_string(k);
  }
  std::vector<Candidate> candidates;
  for (size_t k = 0; k < specs.size(); ++k) {
    candidates.push_back({static_cast<uint32_t>(k), &specs[k]});
  }
  const Compiled compiled = Compile(Settings(), candidates, {});
  v1::RoutePlan plan;
  for (const Pool& pool : compiled.pools) plan.add_pools()->set_name(pool.name);
  for (const v1::CompiledRule& rule : compiled.rules) *plan.add_rules() = rule;
  return plan;
}

// Best of some rounds, nanoseconds per call.
double Measure(const Selector& selector, const Request& request) {
  double best = 1e18;
  uint64_t sum = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int call = 0; call < kCalls; ++call) {
      sum += selector.Select(request, static_cast<uint64_t>(call), [](uint32_t) { return true; })
                 ->pool;
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / kCalls);
  }
  return sum == 0 ? best + 0.0 : best;
}

void Run() {
  const Selector selector(Plan());
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"x-trace", "1"}, {"x-client", "app"}, {"x-user", "7"}};
  const struct {
    const char* what;
    Request request;
  } rows[] = {
      {"no key, no header", {}},
      {"key, 3 headers", {.key = "user:123456789", .headers = headers}},
      {"last of 8 lanes", {.lane = "lane7"}},
  };
  for (const auto& row : rows) {
    std::printf("routing.select_ns.rules3  %-20s %6.1f ns\n", row.what,
                Measure(selector, row.request));
  }
}

}  // namespace
}  // namespace bellrock::routing::rules

int main() {
  bellrock::routing::rules::Run();
  return 0;
}
