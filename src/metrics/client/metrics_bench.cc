// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/metrics.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "metrics/client/call_buffer.h"
#include "metrics/client/recorder.h"
#include "metrics/fold.h"
#include "metrics/query.h"
#include "rpc/client/method_kinds.h"

// What counting costs: one OnCall() on the request path, and making cards off it. --json prints a
// list for ./run bench.
namespace bellrock::metrics {
namespace {

struct Measure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

fiber::Clock& RealClock() {
  return fiber::RealEnvironment().clock;
}

// Nanoseconds per unit of the fastest of five runs: the others were disturbed.
template <typename Run>
double FastestNs(uint64_t units, Run run) {
  double fastest = 0;
  for (int i = 0; i < 5; ++i) {
    const Time begin = RealClock().Now();
    run();
    const auto ns = static_cast<double>((RealClock().Now() - begin).count());
    if (fastest == 0 || ns < fastest) fastest = ns;
  }
  return fastest / static_cast<double>(units);
}

class OkSink final : public CardSink {
 public:
  Result<v1::PushReply> Send(const v1::PushRequest&) override { return v1::PushReply(); }
};

std::vector<uint32_t> Latencies(size_t size) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> body(std::log(2000), 0.6);
  std::vector<uint32_t> latencies(size);
  for (uint32_t& latency : latencies) latency = static_cast<uint32_t>(body(random));
  return latencies;
}

constexpr size_t kInstances = 100;

std::vector<std::shared_ptr<const std::string>> Instances() {
  std::vector<std::shared_ptr<const std::string>> instances;
  for (size_t i = 0; i < kInstances; ++i) {
    instances.push_back(
        std::make_shared<const std::string>(fmt::format("sz/default/music/storage/default/{}", i)));
  }
  return instances;
}

rpc::CallRecord RecordOf(const std::string& instance) {
  return {"web/gateway", "music/storage", "music.v1.Storage", "ReadMp3",
          instance,      StatusCode::kOk, Duration(0)};
}

Measure MeasureRecord() {
  constexpr size_t kCalls = 200'000;
  OkSink sink;
  double ns = 0;
  fiber::LoopGroup loops(1);
  (void)fiber::RunOn(loops.loop(0), [&] {
    client::Recorder recorder(fiber::RealEnvironment(), sink, {.source = "bench:1"});
    const auto instances = Instances();
    const std::vector<uint32_t> latencies = Latencies(1 << 12);
    ns = FastestNs(kCalls, [&] {
      for (size_t i = 0; i < kCalls; ++i) {
        recorder.OnCall({"web/gateway", "music/storage", "music.v1.Storage", "ReadMp3",
                         *instances[i % kInstances], StatusCode::kOk,
                         std::chrono::microseconds(latencies[i % latencies.size()])});
      }
    });
    (void)recorder.Stop(kNever);
  });
  return {"metrics.record_ns", ns, "ns", "one OnCall, 100 instances, one thread, inside a loop"};
}

// Nanoseconds of append(instance, latency) into a thread's buffer, batches of it, each into the
// memory of the last; the reader's part is left out, as it runs elsewhere. No clock is read.
template <typename Append>
double AppendNs(client::CallBuffer& buffer, Append append) {
  constexpr size_t kCalls = 100'000;
  const std::vector<uint32_t> latencies = Latencies(1 << 12);
  double fastest = 0;
  for (int run = 0; run < 50; ++run) {
    const Time begin = RealClock().Now();
    for (size_t i = 0, instance = 0; i < kCalls; ++i) {
      append(instance, latencies[i % latencies.size()]);
      instance = instance + 1 == kInstances ? 0 : instance + 1;
    }
    const auto ns = static_cast<double>((RealClock().Now() - begin).count());
    if (run == 0 || ns < fastest) fastest = ns;
    buffer.Drain([](const client::NameSet&, uint32_t, uint32_t) {});
  }
  return fastest / kCalls;
}

Measure MeasureAppend() {
  client::CallBuffer buffer;
  std::vector<rpc::CallKind> kinds;
  for (const auto& instance : Instances()) kinds.push_back(buffer.KindOf(RecordOf(*instance)));
  const double ns = AppendNs(buffer, [&](size_t instance, uint32_t latency_us) {
    (void)buffer.Append(kinds[instance], latency_us, 1);
  });
  return {"metrics.append_ns", ns, "ns",
          "one call into the thread's buffer by its kind, one of 100; no clock is read"};
}

Measure MeasureAppendByNames() {
  client::CallBuffer buffer;
  const auto instances = Instances();
  const double ns = AppendNs(buffer, [&](size_t instance, uint32_t latency_us) {
    buffer.Append(RecordOf(*instances[instance]), latency_us, 1);
  });
  return {"metrics.append_by_names_ns", ns, "ns", "the same, its names found among 100 instances"};
}

// As the RPC client does for each try that succeeds.
Measure MeasureClientPath() {
  constexpr size_t kCalls = 100'000;
  OkSink sink;
  double ns = 0;
  fiber::LoopGroup loops(1);
  (void)fiber::RunOn(loops.loop(0), [&] {
    client::Recorder recorder(fiber::RealEnvironment(), sink, {.source = "bench:1"});
    rpc::CallObserver& observer = recorder;
    const auto instances = Instances();
    const std::vector<uint32_t> latencies = Latencies(1 << 12);
    rpc::MethodKinds kinds;
    ns = FastestNs(kCalls, [&] {
      for (size_t i = 0, instance = 0; i < kCalls; ++i) {
        rpc::CallKind& kind = *kinds.Of("music.v1.Storage", "ReadMp3", instances[instance]);
        const std::chrono::microseconds latency(latencies[i % latencies.size()]);
        if (!observer.OnCallOf(kind, latency)) {
          observer.OnCall(RecordOf(*instances[instance]));
          kind = observer.KindOf(RecordOf(*instances[instance]));
        }
        instance = instance + 1 == kInstances ? 0 : instance + 1;
      }
    });
    (void)recorder.Stop(kNever);
  });
  return {
      "metrics.client_call_ns", ns, "ns",
      "the kind of a call found by method and one of 100 instances, and counted by the recorder"};
}

Measure MeasureSum() {
  constexpr size_t kCards = 60;
  std::vector<Card> cards;
  for (size_t i = 0; i < kCards; ++i) {
    std::vector<uint32_t> latencies = Latencies(20'000);
    for (uint32_t& latency : latencies) latency += static_cast<uint32_t>(i);
    cards.push_back(Card::FromLatencies(latencies));
  }
  Card sum;
  const double one_by_one = FastestNs(1, [&] {
    sum = Card();
    for (const Card& card : cards) sum.Merge(card);
  });
  const double at_once = FastestNs(1, [&] { sum = Card::Sum(cards); });
  return {"metrics.sum_vs_merge", one_by_one / at_once, "x",
          fmt::format("60 cards of 20,000 calls summed at once ({:.2f} ms) and one by one",
                      at_once / 1e6)};
}

std::vector<RawCall> RawCalls(size_t size, uint32_t sets) {
  std::mt19937_64 random(2);
  const std::vector<uint32_t> latencies = Latencies(size);
  std::vector<RawCall> calls(size);
  for (size_t i = 0; i < size; ++i) {
    calls[i] = {static_cast<uint32_t>(std::min(random() % sets, random() % sets)), latencies[i]};
  }
  return calls;
}

Measure MeasureFold() {
  constexpr size_t kCalls = 500'000;
  constexpr uint32_t kSets = 200;
  const std::vector<RawCall> calls = RawCalls(kCalls, kSets);
  uint64_t folded = 0;
  const double ns = FastestNs(kCalls, [&] {
    FoldCalls(calls, kSets, [&folded](uint32_t, const Card& card) { folded += card.calls(); });
  });
  return {"metrics.fold_mcalls_per_s", 1000 / ns, "million calls/s",
          fmt::format("500,000 raw calls of 200 dimension sets, 1 us unit, one core, {} folded",
                      folded)};
}

Measure MeasureCounter() {
  constexpr uint64_t kAdds = 10'000'000;
  static Counter logins("bench_logins", {"level", "vip"});
  Counter::Series& vip28 = logins.With("28", "yes");
  const double ns = FastestNs(kAdds, [&] {
    for (uint64_t i = 0; i < kAdds; ++i) vip28.Add();
  });
  return {"metrics.counter_add_ns", ns, "ns", "Add() of a counter's series, one thread"};
}

// The console's heaviest question on a window as the demo fills it.
Measure MeasureSeries() {
  constexpr int64_t kNow = 1'800'000'000;
  constexpr uint32_t kSets = 9;
  Window window;
  uint64_t total = 0;
  for (int64_t second = kNow - 601; second <= kNow - 2; ++second) {
    v1::PushRequest push;
    push.set_source("bench:1");
    push.set_sequence(static_cast<uint64_t>(second - (kNow - 602)));
    FoldCalls(RawCalls(6000, kSets), kSets, [&](uint32_t set, const Card& card) {
      v1::Card& to = *push.add_cards();
      to.set_second(second);
      to.mutable_dimensions()->set_instance(std::to_string(set));
      card.Encode(to);
      total += card.calls();
    });
    push.set_calls_total(total);
    (void)window.Apply(push, kNow);
  }
  v1::SeriesRequest request;
  request.set_seconds(kWindowSeconds);
  const double ns = FastestNs(1, [&] { (void)Series(window, request); });
  return {"metrics.series600_ms", ns / 1e6, "ms",
          fmt::format("Series over 600 s of {} calls, 9 dimension sets, {} MB held", total,
                      window.bytes() >> 20)};
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
      text += fmt::format("{:<28} {:>10.2f} {}  ({})\n", measure.name, measure.value, measure.unit,
                          measure.conditions);
    }
  }
  if (json) text += "]\n";
  std::fputs(text.c_str(), stdout);
}

}  // namespace
}  // namespace bellrock::metrics

int main(int argc, char** argv) {
  using namespace bellrock::metrics;
  const bool json = argc > 1 && std::string_view(argv[1]) == "--json";
  Print({MeasureAppend(), MeasureAppendByNames(), MeasureClientPath(), MeasureRecord(),
         MeasureCounter(), MeasureFold(), MeasureSum(), MeasureSeries()},
        json);
  return 0;
}
