// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's figures without processes and sockets, to see what those cost (bench/naming has
// them), hand timed: `--json` prints the list that `./run bench` stores; `--instances N` (default
// 1,000,000) sizes the registry for memory and heartbeats; `--push` times pushes only.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "naming/registry.h"
#include "naming/server/bench_figure.h"
#include "naming/server/naming_service.h"
#include "naming/server/push_bench.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {
namespace {

void InLoop(const std::function<void()>& body) {
  fiber::Loop loop;
  loop.Post([&] {
    body();
    fiber::Loop::Current()->Stop();
  });
  loop.Run();
}

void RemoveFiles(const std::string& directory) {
  fiber::Disk& disk = fiber::RealEnvironment().disk;
  const auto names = disk.List(directory);
  if (!names.ok()) return;
  for (const std::string& name : *names) (void)disk.Remove(directory + "/" + name);
}

// Concurrent registrations of new instances through the server place.
Figure Register(const std::string& name, const std::string& data_dir) {
  constexpr int kCount = 200'000;
  constexpr int kFibers = 4'000;
  double seconds = 0;
  InLoop([&] {
    if (!data_dir.empty()) RemoveFiles(data_dir);
    NamingServerOptions options;
    options.data_dir = data_dir;
    auto host = RegistryHost::Start(fiber::RealEnvironment(), options);
    Check(host.status());
    std::vector<Spec> specs;
    for (int64_t n = 0; n < kCount; ++n) specs.push_back(BenchSpec(n));
    const Time start = Now();
    size_t next = 0;
    std::vector<fiber::JoinHandle> fibers;
    for (int f = 0; f < kFibers; ++f) {
      fibers.push_back(fiber::Start([&] {
        while (next < specs.size()) {
          Check((*host)->Register(std::move(specs[next++]), 0).status());
        }
      }));
    }
    for (auto& one : fibers) one.Join();
    seconds = SecondsSince(start);
    (*host)->Stop();
    if (!data_dir.empty()) RemoveFiles(data_dir);
  });
  return {
      name, kCount / seconds, "1/s",
      fmt::format("{} new instances, {} fibers, one loop, {}", kCount, kFibers,
                  data_dir.empty() ? "in memory"
                                   : "each journaled and synced before it is done, " + data_dir)};
}

Figure BytesPerInstance(int64_t instances) {
  const auto used = [] {
    size_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(getpagesize());
  };
  const double before = used();
  Registry registry({1, 1});
  const Moment at{Time(), 1'800'000'000'000};
  registry.Lead([](const Instance&) { return true; }, at.now);
  for (int64_t n = 0; n < instances; ++n) {
    Check(registry.Register(BenchSpec(n), 0, at).status());
    (void)registry.Heartbeat(BenchPath(n), 0, 0, at);
    registry.replica().TakeChanges([](auto&&) {});
  }
  const double bytes = (used() - before) / static_cast<double>(instances);
  return {"naming.in_process.bytes_per_instance", bytes, "B",
          fmt::format("{} working instances, 10 a service, 2 labels, with all indexes, leases and "
                      "{} kept events",
                      instances, RegistryOptions().events_kept)};
}

Figure Heartbeats(int64_t instances) {
  constexpr int kBatch = 1'000;
  double seconds = 0;
  InLoop([&] {
    auto host = RegistryHost::Start(fiber::RealEnvironment(), {});
    Check(host.status());
    std::vector<int64_t> order(static_cast<size_t>(instances));
    for (int64_t n = 0; n < instances; ++n) {
      order[static_cast<size_t>(n)] = n;
      Check((*host)->Register(BenchSpec(n), 0).status());
    }
    std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
    std::vector<v1::HeartbeatRequest> batches(1);
    for (int64_t n : order) {
      if (batches.back().paths_size() == kBatch) batches.emplace_back();
      batches.back().add_paths(BenchPath(n));
    }
    NamingService service(*host);
    TestContext context;
    const auto beat_all = [&] {
      for (const auto& batch : batches) {
        const auto reply = service.Heartbeat(context, batch);
        Check(reply.status());
        BELLROCK_CHECK(reply->unknown_size() == 0, "a registered instance is known");
      }
    };
    beat_all();  // initial -> working
    const Time start = Now();
    beat_all();
    seconds = SecondsSince(start);
    (*host)->Stop();
  });
  return {"naming.in_process.heartbeats_per_s", static_cast<double>(instances) / seconds, "1/s",
          fmt::format("{} instances in random order, batches of {}, one loop, no network",
                      instances, kBatch)};
}

std::vector<Figure> RunAll(int64_t instances, bool push_only) {
  if (push_only) return PushFigures();
  std::vector<Figure> figures;
  figures.push_back(BytesPerInstance(instances));
  figures.push_back(Heartbeats(instances));
  const std::string directory =
      fmt::format("/tmp/bellrock-naming-bench-{:x}", fiber::RealEnvironment().random.Next());
  figures.push_back(Register("naming.in_process.register_per_s", directory));
  figures.push_back(Register("naming.in_process.register_per_s.memory", ""));
  for (Figure& figure : PushFigures()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace
}  // namespace bellrock::naming::server

int main(int argc, char** argv) {
  bool json = false;
  bool push_only = false;
  int64_t instances = 1'000'000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      json = true;
    } else if (argument == "--push") {
      push_only = true;
    } else if (argument == "--instances" && i + 1 < argc) {
      const std::string_view text = argv[++i];
      (void)std::from_chars(text.data(), text.data() + text.size(), instances);
    }
  }
  if (instances < 1000) {
    std::fprintf(stderr, "--instances: use a number of at least 1000\n");
    return 2;
  }
  (void)bellrock::log::SetLevel("warning");
  const auto figures = bellrock::naming::server::RunAll(instances, push_only);
  if (json) std::printf("[");
  for (size_t i = 0; i < figures.size(); ++i) {
    const auto& f = figures[i];
    const char* form =
        json ? "{}{{\"name\":\"{}\",\"value\":{:.2f},\"unit\":\"{}\",\"conditions\":\"{}\"}}"
             : "{}{}: {:.2f} {} ({})\n";
    fmt::print(fmt::runtime(form), json && i > 0 ? ",\n" : "", f.name, f.value, f.unit,
               f.conditions);
  }
  if (json) std::printf("]\n");
  return 0;
}
