// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "figures.h"
#include "registry_client.h"
#include "zookeeper_session.h"

namespace bellrock::bench {
namespace {

constexpr const char* kRoot = "/services";

// A node name holds no '/'.
std::string PathOf(int64_t service) {
  return fmt::format("{}/line.service{}", kRoot, service);
}

std::string PathOf(const Fleet& fleet, int64_t n) {
  return PathOf(fleet.ServiceOf(n)) + "/" + InstanceName(n);
}

// ZooKeeper as its users register services (Dubbo, Kafka's brokers, Curator): an ephemeral node
// under the service's node, with a name that tells everything, so that one read of the children is
// a lookup. A session's pings keep its nodes; a watch fires once, and who wants to know what
// changed reads the children again, which is when it has the change.
class ZookeeperClient final : public RegistryClient {
 public:
  explicit ZookeeperClient(const RegistryClientOptions& options) : options_(options) {
    for (int i = 0; i < options.connections; ++i) {
      auto changed = std::make_unique<fiber::Event>();
      auto session =
          ZookeeperSession::Connect(options.server, [event = changed.get()] { event->Set(); });
      Check(session.status());
      changed_.push_back(std::move(changed));
      sessions_.push_back(std::move(*session));
    }
  }

  Status Prepare() override {
    BELLROCK_TRY(sessions_[0]->CreatePersistent(kRoot));
    std::vector<fiber::JoinHandle> fibers;
    Status failed;
    for (int f = 0; f < kPrepareInFlight; ++f) {
      fibers.push_back(fiber::Start([this, f, &failed] {
        for (int64_t s = f; s < options_.fleet.services() && failed.ok(); s += kPrepareInFlight) {
          failed = SessionOf(static_cast<size_t>(s)).CreatePersistent(PathOf(s));
        }
      }));
    }
    for (fiber::JoinHandle& fiber : fibers) fiber.Join();
    return failed;
  }

  Status Register(int64_t n) override {
    return SessionOf(static_cast<size_t>(n))
        .CreateEphemeral(PathOf(options_.fleet, n), AddressOf(n));
  }

  Status Deregister(int64_t n) override {
    return SessionOf(static_cast<size_t>(n)).Delete(PathOf(options_.fleet, n));
  }

  // What is renewed is a session, with all of its nodes: one for each of the instances.
  Status Renew(size_t, std::span<const int64_t> instances) override {
    for (int64_t n : instances) {
      BELLROCK_TRY(SessionOf(static_cast<size_t>(n)).SendPing());
    }
    for (int64_t n : instances) {
      BELLROCK_TRY(SessionOf(static_cast<size_t>(n)).AwaitPing());
    }
    return Status::Ok();
  }

  Result<size_t> Lookup(int64_t service) override {
    BELLROCK_ASSIGN(const auto names,
                    SessionOf(static_cast<size_t>(service)).Children(PathOf(service), false));
    return names.size();
  }

  Status Watch(size_t watcher, int64_t service, const Told& told) override {
    fiber::Event& changed = *changed_[watcher % changed_.size()];
    while (true) {
      changed.Reset();
      BELLROCK_ASSIGN(const auto names, SessionOf(watcher).Children(PathOf(service), true));
      told(names.size());
      BELLROCK_TRY(changed.Wait());
    }
  }

 private:
  static constexpr int kPrepareInFlight = 256;

  ZookeeperSession& SessionOf(size_t i) { return *sessions_[i % sessions_.size()]; }

  const RegistryClientOptions options_;
  std::vector<std::unique_ptr<fiber::Event>> changed_;  // by session
  std::vector<std::unique_ptr<ZookeeperSession>> sessions_;
};

}  // namespace

std::unique_ptr<RegistryClient> NewZookeeperClient(const RegistryClientOptions& options) {
  return std::make_unique<ZookeeperClient>(options);
}

}  // namespace bellrock::bench
