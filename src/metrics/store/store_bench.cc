// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <numbers>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/check.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/process.h"
#include "metrics/store/rocks_store.h"

// What a question for a day of minutes takes, and what a key and minute takes on the disk. --json
// prints a list for ./run bench.
namespace bellrock::metrics::store {
namespace {

constexpr int64_t kMinutes = 24 * 60;
constexpr int kCallsPerMinute = 10'000;
constexpr int64_t kDayBegin = 20'000 * int64_t{86400};

struct Measure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

class Latencies {
 public:
  uint32_t Next() { return static_cast<uint32_t>(body_(random_)); }
  std::mt19937_64& random() { return random_; }

 private:
  std::mt19937_64 random_{1};
  std::lognormal_distribution<double> body_{std::log(2000), 0.6};
};

void AppendRow(const std::vector<std::string>& key, int64_t window,
               std::vector<uint32_t> latencies_us, CardTable& table) {
  table.keys.resize(key.size());
  for (size_t i = 0; i < key.size(); ++i) {
    const auto place = std::find(table.names.begin(), table.names.end(), key[i]);
    table.keys[i].push_back(static_cast<uint32_t>(place - table.names.begin()));
    if (place == table.names.end()) table.names.push_back(key[i]);
  }
  const Card card = Card::FromLatencies(latencies_us);
  table.buckets.insert(table.buckets.end(), card.buckets().begin(), card.buckets().end());
  table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
  table.seconds.push_back(window);
}

double CpuMs() {
  return static_cast<double>(fiber::CurrentUsage().cpu.count()) / 1e6;
}

class BenchStore {
 public:
  BenchStore() : path_(fmt::format("/tmp/bellrock_store_bench_{}", ::getpid())) {
    RocksOptions options;
    options.directory = path_;
    store_ = std::move(RocksStore::Open(options)).value();
  }
  ~BenchStore() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  RocksStore& operator*() { return *store_; }
  RocksStore* operator->() { return store_.get(); }

 private:
  const std::string path_;
  std::unique_ptr<RocksStore> store_;
};

// Adds cards by counting: latencies below two seconds have a place of their own.
class Counts {
 public:
  void Add(std::span<const Card::Bucket> card) {
    for (const Card::Bucket& bucket : card) {
      calls_ += bucket.count;
      if (bucket.latency_us < counts_.size()) counts_[bucket.latency_us] += bucket.count;
    }
  }
  uint64_t calls() const { return calls_; }
  uint32_t Tp999999() const {
    const uint64_t rank = calls_ - calls_ / 1'000'000;
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      if ((seen += counts_[i]) >= rank) return static_cast<uint32_t>(i);
    }
    return 0;
  }

 private:
  std::vector<uint64_t> counts_ = std::vector<uint64_t>(2'000'000);
  uint64_t calls_ = 0;
};

void WriteDay(RocksStore& store, const Shelf& shelf) {
  Latencies latencies;
  std::vector<Block> blocks;
  for (int64_t i = 0; i < kMinutes; ++i) {
    Block block{shelf, kDayBegin + 60 * i, {}};
    block.table.dimensions = {Dimension::kCallee, Dimension::kSide};
    std::vector<uint32_t> calls(kCallsPerMinute);
    for (uint32_t& call : calls) call = latencies.Next();
    AppendRow({shelf.callee, "callee"}, block.window, std::move(calls), block.table);
    blocks.push_back(std::move(block));
  }
  BELLROCK_CHECK(store.Write({1, 1}, blocks).ok(), "the day was not written");
}

Measure MeasureQuery() {
  constexpr int kRuns = 40;
  BenchStore store;
  const Shelf shelf{Grain::kMinute, "callee", "music/storage"};
  WriteDay(*store, shelf);
  const uint64_t bytes = store->DiskBytes().value();
  std::vector<double> took_ms;
  uint32_t answer = 0;
  const Duration cpu_before = fiber::CurrentUsage().cpu;
  for (int run = 0; run < kRuns; ++run) {
    fiber::Clock& clock = fiber::RealEnvironment().clock;
    const Time begin = clock.Now();
    Counts counts;
    const Status scanned =
        store->Scan(shelf, kDayBegin, kDayBegin + 60 * kMinutes, [&](const Block& block) {
          counts.Add(block.table.card(0));
          return true;
        });
    BELLROCK_CHECK(scanned.ok() && counts.calls() == kMinutes * kCallsPerMinute,
                   "calls are missing");
    answer = counts.Tp999999();
    took_ms.push_back(static_cast<double>((clock.Now() - begin).count()) / 1e6);
  }
  const Duration cpu = fiber::CurrentUsage().cpu - cpu_before;
  std::sort(took_ms.begin(), took_ms.end());
  return {"metrics.store_scan_p99_ms", took_ms[kRuns * 99 / 100], "ms",
          fmt::format("RocksDB, one service, 1440 minutes of 10,000 calls at 1 us, {:.1f} MB, to "
                      "TP99.9999 = {} us, worst of {}; median {:.1f} ms, {:.1f} ms of CPU each",
                      static_cast<double>(bytes) / 1e6, answer, kRuns, took_ms[kRuns / 2],
                      static_cast<double>(cpu.count()) / 1e6 / kRuns)};
}

// A card as that of so many calls would be, made of what is expected of each latency.
class LongCards {
 public:
  explicit LongCards(double calls) {
    for (uint32_t latency = 1; latency < kLatencies; ++latency) {
      const double far = (std::log(latency) - std::log(2000)) / 0.6;
      expected_.push_back(calls * std::exp(-far * far / 2) /
                          (latency * 0.6 * std::sqrt(2 * std::numbers::pi)));
    }
  }
  void AppendTo(CardTable& table) {
    for (uint32_t i = 0; i < expected_.size(); ++i) {
      const auto count = static_cast<uint32_t>(expected_[i] + share_(random_));
      if (count > 0) table.buckets.push_back({i + 1, count});
    }
    table.ends.push_back(static_cast<uint32_t>(table.buckets.size()));
  }

 private:
  static constexpr uint32_t kLatencies = 60'000;  // us
  std::vector<double> expected_;
  std::mt19937_64 random_{1};
  std::uniform_real_distribution<double> share_{0, 1};
};

uint32_t Tp999999Of(std::span<const Card::Bucket> card) {
  uint64_t calls = 0;
  for (const Card::Bucket& bucket : card) calls += bucket.count;
  uint64_t above = calls / 1'000'000;
  for (size_t i = card.size(); i-- > 0;) {
    if (card[i].count > above) return card[i].latency_us;
    above -= card[i].count;
  }
  return 0;
}

void WriteLong(RocksStore& store, const Shelf& shelf, int64_t windows, double calls) {
  LongCards cards(calls);
  std::vector<Block> blocks;
  for (int64_t i = 0; i < windows; ++i) {
    Block& block = blocks.emplace_back(Block{shelf, kDayBegin + SecondsOf(shelf.grain) * i, {}});
    block.table.dimensions = {Dimension::kCallee};
    block.table.names = {shelf.callee};
    block.table.keys = {{0}};
    block.table.seconds = {block.window};
    cards.AppendTo(block.table);
  }
  BELLROCK_CHECK(store.Write({1, 1}, blocks).ok(), "the days were not written");
}

double ScanLong(RocksStore& store, const Shelf& shelf, int64_t windows) {
  const Time begin = fiber::RealEnvironment().clock.Now();
  int64_t read = 0;
  uint32_t answer = 0;
  const Status scanned = store.Scan(shelf, kDayBegin, kDayBegin + SecondsOf(shelf.grain) * windows,
                                    [&](const Block& block) {
                                      answer = std::max(answer, Tp999999Of(block.table.card(0)));
                                      return ++read > 0;
                                    });
  BELLROCK_CHECK(scanned.ok() && read == windows && answer > 0, "windows are missing");
  return static_cast<double>((fiber::RealEnvironment().clock.Now() - begin).count()) / 1e6;
}

// 90 days of one service, TP99.9999 of each window: by the day from days, or from hours where a
// day begins at another time than UTC's.
Measure MeasureDays(Grain grain, const std::string& name) {
  constexpr int kRuns = 20, kDays = 90;
  const int64_t windows = kDays * 86400 / SecondsOf(grain);
  const double calls = kCallsPerMinute * static_cast<double>(SecondsOf(grain)) / 60;
  BenchStore store;
  const Shelf shelf{grain, "callee", "music/storage"};
  WriteLong(*store, shelf, windows, calls);
  const uint64_t bytes = store->DiskBytes().value();
  std::vector<double> took_ms;
  const double cpu_before = CpuMs();
  for (int run = 0; run < kRuns; ++run) took_ms.push_back(ScanLong(*store, shelf, windows));
  const double cpu_ms = (CpuMs() - cpu_before) / kRuns;
  std::sort(took_ms.begin(), took_ms.end());
  return {name, took_ms[kRuns - 1], "ms",
          fmt::format("RocksDB, one service, {} windows of {:.0f} calls at 1 us, {:.1f} MB, to "
                      "TP99.9999 of each, worst of {}; median {:.1f} ms, {:.1f} ms of CPU each",
                      windows, calls, static_cast<double>(bytes) / 1e6, kRuns, took_ms[kRuns / 2],
                      cpu_ms)};
}

// What a round of upkeep takes: a minute of 1,000 services in twelve sets, two contributions each.
Measure MeasureMerge() {
  constexpr int kServices = 1000, kSets = 12;
  BenchStore store;
  std::vector<std::string> sets;
  std::vector<Block> blocks;
  for (int i = 0; i < kSets; ++i) sets.push_back(fmt::format("set{}", i));
  for (int i = 0; i < kServices * kSets; ++i) {
    Block& block = blocks.emplace_back();
    block.shelf = {Grain::kMinute, sets[static_cast<size_t>(i % kSets)],
                   fmt::format("line/service{}", i / kSets)};
    block.window = kDayBegin;
    block.table.dimensions = {Dimension::kCallee};
    AppendRow({block.shelf.callee}, kDayBegin, {1, 2, 3, 5, 8, 13, 21, 34}, block.table);
  }
  for (const uint64_t cut : {1, 2}) {
    BELLROCK_CHECK(store->Write({1, cut}, blocks).ok(), "the minute was not written");
  }
  const auto merge = [&] {
    const double begin = CpuMs();
    BELLROCK_CHECK(store->MergeWindow(Grain::kMinute, kDayBegin, sets).ok(), "not merged");
    return CpuMs() - begin;
  };
  const double first = merge(), again = merge();
  return {"metrics.store_merge_cpu_ms", first, "ms of CPU",
          fmt::format("RocksDB, a minute of {} services in {} sets, two contributions each; again, "
                      "with nothing to do: {:.0f} ms",
                      kServices, kSets, again)};
}

// As the reference's tree has it, a tenth in size: services and methods by Zipf's law, any host.
struct Minute {
  static constexpr int kCalls = 1'000'000, kServices = 20, kMethods = 20, kHosts = 50;

  using Key = std::tuple<int, int, int, bool>;  // service, method, host (-1: all), failed

  explicit Minute(bool hosts) {
    Latencies latencies;
    std::vector<double> weights;
    for (int i = 1; i <= kServices; ++i) weights.push_back(1.0 / i);
    std::discrete_distribution<int> zipf(weights.begin(), weights.end());
    auto& random = latencies.random();
    for (int i = 0; i < kCalls; ++i) {
      const int host = static_cast<int>(random() % kHosts);
      const Key key{zipf(random), zipf(random), hosts ? host : -1, random() % 100 == 0};
      calls[key].push_back(latencies.Next());
    }
  }

  std::map<Key, std::vector<uint32_t>> calls;
};

Measure MeasureBytes(bool hosts, const std::string& set) {
  BenchStore store;
  const Minute minute(hosts);
  std::map<int, Block> blocks;
  for (const auto& [key, latencies] : minute.calls) {
    const auto [service, method, host, failed] = key;
    Block& block = blocks[service];
    block.shelf = {Grain::kMinute, set, fmt::format("line/service{}", service)};
    block.window = kDayBegin;
    block.table.dimensions = {Dimension::kCallee, Dimension::kMethod, Dimension::kCalleeHost,
                              Dimension::kResult};
    AppendRow({block.shelf.callee, fmt::format("a.v1.Service/Method{}", method),
               host < 0 ? "" : fmt::format("10.0.0.{}:7600", host), failed ? "UNAVAILABLE" : "OK"},
              kDayBegin, latencies, block.table);
  }
  std::vector<Block> all;
  for (auto& [_, block] : blocks) all.push_back(std::move(block));
  BELLROCK_CHECK(store->Write({1, 1}, all).ok(), "the minute was not written");
  const auto bytes = static_cast<double>(store->DiskBytes().value());
  const auto keys = static_cast<double>(minute.calls.size());
  return {"metrics.store_bytes_per_key_minute." + set, bytes / keys, "bytes",
          fmt::format("RocksDB, 1 us, {} keys of {} calls, {:.2f} bytes a call", keys,
                      Minute::kCalls, bytes / Minute::kCalls)};
}

std::vector<Measure> MeasureAll() {
  std::vector<Measure> measures;
  fiber::LoopGroup loops(1);
  const Status ran = fiber::RunOn(loops.loop(0), [&] {
    measures = {MeasureQuery(),
                MeasureDays(Grain::kDay, "metrics.store_scan_90d_ms"),
                MeasureDays(Grain::kHour, "metrics.store_scan_90d_hours_ms"),
                MeasureMerge(),
                MeasureBytes(true, "callee,method,callee_host,result"),
                MeasureBytes(false, "callee,method,result")};
  });
  BELLROCK_CHECK(ran.ok(), "the loop has ended");
  return measures;
}

void Print(const std::vector<Measure>& measures, bool json) {
  std::string text;
  for (const Measure& measure : measures) {
    if (json) {
      text += fmt::format(
          "{}{{\"name\":\"{}\",\"value\":{:.3f},\"unit\":\"{}\",\"conditions\":\"{}\"}}",
          text.empty() ? "[" : ",\n", measure.name, measure.value, measure.unit,
          measure.conditions);
    } else {
      text += fmt::format("{:<72} {:>10.2f} {}  ({})\n", measure.name, measure.value, measure.unit,
                          measure.conditions);
    }
  }
  if (json) text += "]\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace
}  // namespace bellrock::metrics::store

int main(int argc, char** argv) {
  using namespace bellrock::metrics::store;
  Print(MeasureAll(), argc > 1 && std::string_view(argv[1]) == "--json");
  return 0;
}
