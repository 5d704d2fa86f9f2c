// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a question for a day of one service takes, from the request to the reply, over a store on
// disk that holds what a cut each minute wrote. --json prints a list for ./run bench.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/unix_time.h"
#include "metrics/compute/blocks.h"
#include "metrics/query/figures.h"
#include "metrics/server/stored_source.h"
#include "metrics/store/rocks_store.h"
#include "metrics/table_builder.h"

namespace bellrock::metrics {
namespace {

constexpr int64_t kMinutes = 24 * 60;
constexpr size_t kCallsPerMinute = 10'000;
constexpr int kRuns = 40;
constexpr uint32_t kSixNines = 999'999;

struct Measure {
  std::string name;
  double value_ms;
  std::string conditions;
};

class NothingLive final : public server::LiveCards {
 public:
  Result<server::LiveSum> Take(const std::string&, const std::string&) override {
    return server::LiveSum();
  }
  Result<uint64_t> Version() override { return uint64_t{0}; }
};

// A store on disk with the day up to `end`.
class DayOfCalls {
 public:
  explicit DayOfCalls(int64_t end)
      : path_(fmt::format("/tmp/bellrock_query_bench_{}", ::getpid())),
        store_(std::move(store::RocksStore::Open({.directory = path_})).value()) {
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> body(std::log(2000), 0.6);
    for (int64_t i = 0; i < kMinutes; ++i) {
      std::vector<uint32_t> calls(kCallsPerMinute);
      for (uint32_t& call : calls) call = static_cast<uint32_t>(body(random));
      Cut(static_cast<uint64_t>(i) + 1, end - 60 * (kMinutes - i), calls);
    }
    for (const auto grain : {store::Grain::kHour, store::Grain::kDay}) {
      const int64_t width = store::WindowSecondsOf(grain);
      for (int64_t at = end - 86400; at <= end; at += width) {
        const Status merged = store_->MergeWindow(grain, at - at % width, {set.name});
        BELLROCK_CHECK(merged.ok(), "windows are merged");
      }
    }
  }
  ~DayOfCalls() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  DayOfCalls(const DayOfCalls&) = delete;
  DayOfCalls& operator=(const DayOfCalls&) = delete;

  store::Store& store() { return *store_; }

  const DimensionSet set = *ParseDimensionSet("callee,result");

 private:
  // As the owner of a partition does.
  void Cut(uint64_t cut, int64_t minute, std::vector<uint32_t>& latencies_us) {
    TableBuilder builder(set.dimensions);
    const Card card = Card::FromLatencies(latencies_us);
    builder.Add(std::vector<std::string_view>{"music/storage", "OK", "caller"}, minute,
                card.buckets());
    auto blocks = compute::BlocksOf(builder.Take(), store::Grain::kMinute, set.name);
    while (!blocks.empty()) {
      BELLROCK_CHECK(store_->Write({0, cut}, blocks).ok(), "the day is written");
      blocks = compute::RollUp(std::move(blocks));
    }
  }

  const std::string path_;
  std::unique_ptr<store::RocksStore> store_;
};

v1::FiguresRequest Request(int64_t from, int64_t to, int64_t step) {
  v1::FiguresRequest request;
  request.set_from(from);
  request.set_to(to);
  request.set_step(step);
  v1::Condition& condition = *request.add_where();
  condition.set_dimension("callee");
  condition.set_value("music/storage");
  request.add_quantiles(kSixNines);
  return request;
}

Measure MeasureQuestion(DayOfCalls& day, const std::string& name, const std::string& what,
                        const v1::FiguresRequest& request, uint64_t calls) {
  fiber::Clock& clock = fiber::RealEnvironment().clock;
  NothingLive live;
  const std::vector<DimensionSet> sets = {day.set};
  server::StoredSource source(clock, day.store(), live, sets);
  std::vector<double> took_ms;
  uint32_t answer = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Time begin = clock.Now();
    const auto reply = query::FiguresOf(source, request);
    took_ms.push_back(static_cast<double>((clock.Now() - begin).count()) / 1e6);
    BELLROCK_CHECK(reply.ok() && reply->lines_size() == 1, "the question has one answer");
    BELLROCK_CHECK(reply->lines(0).total().calls() == calls, "calls are missing");
    answer = reply->lines(0).total().quantiles_us(0);
  }
  std::sort(took_ms.begin(), took_ms.end());
  return {name, took_ms.back(),
          fmt::format(
              "{}; one service, 1440 minutes of {} calls at 1 us in RocksDB, TP99.9999 = {} us, "
              "worst of {}; median {:.1f} ms",
              what, kCallsPerMinute, answer, kRuns, took_ms[kRuns / 2])};
}

std::vector<Measure> MeasureAll() {
  std::vector<Measure> measures;
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), [&] {
    const int64_t hour = 3600;
    const int64_t end = fiber::UnixSecond(fiber::RealEnvironment().clock) / hour * hour - hour / 2;
    const int64_t begin = end - 60 * kMinutes;
    DayOfCalls day(end);
    const uint64_t all = kMinutes * kCallsPerMinute;
    measures = {MeasureQuestion(day, "metrics.query_curve_p99_ms",
                                "TP99.9999 of each minute of 24 h", Request(begin, end, 60), all),
                MeasureQuestion(day, "metrics.query_p99_ms",
                                "TP99.9999 of 24 h from half past, of hours and minutes",
                                Request(begin, end, 0), all)};
  });
  BELLROCK_CHECK(ran.ok(), "the loop has ended");
  return measures;
}

void Print(const std::vector<Measure>& measures, bool json) {
  std::string text;
  for (const Measure& measure : measures) {
    text +=
        json ? fmt::format(
                   "{}{{\"name\":\"{}\",\"value\":{:.3f},\"unit\":\"ms\",\"conditions\":\"{}\"}}",
                   text.empty() ? "[" : ",\n", measure.name, measure.value_ms, measure.conditions)
             : fmt::format("{:<30} {:>10.2f} ms  ({})\n", measure.name, measure.value_ms,
                           measure.conditions);
  }
  if (json) text += "]\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace
}  // namespace bellrock::metrics

int main(int argc, char** argv) {
  using namespace bellrock::metrics;
  Print(MeasureAll(), std::find(argv, argv + argc, std::string_view("--json")) != argv + argc);
  return 0;
}
