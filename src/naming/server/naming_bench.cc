// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's figures, hand timed: `--json` prints the list that `./run bench` stores;
// `--instances N` (default 1,000,000) sizes the registry for memory and heartbeats.
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
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "naming/registry.h"
#include "naming/server/naming_service.h"
#include "naming/server/registry_host.h"
#include "rpc/client.h"
#include "rpc/server.h"

namespace bellrock::naming::server {
namespace {

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string conditions;
};

void Check(const Status& status) {
  if (!status.ok()) log::Error("bench", "{}", status.ToString());
  BELLROCK_CHECK(status.ok(), "a bench step failed");
}

double SecondsSince(Time start) {
  return std::chrono::duration<double>(fiber::RealEnvironment().clock.Now() - start).count();
}

Time Now() {
  return fiber::RealEnvironment().clock.Now();
}

void InLoop(const std::function<void()>& body) {
  fiber::Loop loop;
  loop.Post([&] {
    body();
    fiber::Loop::Current()->Stop();
  });
  loop.Run();
}

// Ten instances a service, two sites, what a real one would say of itself.
std::string BenchPath(int64_t n) {
  return fmt::format("/{}/im/line{}/service{}/default/10.{}.{}.{}:8080", n % 2 ? "sz" : "sh",
                     n / 10 % 100, n / 10, n >> 16 & 255, n >> 8 & 255, n & 255);
}

Spec BenchSpec(int64_t n) {
  Spec spec;
  spec.path = BenchPath(n);
  spec.address = fmt::format("10.{}.{}.{}:8080", n >> 16 & 255, n >> 8 & 255, n & 255);
  auto traits = std::make_shared<Traits>();
  traits->version = "1.4.2";
  traits->labels = {{"zone", std::to_string(n % 3)}, {"lane", "main"}};
  spec.traits = std::move(traits);
  return spec;
}

class BenchContext final : public ServerContext {
 public:
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return ""; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
};

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
  registry.Lead([](uint64_t) { return true; }, at.now);
  for (int64_t n = 0; n < instances; ++n) {
    Check(registry.Register(BenchSpec(n), 0, at).status());
    (void)registry.Heartbeat(BenchPath(n), 0, 0, at);
    (void)registry.replica().TakeChanges();
  }
  const double bytes = (used() - before) / static_cast<double>(instances);
  return {"naming.bytes_per_instance", bytes, "B",
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
    BenchContext context;
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
  return {"naming.heartbeats_per_s", static_cast<double>(instances) / seconds, "1/s",
          fmt::format("{} instances in random order, batches of {}, one loop, no network",
                      instances, kBatch)};
}

// Watchers over real connections on a loop of their own.
class Audience {
 public:
  static constexpr int kConnections = 10;

  Audience(const Address& address, int watchers) : endpoints_({address}) {
    for (int c = 0; c < kConnections; ++c) {
      clients_.push_back(
          std::make_unique<rpc::Client>(fiber::RealEnvironment(), endpoints_, nullptr,
                                        rpc::ClientOptions{.caller = "bench/watch"}));
    }
    for (int w = 0; w < watchers; ++w) {
      fibers_.push_back(fiber::Start([this, w] { Watch(*clients_[w % kConnections]); }));
    }
  }

  void AwaitTold(size_t count) {
    while (told_.size() < count) Check(came_.Wait(Now() + std::chrono::seconds(10)));
  }
  std::vector<Time>& told() { return told_; }

 private:
  void Watch(rpc::Client& client) {
    v1::NamingStub stub(client);
    v1::WatchRequest request;
    request.set_target("bench/pushed");
    CallOptions options;
    options.timeout = std::chrono::hours(1);
    auto reader = stub.Watch(request, options);
    Check(reader.status());
    v1::WatchReply reply;
    while (true) {
      const Result<bool> more = reader->Read(reply);
      if (!more.ok() || !*more) return;
      told_.push_back(Now());
      came_.WakeAll();
    }
  }

  rpc::FixedEndpoints endpoints_;
  std::vector<std::unique_ptr<rpc::Client>> clients_;
  std::vector<Time> told_;
  fiber::WaitQueue came_;
  std::vector<fiber::JoinHandle> fibers_;
};

Figure Push(int watchers, int changes) {
  std::vector<double> ms;
  fiber::LoopGroup loops(2);
  Check(fiber::RunOn(loops.loop(0), [&] {
    auto host = RegistryHost::Start(fiber::RealEnvironment(), {});
    Check(host.status());
    NamingService service(*host);
    auto server =
        std::make_unique<rpc::Server>(fiber::RealEnvironment(), rpc::ServerOptions{}, nullptr);
    Check(server->Add(service, &loops.loop(0)));
    Check(server->Listen(Address::Tcp("127.0.0.1", 0)));
    const Address address = server->address();
    Check(fiber::RunOn(loops.loop(1), [&] {
      Audience audience(address, watchers);
      audience.AwaitTold(static_cast<size_t>(watchers));
      for (int i = 0; i < changes; ++i) {
        audience.told().clear();
        const Time start = Now();
        loops.loop(0).Post([&] {
          Spec spec = BenchSpec(0);
          spec.path = "/sz/im/bench/pushed/default/1";
          Check((*host)->Register(std::move(spec), 0).status());
        });
        audience.AwaitTold(static_cast<size_t>(watchers));
        for (Time told : audience.told()) {
          ms.push_back(std::chrono::duration<double, std::milli>(told - start).count());
        }
        Check(fiber::SleepFor(std::chrono::milliseconds(5)));
      }
    }));
    (*host)->Stop();
    service.WakeWatches();
    server->Shutdown(Now() + std::chrono::seconds(1));
  }));
  std::sort(ms.begin(), ms.end());
  return {fmt::format("naming.push_p999_ms.w{}", watchers), ms[ms.size() * 999 / 1000], "ms",
          fmt::format(
              "{} watchers on {} native connections over loopback, {} changes one at a time, "
              "from the change to the watcher's read; server and watchers a loop each, p50 {:.2f}",
              watchers, Audience::kConnections, changes, ms[ms.size() / 2])};
}

std::vector<Figure> RunAll(int64_t instances) {
  std::vector<Figure> figures;
  figures.push_back(BytesPerInstance(instances));
  figures.push_back(Heartbeats(instances));
  const std::string directory =
      fmt::format("/tmp/bellrock-naming-bench-{:x}", fiber::RealEnvironment().random.Next());
  figures.push_back(Register("naming.register_per_s", directory));
  figures.push_back(Register("naming.register_per_s.memory", ""));
  figures.push_back(Push(1'000, 200));
  figures.push_back(Push(10'000, 20));
  return figures;
}

}  // namespace
}  // namespace bellrock::naming::server

int main(int argc, char** argv) {
  bool json = false;
  int64_t instances = 1'000'000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      json = true;
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
  const auto figures = bellrock::naming::server::RunAll(instances);
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
