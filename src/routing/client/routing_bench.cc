// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Cost of a pick with its report, from a table in shared memory whose publisher is alive; of
// publishing one; and what a routed instance takes in memory.
//   routing_bench [--json] [--quick]
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fiber/environment.h"
#include "fiber/loop.h"
#include "routing/client/router_set.h"
#include "routing/plan.h"
#include "shm/cursor_file.h"
#include "shm/route_image.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

constexpr Duration kLatency = std::chrono::microseconds(100);
constexpr int kServices = 200;  // in the set, for the search by name
constexpr size_t kKeys = 1024;

struct NoAgent final : AgentLink {
  Status Subscribe(const std::string&, const std::string&) override { return Status::Ok(); }
};

struct Row {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

std::vector<InstanceSpec> Instances(uint32_t count) {
  std::vector<InstanceSpec> instances;
  for (uint32_t k = 0; k < count; ++k) {
    InstanceSpec& spec = instances.emplace_back();
    spec.path = "sz/default/bench/callee/default/" + std::to_string(k);
    spec.address = "10.0." + std::to_string(k / 250) + "." + std::to_string(k % 250 + 1) + ":7000";
    spec.site = "sz";
    spec.cluster = "default";
    spec.labels["units"] =
        std::to_string(k * 1000 / count) + "-" + std::to_string((k + 1) * 1000 / count);
  }
  return instances;
}

shm::RouteImage ImageOf(const std::string& service, const RouteTable& table,
                        const v1::StoredSettings& settings) {
  shm::RouteImage image;
  image.service = service;
  image.roster_generation = table.roster_generation;
  image.sequence = table.sequence;
  image.plan = PlanOf(table, {}, settings, PackTraits(table)).SerializeAsString();
  for (uint32_t k = 0; k < table.entries.size(); ++k) {
    shm::RouteSlot& slot = image.slots.emplace_back();
    slot.slot = k;
    slot.generation = table.entries[k].generation;
    slot.static_weight = 100;
    slot.availability = 1;
    slot.phase = 1;
    slot.address = table.entries[k].spec->address;
    slot.path = table.entries[k].spec->path;
    slot.site = table.entries[k].spec->site;
  }
  return image;
}

// A folder of shared memory with tables as the agent publishes them.
class Host {
 public:
  Host() {
    (void)shm::MakeDirectory(shm::TableDirectory(run_));
    for (int k = 0; k < kServices; ++k) (void)set_.Open("bench/other" + std::to_string(k));
  }
  ~Host() { std::filesystem::remove_all(run_); }

  Router* Publish(const std::string& policy, uint32_t instances) {
    const std::string service = "bench/" + policy + std::to_string(instances);
    const Time now = environment_.clock.Now();
    v1::StoredSettings settings;
    settings.mutable_settings()->set_policy(policy);
    RouteEngine engine(EngineOptions{}, 7);
    engine.SetSettings(settings);
    (void)engine.SetInstances(Instances(instances), now);
    const auto table = engine.Tick(now).table;
    (void)shm::CursorFile::OpenOrCreate(shm::CursorPath(run_, service));
    auto publisher =
        shm::TablePublisher::Create(shm::TablePath(run_, service), size_t{8} << 20, now);
    const auto body = shm::EncodeRouteImage(ImageOf(service, *table, settings));
    if (!publisher.ok() || !publisher->Publish(body).ok()) std::abort();
    Router* router = *set_.Open(service);
    // The bench itself is the loop: nothing moves while it measures.
    (void)router->Tick(now);
    if (!router->follows_agent()) std::abort();
    return router;
  }
  RouterSet& set() { return set_; }
  const std::string& run() const { return run_; }

 private:
  fiber::Environment environment_ = fiber::RealEnvironment();
  const std::string run_ = "/tmp/bellrock_routing_bench." + std::to_string(::getpid());
  NoAgent agent_;
  RouterSetOptions Options() const {
    RouterSetOptions options;
    options.run_directory = run_;
    options.agent_dead_after = std::chrono::minutes(10);
    return options;
  }
  RouterSet set_{environment_, Options(), &agent_};
};

class Bench {
 public:
  explicit Bench(bool quick) : calls_(quick ? 200'000 : 1'000'000), rounds_(quick ? 3 : 7) {
    for (size_t k = 0; k < kKeys; ++k) keys_[k] = std::to_string(k * 7919);
  }

  std::vector<Row> Run() {
    for (const uint32_t instances : {10u, 1000u, 10000u}) Plain(instances);
    for (const char* policy : {"weighted_round_robin", "p2c", "least_request", "ring", "maglev",
                               "bounded_ring", "jump", "unit"}) {
      Policy(policy);
    }
    Threads();
    Processes();
    PublishTime();
    Memory();
    return std::move(rows_);
  }

 private:
  // Best of some rounds, nanoseconds per call of one thread.
  double Measure(const std::function<void()>& calls) const {
    double best = 1e18;
    for (int round = 0; round < rounds_; ++round) {
      const auto begin = std::chrono::steady_clock::now();
      calls();
      const std::chrono::duration<double, std::nano> took =
          std::chrono::steady_clock::now() - begin;
      best = std::min(best, took.count() / calls_);
    }
    return best;
  }
  void Add(const std::string& name, double value, const std::string& unit, std::string conditions) {
    rows_.push_back({"routing." + name, value, unit, std::move(conditions)});
  }
  std::string Conditions(uint32_t instances, std::string_view more = "") const {
    return "1 thread, " + std::to_string(instances) +
           " instances, agent's table in shared memory, best of " + std::to_string(rounds_) +
           " rounds of " + std::to_string(calls_) + std::string(more);
  }
  void PickAndReport(Router& router) const {
    for (int call = 0; call < calls_; ++call) {
      const Choice choice = router.Choose();
      router.Report(choice.slot, choice.generation, StatusCode::kOk, kLatency);
    }
  }

  void Plain(uint32_t instances) {
    Router& router = *host_.Publish("l5", instances);
    const std::string size = ".n" + std::to_string(instances);
    uint64_t sum = 0;
    Add("pick_ns" + size, Measure([&] {
          for (int call = 0; call < calls_; ++call) sum += router.Choose().slot;
        }),
        "ns", Conditions(instances));
    if (sum == 1) std::puts("");  // the picks are used
    Add("pick_report_ns" + size, Measure([&] { PickAndReport(router); }), "ns",
        Conditions(instances));
    Add("pick_report_by_name_ns" + size, Measure([&] {
          for (int call = 0; call < calls_; ++call) {
            Router* found = host_.set().Find(router.service());
            const Choice choice = found->Choose();
            found->Report(choice.slot, choice.generation, StatusCode::kOk, kLatency);
          }
        }),
        "ns", Conditions(instances, ", found by name among 200 services"));
    Add("pick_report_endpoint_ns" + size, Measure([&] {
          for (int call = 0; call < calls_; ++call) {
            const auto endpoint =
                router.PickFor({.service = "music.v1.Storage", .method = "GetMp3List"});
            router.Report(*endpoint, StatusCode::kOk, kLatency);
          }
        }),
        "ns",
        Conditions(instances, ", by method, address and name copied out as the RPC client does"));
  }

  void Policy(const std::string& policy) {
    Router& router = *host_.Publish(policy, 1000);
    Add("pick_report_ns." + policy, Measure([&] {
          for (int call = 0; call < calls_; ++call) {
            const auto endpoint = router.PickFor({.key = keys_[static_cast<size_t>(call) % kKeys]});
            if (endpoint.ok()) router.Report(*endpoint, StatusCode::kOk, kLatency);
          }
        }),
        "ns", Conditions(1000, ", with a key, address and name copied out"));
  }

  void Threads() {
    Router& router = *host_.Publish("l5", 1000);
    std::array<double, 2> took{};
    std::array<std::thread, 2> threads;
    std::atomic<int> ready{0};
    for (size_t k = 0; k < threads.size(); ++k) {
      threads[k] = std::thread([&, k] {
        ++ready;
        while (ready < 2) {
        }
        took[k] = Measure([&] { PickAndReport(router); });
      });
    }
    for (std::thread& thread : threads) thread.join();
    Add("pick_report_ns.threads2", std::max(took[0], took[1]), "ns",
        "2 threads at once, the slower one, 1000 instances");
  }

  // CPU time of this process per call: with more processes than cores a clock on the wall would
  // count the others' turns.
  double CpuOfCalls(Router& router) const {
    timespec begin{};
    timespec end{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    PickAndReport(router);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    return (static_cast<double>(end.tv_sec - begin.tv_sec) * 1e9 +
            static_cast<double>(end.tv_nsec - begin.tv_nsec)) /
           calls_;
  }

  void Processes() {
    Router& router = *host_.Publish("l5", 1000);
    constexpr int kProcesses = 8;
    std::array<int, 2> results{};
    if (pipe(results.data()) != 0) return;
    for (int k = 0; k < kProcesses; ++k) {
      if (fork() != 0) continue;
      // The cursors are shared memory and stay common; the counters are this child's copy.
      Router own(router.service(), OwnOptions());
      (void)own.Tick(fiber::RealEnvironment().clock.Now());
      const double ns = own.follows_agent() ? CpuOfCalls(own) : 0;
      (void)!write(results[1], &ns, sizeof ns);
      _exit(0);
    }
    double worst = 0;
    for (int k = 0; k < kProcesses; ++k) {
      double ns = 0;
      if (read(results[0], &ns, sizeof ns) == sizeof ns) worst = std::max(worst, ns);
    }
    while (wait(nullptr) > 0) {
    }
    Add("pick_report_ns.processes8", worst, "ns",
        "8 processes at once on the same table, the slowest, CPU time, 1000 instances");
  }
  RouterOptions OwnOptions() const {
    RouterOptions options;
    options.run_directory = host_.run();
    options.agent_dead_after = std::chrono::minutes(10);
    return options;
  }

  void PublishTime() {
    const std::string path = shm::TablePath(host_.run(), "bench/publish");
    const Time start = fiber::RealEnvironment().clock.Now();
    auto publisher = shm::TablePublisher::Create(path, size_t{8} << 20, start);
    RouteEngine engine(EngineOptions{}, 7);
    (void)engine.SetInstances(Instances(10000), Time{std::chrono::seconds(1)});
    (void)engine.Tick(Time{std::chrono::seconds(1)});
    const std::string traits = PackTraits(*engine.table());
    double best = 1e18;
    for (int round = 1; round <= rounds_; ++round) {
      // Results for all of them, so that every weight and the whole sequence are others.
      const Time now = Time{std::chrono::seconds(1 + round)};
      for (uint32_t slot = 0; slot < 10000; ++slot) {
        const uint64_t us = 1000 + (slot * 37 + static_cast<uint32_t>(round) * 91) % 5000;
        engine.AddResults(slot, engine.generation_of(slot), {.ok = 20, .latency_us = us * 20}, now);
      }
      const auto begin = std::chrono::steady_clock::now();
      const auto table = engine.Tick(now).table;
      if (!table) continue;
      shm::RouteImage image = ImageOf("bench/publish", *table, {});
      image.plan = PlanOf(*table, {}, {}, traits).SerializeAsString();
      if (!publisher->Publish(shm::EncodeRouteImage(image)).ok()) std::abort();
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - begin;
      best = std::min(best, took.count());
    }
    Add("publish_ms.n10000", best, "ms",
        "weights of all changed: decision, sequence, table into shared memory");
  }

  void Memory() {
    constexpr uint32_t kInstances = 10000;
    Router& router = *host_.Publish("l5", kInstances);
    RouteEngine engine(EngineOptions{}, 7);
    (void)engine.SetInstances(Instances(kInstances), Time{});
    const auto table = engine.Tick(Time{}).table;
    const auto body = shm::EncodeRouteImage(ImageOf("bench/x", *table, {}));
    const double both = 2.0 * static_cast<double>(body.size());
    Add("memory_per_instance_bytes", both / kInstances, "B",
        "table in shared memory, both buffers, once per host; 10000 instances with a label");
    const double counters = static_cast<double>(std::filesystem::file_size(router.counters_path()));
    Add("counters_per_instance_bytes", counters / kInstances, "B",
        "counters in shared memory, once per process; 10000 instances");
  }

  const int calls_;
  const int rounds_;
  std::array<std::string, kKeys> keys_;
  Host host_;
  std::vector<Row> rows_;
};

void Print(const std::vector<Row>& rows, bool json) {
  if (json) std::printf("[");
  for (size_t k = 0; k < rows.size(); ++k) {
    const Row& row = rows[k];
    if (json) {
      std::printf(
          "%s\n  {\"name\": \"%s\", \"value\": %.2f, \"unit\": \"%s\", \"conditions\": \"%s\"}",
          k == 0 ? "" : ",", row.name.c_str(), row.value, row.unit.c_str(), row.conditions.c_str());
    } else {
      std::printf("%-44s %8.1f %-3s %s\n", row.name.c_str(), row.value, row.unit.c_str(),
                  row.conditions.c_str());
    }
  }
  if (json) std::printf("\n]\n");
}

}  // namespace
}  // namespace bellrock::routing::client

int main(int argc, char** argv) {
  bool json = false;
  bool quick = false;
  for (int k = 1; k < argc; ++k) {
    json = json || std::string_view(argv[k]) == "--json";
    quick = quick || std::string_view(argv[k]) == "--quick";
  }
  // A RouterSet belongs to a loop; this one takes no other turn while the bench runs.
  bellrock::fiber::Loop loop;
  loop.Post([&] {
    bellrock::routing::client::Print(bellrock::routing::client::Bench(quick).Run(), json);
    loop.Stop();
  });
  loop.Run();
  return 0;
}
