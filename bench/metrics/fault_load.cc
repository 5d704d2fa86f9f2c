// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Sources that push the cards of many calls to a server, some late, twice or out of order, each
// until it is acknowledged. Prints as JSON what all of it comes to, by every dimension.
//   fault_load --server 127.0.0.1:7600 --calls 1000000 --seconds 30
//   fault_load --probes 8        names of services, one for each of 8 partitions
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/splitmix.h"
#include "bellrock/metrics/v1/metrics.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/unix_time.h"
#include "metrics/spread.h"
#include "rpc/client.h"

namespace bellrock::bench {
namespace {

using metrics::v1::Card;
using metrics::v1::PushRequest;
using std::chrono::milliseconds;

constexpr Duration kTryMax = std::chrono::seconds(5);
constexpr Duration kRetry = milliseconds(100);
constexpr Duration kDrainMax = std::chrono::seconds(120);
constexpr char kSite[] = "bj";
constexpr uint64_t kMethods = 3;
constexpr uint64_t kInstances = 3;
constexpr uint64_t kRepeatedOneIn = 10;
constexpr uint64_t kHeldOneIn = 20;
constexpr uint64_t kWaitMsMax = 2'000;  // of a push that is held or comes again
constexpr int kExitWithoutEnd = 3;

struct Options {
  std::string server;
  uint64_t calls = 1'000'000;  // a second
  uint64_t seconds = 30;
  uint64_t sources = 40;
  uint64_t services = 16;
  uint64_t buckets = 60;  // of a card
  uint32_t probes = 0;
};

class Load {
 public:
  Load(const Options& options, Address server)
      : options_(options), endpoints_({std::move(server)}) {}

  // False if some pushes were never acknowledged.
  bool Run() {
    rpc::Client client(fiber::RealEnvironment(), endpoints_, nullptr, {});
    metrics::v1::MetricsStub stub(client);
    stub_ = &stub;
    std::vector<fiber::JoinHandle> sources;
    for (uint64_t i = 0; i < options_.sources; ++i) {
      sources.push_back(fiber::Start([this, i] { RunSource(i); }));
    }
    for (fiber::JoinHandle& source : sources) source.Join();
    const Time end = clock_.Now() + kDrainMax;
    while (open_ > 0 && clock_.Now() < end) (void)fiber::SleepFor(kRetry);
    return open_ == 0;
  }

  nlohmann::json Report() const {
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& [key, calls] : sent_) {
      nlohmann::json row = key;
      row.push_back(calls);
      rows.push_back(std::move(row));
    }
    return {{"dimensions",
             {"callee", "method", "callee_host", "callee_site", "caller", "caller_host",
              "caller_site", "result"}},
            {"rows", std::move(rows)},
            {"calls", calls_},
            {"pushes", pushes_},
            {"repeated", repeated_},
            {"tried_again", tried_again_},
            {"slowest_push_ms", slowest_ / milliseconds(1)},
            {"behind_ms", behind_ / milliseconds(1)}};
  }

 private:
  uint64_t Pick(uint64_t below) { return random_.Next() % below; }

  void RunSource(uint64_t number) {
    const std::string host = fmt::format("10.2.0.{}", number);
    // Sources do not tell all at once.
    const Time first = clock_.Now() + milliseconds(1000 * number / options_.sources);
    for (uint64_t i = 0; i < options_.seconds; ++i) {
      const Time due = first + std::chrono::seconds(i);
      if (!fiber::SleepUntil(due).ok()) return;
      behind_ = std::max(behind_, clock_.Now() - due);
      auto push = std::make_shared<PushRequest>(PushOf(host, number, i + 1));
      ++open_;
      if (!fiber::Loop::Current()->Spawn([this, push] { Deliver(*push); }).ok()) return;
    }
  }

  PushRequest PushOf(const std::string& host, uint64_t number, uint64_t sequence) {
    PushRequest push;
    push.set_source(fmt::format("{}:{}", host, 100 + number));
    push.set_epoch(1);
    push.set_sequence(sequence);
    push.set_site(kSite);
    const int64_t second = fiber::UnixSecond(clock_) - 1;
    for (uint64_t service = 0; service < options_.services; ++service) {
      for (uint64_t method = 0; method < kMethods; ++method) {
        AddCard(host, service, method, second, push);
      }
    }
    for (const Card& card : push.cards()) {
      for (const uint32_t count : card.count()) totals_[number] += count;
    }
    push.set_calls_total(totals_[number]);
    return push;
  }

  void AddCard(const std::string& host, uint64_t service, uint64_t method, int64_t second,
               PushRequest& push) {
    const std::string callee = fmt::format("music/service{}", service);
    const std::string site = Pick(2) == 0 ? "bj" : "sh";
    const bool failed = Pick(20) == 0;
    Card& card = *push.add_cards();
    card.set_second(second);
    auto& dimensions = *card.mutable_dimensions();
    dimensions.set_caller(fmt::format("web/gateway{}", Pick(2)));
    dimensions.set_callee(callee);
    dimensions.set_method(fmt::format("Method{}", method));
    dimensions.set_instance(fmt::format("/{}/d/{}/default/{}", site, callee, Pick(kInstances)));
    dimensions.set_code(failed ? static_cast<int32_t>(StatusCode::kUnavailable) : 0);
    const uint64_t calls = options_.calls / (options_.sources * options_.services * kMethods);
    const uint64_t buckets =
        std::clamp<uint64_t>(options_.buckets, 1, std::max<uint64_t>(calls, 1));
    for (uint64_t left = std::max<uint64_t>(calls, 1), i = buckets; i > 0; --i) {
      const uint64_t count = left / i;
      card.add_latency_us_delta(static_cast<uint32_t>(1 + Pick(60)));
      card.add_count(static_cast<uint32_t>(count));
      left -= count;
    }
    const uint64_t counted = std::max<uint64_t>(calls, 1);
    sent_[{callee, dimensions.method(), dimensions.instance(), site, dimensions.caller(), host,
           kSite, failed ? "UNAVAILABLE" : "OK"}] += counted;
    calls_ += counted;
  }

  void Deliver(const PushRequest& push) {
    if (Pick(kHeldOneIn) == 0) (void)fiber::SleepFor(milliseconds(Pick(kWaitMsMax)));
    Bring(push);
    ++pushes_;
    if (Pick(kRepeatedOneIn) == 0) {
      ++repeated_;
      (void)fiber::SleepFor(milliseconds(Pick(kWaitMsMax)));
      Bring(push);
    }
    --open_;
  }

  void Bring(const PushRequest& push) {
    const Time begun = clock_.Now();
    while (!stub_->Push(push, {.timeout = kTryMax, .attempts = 1}).ok()) {
      ++tried_again_;
      if (!fiber::SleepFor(kRetry).ok()) return;
    }
    slowest_ = std::max(slowest_, clock_.Now() - begun);
  }

  const Options options_;
  fiber::Clock& clock_ = fiber::RealEnvironment().clock;
  rpc::FixedEndpoints endpoints_;
  metrics::v1::MetricsStub* stub_ = nullptr;
  SplitMix64 random_{1};
  std::map<uint64_t, uint64_t> totals_;  // by source
  std::map<std::vector<std::string>, uint64_t> sent_;
  uint64_t open_ = 0;
  uint64_t calls_ = 0;
  uint64_t pushes_ = 0;
  uint64_t repeated_ = 0;
  uint64_t tried_again_ = 0;
  Duration slowest_{0};
  Duration behind_{0};  // of a source, in making a push
};

nlohmann::json Probes(uint32_t partitions) {
  nlohmann::json names = nlohmann::json::array();
  std::set<uint32_t> reached;
  for (int i = 0; reached.size() < partitions; ++i) {
    std::string name = fmt::format("probe/p{}", i);
    if (reached.insert(metrics::PartitionOf(name, "", 1, partitions)).second) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

int Main(const Options& options) {
  if (options.probes > 0) {
    fmt::print("{}\n", Probes(options.probes).dump());
    return 0;
  }
  auto server = Address::Parse(options.server);
  if (!server.ok()) {
    fmt::print(stderr, "--server: {}\n", server.status().message());
    return 2;
  }
  fiber::LoopGroup loops(1);
  Load load(options, *std::move(server));
  bool delivered = false;
  const Status ran = fiber::RunOn(loops.loop(0), [&] { delivered = load.Run(); });
  if (!ran.ok() || !delivered) return kExitWithoutEnd;
  fmt::print("{}\n", load.Report().dump());
  return 0;
}

}  // namespace
}  // namespace bellrock::bench

int main(int argc, char** argv) {
  bellrock::bench::Options options;
  CLI::App app("Sources of counted calls with what goes wrong between a source and a server");
  app.add_option("--server", options.server, "ip:port of a server");
  app.add_option("--calls", options.calls, "Calls a second of all sources");
  app.add_option("--seconds", options.seconds, "How long");
  app.add_option("--sources", options.sources, "Each pushes once a second")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--services", options.services, "That each source calls")
      ->check(CLI::Range(1, 1000));
  app.add_option("--buckets", options.buckets, "Latencies told apart of a card, at most");
  app.add_option("--probes", options.probes,
                 "Print a service's name for each of so many partitions");
  CLI11_PARSE(app, argc, argv);
  return bellrock::bench::Main(options);
}
