// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Cost of a pick with its report, from a table in shared memory whose publisher is alive.
//   routing_bench [--json]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "routing/client/router_set.h"
#include "shm/route_image.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

constexpr int kCalls = 1'000'000;
constexpr int kRounds = 7;
constexpr Duration kLatency = std::chrono::microseconds(100);
constexpr int kServices = 200;  // in the set, for the search by name

struct NoAgent final : AgentLink {
  Status Subscribe(const std::string&, const std::string&) override { return Status::Ok(); }
};

std::vector<std::byte> Table(const std::string& service, uint32_t instances) {
  shm::RouteImage image;
  image.service = service;
  image.roster_generation = 1;
  for (uint32_t k = 0; k < instances; ++k) {
    shm::RouteSlot& slot = image.slots.emplace_back();
    slot.slot = k;
    slot.generation = k + 1;
    slot.static_weight = 100;
    slot.availability = 1;
    slot.phase = 1;
    slot.address = "10.0." + std::to_string(k / 250) + "." + std::to_string(k % 250 + 1) + ":7000";
    slot.path = "sz/default/bench/callee/default/" + std::to_string(k);
  }
  for (uint32_t k = 0; k < 8192; ++k) image.sequence.push_back(k * 7 % instances);
  return shm::EncodeRouteImage(image);
}

// Best of some rounds, nanoseconds per call.
double Measure(const std::function<void()>& calls) {
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    calls();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / kCalls);
  }
  return best;
}

struct Row {
  std::string name;
  double ns;
  std::string conditions;
};

int Run(bool json) {
  const fiber::Environment environment = fiber::RealEnvironment();
  const std::string run = "/tmp/bellrock_routing_bench." + std::to_string(::getpid());
  if (!shm::MakeDirectory(shm::TableDirectory(run)).ok()) return 1;
  NoAgent agent;
  RouterSetOptions options;
  options.run_directory = run;
  RouterSet set(environment, options, &agent);
  std::vector<Row> rows;
  for (uint32_t instances : {10u, 1000u}) {
    const std::string service = "bench/n" + std::to_string(instances);
    auto publisher = shm::TablePublisher::Create(shm::TablePath(run, service), size_t{1} << 20,
                                                 environment.clock.Now());
    if (!publisher.ok() || !publisher->Publish(Table(service, instances)).ok()) return 1;
    Router* router = *set.Open(service);
    for (int k = 0; k < kServices; ++k) (void)set.Open("bench/other" + std::to_string(k));
    if (!router->WaitReady(environment.clock.Now() + std::chrono::seconds(5)).ok()) return 1;
    const std::string size = ".n" + std::to_string(instances);
    const std::string conditions = "1 thread, " + std::to_string(instances) +
                                   " instances, agent's table in shared memory, "
                                   "best of 7 rounds of 1 M";
    const auto by_handle = [&] {
      for (int call = 0; call < kCalls; ++call) {
        const Choice choice = router->Choose();
        router->Report(choice.slot, choice.generation, StatusCode::kOk, kLatency);
      }
    };
    const auto by_name = [&] {
      for (int call = 0; call < kCalls; ++call) {
        Router* found = set.Find(service);
        const Choice choice = found->Choose();
        found->Report(choice.slot, choice.generation, StatusCode::kOk, kLatency);
      }
    };
    const auto with_copies = [&] {
      for (int call = 0; call < kCalls; ++call) {
        const auto endpoint = router->Pick({});
        router->Report(*endpoint, StatusCode::kOk, kLatency);
      }
    };
    rows.push_back({"routing.pick_report_ns" + size, Measure(by_handle), conditions});
    rows.push_back({"routing.pick_report_by_name_ns" + size, Measure(by_name),
                    conditions + ", found by name among 200 services"});
    rows.push_back({"routing.pick_report_endpoint_ns" + size, Measure(with_copies),
                    conditions + ", address and name copied out as the RPC client does"});
    if (!router->follows_agent()) return 1;
  }
  if (json) std::printf("[");
  for (size_t k = 0; k < rows.size(); ++k) {
    if (json) {
      std::printf(
          "%s\n  {\"name\": \"%s\", \"value\": %.1f, \"unit\": \"ns\", \"conditions\": \"%s\"}",
          k == 0 ? "" : ",", rows[k].name.c_str(), rows[k].ns, rows[k].conditions.c_str());
    } else {
      std::printf("%-40s %6.1f ns  %s\n", rows[k].name.c_str(), rows[k].ns,
                  rows[k].conditions.c_str());
    }
  }
  if (json) std::printf("\n]\n");
  for (const std::string& name : shm::ListDirectory(shm::TableDirectory(run))) {
    (void)shm::RemoveFile(shm::TableDirectory(run) + "/" + name);
  }
  return 0;
}

}  // namespace
}  // namespace bellrock::routing::client

int main(int argc, char** argv) {
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  int code = 1;
  bellrock::fiber::Loop loop;
  loop.Post([&] {
    code = bellrock::routing::client::Run(json);
    loop.Stop();
  });
  loop.Run();
  return code;
}
