// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/resolver.h"
#include "fiber/signals.h"
#include "naming/client/naming_watcher.h"
#include "naming/client/registrar.h"
#include "naming/client/registry_calls.h"
#include "naming/client/server_directory.h"
#include "rpc/client.h"

// For end-to-end tests: many hosts in one process, each with its own way to the registry as an
// agent has, its instances and a watch of all of them. Prints a line of JSON ten times a second:
//
//   naming_hosts SERVERS HOSTS INSTANCES_PER_HOST LEASE_MS
//
//   registered  instances that their registrar holds for registered now
//   refused     times that an instance was told that it is not (any more)
//   leaders     hosts by the leader that answers them; "" of those who have none
//   usable      fewest working instances in a watcher's list, now
//   fewest      the same since all were there
namespace bellrock::naming::client {
namespace {

constexpr Duration kPrintEvery = std::chrono::milliseconds(100);

rpc::ClientOptions Options() {
  rpc::ClientOptions options;
  options.caller = "e2e/hosts";
  options.callee = "bellrock/server";
  return options;
}

class Host {
 public:
  Host(fiber::Environment environment, const std::vector<ServerEntry>& servers)
      : directory_(environment, fiber::RealResolver(), servers, Options()),
        any_server_(environment, directory_.any(), nullptr, Options()),
        calls_(environment, directory_),
        registrar_(environment, calls_,
                   [this](const std::string& path, const Status& state) { OnState(path, state); }),
        watcher_(environment, any_server_, "e2e/load",
                 [this](const std::vector<v1::Instance>& list) { OnList(list); }) {}

  Status Start(int host, int instances, int lease_ms) {
    directory_.Start();
    calls_.Start();
    registrar_.Start();
    watcher_.Start();
    for (int i = 0; i < instances; ++i) {
      v1::InstanceSpec spec;
      spec.set_path(fmt::format("/sz/d/e2e/load/default/{}.{}", host, i));
      spec.set_address(fmt::format("10.1.{}.{}:{}", host, i % 250, 8000 + i / 250));
      spec.set_lease_ms(lease_ms);
      BELLROCK_TRY(registrar_.Add(spec));
    }
    return Status::Ok();
  }
  void Stop() {
    watcher_.Stop();
    registrar_.Stop();
    calls_.Stop();
    directory_.Stop();
  }

  int64_t registered() const { return registered_; }
  int64_t refused() const { return refused_; }
  int64_t usable() const { return usable_; }
  std::string leader() const {
    const bool direct = calls_.mode() == LeaderFinder::Mode::kDirect;
    return direct ? calls_.leader()->ToString() : "";
  }

 private:
  void OnState(const std::string& path, const Status& state) {
    bool& now = states_[path];
    registered_ += static_cast<int64_t>(state.ok()) - static_cast<int64_t>(now);
    now = state.ok();
    if (!state.ok()) {
      ++refused_;
      log::Warning("hosts", "{}: {}", path, state.ToString());
    }
  }
  void OnList(const std::vector<v1::Instance>& list) {
    usable_ = std::count_if(list.begin(), list.end(), [](const v1::Instance& instance) {
      return instance.state() == v1::INSTANCE_STATE_WORKING;
    });
  }

  ServerDirectory directory_;
  rpc::Client any_server_;
  RegistryCalls calls_;
  Registrar registrar_;
  Watcher watcher_;
  std::map<std::string, bool> states_;
  int64_t registered_ = 0;
  int64_t refused_ = 0;
  int64_t usable_ = 0;
};

// All hosts, on one loop.
class Fleet {
 public:
  Status Start(const std::vector<ServerEntry>& servers, int hosts, int instances, int lease_ms) {
    wanted_ = static_cast<int64_t>(hosts) * instances;
    for (int i = 0; i < hosts; ++i) {
      hosts_.push_back(std::make_unique<Host>(fiber::RealEnvironment(), servers));
      BELLROCK_TRY(hosts_.back()->Start(i, instances, lease_ms));
    }
    printer_ = fiber::Start([this] {
      while (fiber::SleepFor(kPrintEvery).ok()) Print();
    });
    return Status::Ok();
  }
  void Stop() {
    printer_ = fiber::JoinHandle();
    for (auto& host : hosts_) host->Stop();
    hosts_.clear();
  }

 private:
  void Print() {
    int64_t registered = 0;
    int64_t refused = 0;
    int64_t usable = wanted_;
    std::map<std::string, int> leaders;
    for (const auto& host : hosts_) {
      registered += host->registered();
      refused += host->refused();
      usable = std::min(usable, host->usable());
      ++leaders[host->leader()];
    }
    std::string by_leader;
    for (const auto& [leader, hosts] : leaders) {
      by_leader += fmt::format("{}\"{}\":{}", by_leader.empty() ? "" : ",", leader, hosts);
    }
    complete_ = complete_ || (registered == wanted_ && usable == wanted_);
    if (complete_) fewest_ = std::min(fewest_, usable);
    fmt::print(
        "{{\"registered\":{},\"refused\":{},\"leaders\":{{{}}},\"usable\":{},\"fewest\":{}}}\n",
        registered, refused, by_leader, usable, complete_ ? fewest_ : 0);
    std::fflush(stdout);
  }

  std::vector<std::unique_ptr<Host>> hosts_;
  int64_t wanted_ = 0;
  int64_t fewest_ = INT64_MAX;
  bool complete_ = false;
  fiber::JoinHandle printer_;
};

int Number(std::string_view text) {
  int number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int Run(std::string_view servers, int hosts, int instances, int lease_ms) {
  fiber::TerminationSignals signals;
  const auto entries = ServerEntry::ParseList("SERVERS", servers);
  if (!entries.ok() || hosts <= 0 || instances <= 0) {
    fmt::print(stderr, "naming_hosts SERVERS HOSTS INSTANCES_PER_HOST LEASE_MS: {}\n",
               entries.status().ToString());
    return 2;
  }
  fiber::LoopGroup loops(1);
  Fleet fleet;
  Status started;
  (void)fiber::RunOn(loops.loop(0),
                     [&] { started = fleet.Start(*entries, hosts, instances, lease_ms); });
  if (started.ok()) signals.Wait();
  (void)fiber::RunOn(loops.loop(0), [&] { fleet.Stop(); });
  return started.ok() ? 0 : 1;
}

}  // namespace
}  // namespace bellrock::naming::client

int main(int argc, char** argv) {
  using bellrock::naming::client::Number;
  if (argc != 5) return bellrock::naming::client::Run("", 0, 0, 0);
  return bellrock::naming::client::Run(argv[1], Number(argv[2]), Number(argv[3]), Number(argv[4]));
}
