// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "call_scene.h"
#include "metrics/card_table.h"
#include "metrics/dimension.h"
#include "metrics/tree/fold.h"
#include "wire_bytes.h"

// How many calls a core folds into the twelve default sets, from agents' bytes to canonical tables.
namespace bellrock::bench {
namespace {

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Outcome {
  double seconds = 0;
  double taking = 0;  // of it, decoding and Add()
  uint64_t calls = 0;
  size_t rows = 0;
  size_t buckets = 0;
  size_t held = 0;
};

Outcome FoldOnce(const std::vector<std::string>& tables) {
  Outcome outcome;
  const double begin = CpuSeconds();
  metrics::tree::Fold fold(metrics::DefaultDimensionSets(), 60);
  for (const std::string& bytes : tables) fold.Add(metrics::DecodeTable(bytes).value());
  outcome.taking = CpuSeconds() - begin;
  outcome.calls = fold.calls();
  outcome.held = fold.bytes();
  fold.Finish([&outcome](size_t, const metrics::CardTable& table) {
    outcome.rows += table.rows();
    outcome.buckets += table.buckets.size();
  });
  outcome.seconds = CpuSeconds() - begin;
  return outcome;
}

std::string Measure(std::string_view name, size_t calls, metrics::Unit unit) {
  constexpr int kRuns = 3;
  const std::vector<std::string> tables = EncodedTables(MakeCalls(calls, unit));
  size_t bytes = 0;
  for (const std::string& table : tables) bytes += table.size();
  std::vector<Outcome> outcomes;
  for (int run = 0; run < kRuns; ++run) outcomes.push_back(FoldOnce(tables));
  std::sort(outcomes.begin(), outcomes.end(),
            [](const Outcome& a, const Outcome& b) { return a.seconds < b.seconds; });
  const Outcome& middle = outcomes[kRuns / 2];
  BELLROCK_CHECK(middle.calls == calls, "every call is folded");
  return fmt::format(
      "{{\"name\":\"metrics.calls_per_s_core.{}\",\"value\":{:.0f},\"unit\":\"1/s\","
      "\"conditions\":\"{} calls of a minute in {} agents' tables of {} MB, decoded and folded; "
      "CPU time of one thread, median of {}: {:.2f} s, {:.2f} s of it to decode and hold; {} rows "
      "and {} buckets come out; {} MB held\"}}",
      name, static_cast<double>(calls) / middle.seconds, calls, tables.size(), bytes >> 20, kRuns,
      middle.seconds, middle.taking, middle.rows, middle.buckets, middle.held >> 20);
}

std::string MeasureWire(std::string_view name, int processes) {
  return fmt::format(
      "{{\"name\":\"metrics.{}\",\"value\":{:.3f},\"unit\":\"B\",\"conditions\":"
      "\"written by an agent to its server, RPC framing included: 1,000 calls/s of {} process(es) "
      "under 200 keys, 1 us unit, keys known to the server\"}}",
      name, WireBytesPerCall(processes), processes);
}

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  using namespace bellrock;
  bool quick = false;
  for (int i = 1; i < argc; ++i) quick = quick || std::string_view(argv[i]) == "--quick";
  const size_t calls = quick ? 2'000'000 : 10'000'000;
  const std::string text = fmt::format(
      "[{},\n{},\n{},\n{}]\n", bench::Measure("12sets_1us", calls, metrics::Unit::kUs),
      bench::Measure("12sets_100us", calls, metrics::Unit::k100Us),
      bench::MeasureWire("bytes_per_call", 1), bench::MeasureWire("bytes_per_call.4processes", 4));
  std::fputs(text.c_str(), stdout);
  return 0;
}
