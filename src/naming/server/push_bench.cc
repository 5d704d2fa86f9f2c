// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/push_bench.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "naming/server/naming_service.h"
#include "naming/server/registry_host.h"
#include "rpc/client.h"
#include "rpc/server.h"

namespace bellrock::naming::server {
namespace {

constexpr size_t kFrameHeaderBytes = 16;

// Of this thread, user and system.
double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Watchers over real connections on a loop of their own, dealt out over the targets.
class Audience {
 public:
  static constexpr int kConnections = 10;

  Audience(const Address& address, int watchers, const std::vector<std::string>& targets)
      : endpoints_({address}) {
    for (int c = 0; c < kConnections; ++c) {
      clients_.push_back(
          std::make_unique<rpc::Client>(fiber::RealEnvironment(), endpoints_, nullptr,
                                        rpc::ClientOptions{.caller = "bench/watch"}));
    }
    for (int w = 0; w < watchers; ++w) {
      const std::string& target = targets[static_cast<size_t>(w) % targets.size()];
      fibers_.push_back(
          fiber::Start([this, w, target] { Watch(*clients_[w % kConnections], target); }));
    }
  }

  // Until all have had a first reply, or so many events in all.
  void AwaitBegun(size_t watchers) { Await(begun_, watchers); }
  void AwaitEvents(size_t events) { Await(events_, events); }
  void Forget() {
    told_.clear();
    events_ = bytes_ = 0;
  }
  const std::vector<Time>& told() const { return told_; }
  size_t bytes() const { return bytes_; }

 private:
  void Await(const size_t& count, size_t wanted) {
    while (count < wanted) Check(came_.Wait(Now() + std::chrono::seconds(20)));
  }

  void Watch(rpc::Client& client, const std::string& target) {
    v1::NamingStub stub(client);
    v1::WatchRequest request;
    request.set_target(target);
    CallOptions options;
    options.timeout = std::chrono::hours(1);
    auto reader = stub.Watch(request, options);
    Check(reader.status());
    v1::WatchReply reply;
    while (true) {
      const Result<bool> more = reader->Read(reply);
      if (!more.ok() || !*more) return;
      if (reply.full()) ++begun_;
      told_.push_back(Now());
      events_ += static_cast<size_t>(reply.events_size());
      bytes_ += reply.ByteSizeLong() + kFrameHeaderBytes;
      came_.WakeAll();
    }
  }

  rpc::FixedEndpoints endpoints_;
  std::vector<std::unique_ptr<rpc::Client>> clients_;
  std::vector<Time> told_;
  size_t begun_ = 0;
  size_t events_ = 0;
  size_t bytes_ = 0;  // without packing
  fiber::WaitQueue came_;
  std::vector<fiber::JoinHandle> fibers_;
};

// A server on one loop, its audience on another.
class Stage {
 public:
  using Act = std::function<void(Stage&, Audience&)>;

  void Play(int watchers, const std::vector<std::string>& targets, const Act& act) {
    Check(fiber::RunOn(loops_.loop(0), [&] {
      auto host = RegistryHost::Start(fiber::RealEnvironment(), {});
      Check(host.status());
      host_ = *host;
      NamingService service(host_);
      rpc::Server server(fiber::RealEnvironment(), rpc::ServerOptions{}, nullptr);
      Check(server.Add(service, &loops_.loop(0)));
      Check(server.Listen(Address::Tcp("127.0.0.1", 0)));
      const Address address = server.address();
      Check(fiber::RunOn(loops_.loop(1), [&] {
        Audience audience(address, watchers, targets);
        audience.AwaitBegun(static_cast<size_t>(watchers));
        audience.Forget();
        act(*this, audience);
      }));
      host_->Stop();
      service.WakeWatches();
      server.Shutdown(Now() + std::chrono::seconds(1));
    }));
  }

  void Change(const std::vector<std::string>& paths) {
    loops_.loop(0).Post([this, paths] {
      for (const std::string& path : paths) {
        Spec spec = BenchSpec(0);
        spec.path = path;
        Check(host_->Register(std::move(spec), 0).status());
      }
    });
  }
  double ServerCpu() {
    double seconds = 0;
    Check(fiber::RunOn(loops_.loop(0), [&] { seconds = CpuSeconds(); }));
    return seconds;
  }

 private:
  fiber::LoopGroup loops_{2};
  std::shared_ptr<RegistryHost> host_;
};

// One change at a time, to watchers of one service.
void PushOne(int watchers, int changes, std::vector<Figure>& figures) {
  std::vector<double> ms;
  double cpu = 0;
  size_t bytes = 0;
  Stage().Play(watchers, {"bench/pushed"}, [&](Stage& stage, Audience& audience) {
    const double before = stage.ServerCpu();
    for (int i = 0; i < changes; ++i) {
      audience.Forget();
      const Time start = Now();
      stage.Change({"/sz/im/bench/pushed/default/1"});
      audience.AwaitEvents(static_cast<size_t>(watchers));
      bytes += audience.bytes();
      for (Time told : audience.told()) {
        ms.push_back(std::chrono::duration<double, std::milli>(told - start).count());
      }
      Check(fiber::SleepFor(std::chrono::milliseconds(5)));
    }
    cpu = stage.ServerCpu() - before;
  });
  std::sort(ms.begin(), ms.end());
  const std::string conditions = fmt::format(
      "{} watchers on {} native connections over loopback, {} changes one at a time, from the "
      "change to the watcher's read; server and watchers a loop each",
      watchers, Audience::kConnections, changes);
  constexpr std::array<std::pair<std::string_view, size_t>, 3> kShares = {
      {{"p50", 500}, {"p99", 990}, {"p999", 999}}};
  for (const auto& [name, share] : kShares) {
    figures.push_back({fmt::format("naming.push_{}_ms.w{}", name, watchers),
                       ms[ms.size() * share / 1000], "ms", conditions});
  }
  const auto pushes = static_cast<double>(ms.size());
  figures.push_back({fmt::format("naming.push_cpu_us.w{}", watchers), cpu * 1e6 / pushes, "us",
                     "of the server's loop for each event and watcher; " + conditions});
  figures.push_back({fmt::format("naming.push_bytes.w{}", watchers),
                     static_cast<double>(bytes) / pushes, "B",
                     "on the wire for each event and watcher, with its frame"});
}

// Bursts of changes in several services, to watchers of all levels, who get different parts of
// them.
void PushMixed(int watchers, int bursts, std::vector<Figure>& figures) {
  const std::vector<std::string> targets = {"/", "/sz", "bench/pushed", "/sz/im/bench/other"};
  std::vector<std::string> paths;
  for (int i = 0; i < 20; ++i) {
    paths.push_back(fmt::format("/sz/im/bench/{}/default/{}", i % 2 ? "pushed" : "other", i));
  }
  const size_t events = static_cast<size_t>(watchers) / 4 * (20 + 20 + 10 + 10);
  double cpu = 0;
  size_t bytes = 0;
  double seconds = 0;
  Stage().Play(watchers, targets, [&](Stage& stage, Audience& audience) {
    const double before = stage.ServerCpu();
    const Time start = Now();
    for (int i = 0; i < bursts; ++i) {
      audience.Forget();
      stage.Change(paths);
      audience.AwaitEvents(events);
      bytes += audience.bytes();
    }
    seconds = SecondsSince(start);
    cpu = stage.ServerCpu() - before;
  });
  const auto pushed = static_cast<double>(events) * bursts;
  const std::string conditions = fmt::format(
      "{} watchers of a service, a service's path, a site and all, {} bursts of 20 changes",
      watchers, bursts);
  figures.push_back({fmt::format("naming.push_mixed_cpu_us.w{}", watchers), cpu * 1e6 / pushed,
                     "us", "of the server's loop for each event and watcher; " + conditions});
  figures.push_back({fmt::format("naming.push_mixed_per_s.w{}", watchers), pushed / seconds, "1/s",
                     "events told; " + conditions});
  figures.push_back({fmt::format("naming.push_mixed_bytes.w{}", watchers),
                     static_cast<double>(bytes) / pushed, "B",
                     "on the wire for each event and watcher, with its frame; " + conditions});
}

}  // namespace

std::vector<Figure> PushFigures() {
  std::vector<Figure> figures;
  PushOne(1'000, 200, figures);
  PushOne(10'000, 20, figures);
  PushMixed(1'000, 100, figures);
  return figures;
}

}  // namespace bellrock::naming::server
