// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "fiber/fiber.h"
#include "naming/agent/host_naming.h"
#include "naming/client/announce_mode.h"
#include "naming/client/announcer.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/naming_watcher.h"
#include "naming/client/registry_calls.h"
#include "naming/client/server_directory.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "testing/world.h"

// The same stories as host_naming_test.cc and naming_watcher_test.cc, over our RPC and a simulated
// network.
namespace bellrock::naming::agent {
namespace {

using client::Announcer;
using client::FakeRegistry;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kPath = "/sz/d/music/storage/c/2";
const Address kRegistry = Address::Tcp("registry", 7600);
const Address kAgent = Address::Tcp("host", 7700);

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

// A service object on an address of a host.
struct Process {
  Process(fiber::Environment env, Service& service, const Address& address)
      : server(env, {.name = "test/process", .instance = address.ToString()}, nullptr) {
    EXPECT_TRUE(server.Add(service).ok());
    const Status listening = server.Listen(address);
    EXPECT_TRUE(listening.ok()) << listening.ToString();
  }
  rpc::Server server;
};

// A way from a host to an address.
struct Way {
  Way(fiber::Environment env, const Address& to)
      : endpoints({to}), client(env, endpoints, nullptr, {.caller = "t/t", .callee = "t/t"}) {}
  rpc::FixedEndpoints endpoints;
  rpc::Client client;
};

// The way to the registry's leader.
struct Calls {
  Calls(fiber::Environment env, const Address& to)
      : directory(env, fiber::RealResolver(), {to}, {.caller = "t/t", .callee = "t/t"}),
        calls(env, directory) {}
  client::ServerDirectory directory;
  client::RegistryCalls calls;
};

class EdgeOverRpc : public ::testing::TestWithParam<uint64_t> {
 protected:
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      registry_process_ = std::make_unique<Process>(registry_env_, registry_, kRegistry);
      agent_to_registry_ = std::make_unique<Calls>(host_, kRegistry);
      calls_ = std::make_unique<Calls>(host_, kRegistry);
      to_agent_ = std::make_unique<Way>(host_, kAgent);
      to_registry_ = std::make_unique<Way>(host_, kRegistry);
      StartAgent();
      v1::InstanceSpec spec;
      spec.set_path(kPath);
      spec.set_lease_ms(9000);
      announcer_ = std::make_unique<Announcer>(host_, &to_agent_->client, &calls_->calls, spec);
      announcer_->Start();
      body();
      announcer_.reset();
      if (agent_ != nullptr) StopAgent();
      to_registry_.reset();
      to_agent_.reset();
      calls_.reset();
      agent_to_registry_.reset();
      registry_process_.reset();
    });
  }
  void StartAgent() {
    agent_ = std::make_unique<HostNaming>(host_, agent_to_registry_->calls);
    agent_->Start();
    agent_process_ = std::make_unique<Process>(host_, *agent_, kAgent);
  }
  void StopAgent() {
    agent_->Stop();
    agent_process_->server.Shutdown(host_.clock.Now() + seconds(1));
    agent_process_.reset();
    agent_.reset();
  }
  // kill -9 of the registry; it comes back empty.
  void KillRegistry() {
    world_.CrashNetwork("registry");
    registry_process_.reset();
    registry_.Wipe();
  }
  void StartRegistry() {
    registry_process_ = std::make_unique<Process>(registry_env_, registry_, kRegistry);
  }

  testing::World world_{GetParam()};
  fiber::Environment registry_env_ = world_.Host("registry");
  fiber::Environment host_ = world_.Host("host");
  FakeRegistry registry_;
  std::unique_ptr<Process> registry_process_;
  std::unique_ptr<Calls> agent_to_registry_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<Way> to_agent_;
  std::unique_ptr<Way> to_registry_;
  std::unique_ptr<HostNaming> agent_;
  std::unique_ptr<Process> agent_process_;
  std::unique_ptr<Announcer> announcer_;
};

TEST_P(EdgeOverRpc, BrokenAnnouncementLeavesTheRegistryAfterTheGrace) {
  Run([&] {
    ASSERT_TRUE(announcer_->WaitRegistered(host_.clock.Now() + seconds(2)).ok());
    Sleep(seconds(65));  // longer than any default of a call
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_EQ(registry_.registers, 1);
    announcer_.reset();
    Sleep(kAnnounceGrace - milliseconds(20));
    EXPECT_TRUE(registry_.has(kPath));
    Sleep(milliseconds(50));
    EXPECT_FALSE(registry_.has(kPath));
  });
}

TEST_P(EdgeOverRpc, StopDeregistersInOrder) {
  Run([&] {
    Sleep(milliseconds(5500));
    EXPECT_TRUE(announcer_->Stop().ok());
    EXPECT_FALSE(registry_.has(kPath));
    Sleep(seconds(20));
    EXPECT_FALSE(registry_.has(kPath));
    EXPECT_EQ(registry_.registers, 1);
  });
}

TEST_P(EdgeOverRpc, AgentGoneAndBackChangesHandsTwice) {
  Run([&] {
    Sleep(seconds(5));
    StopAgent();
    Sleep(client::kAgentSilenceMax + milliseconds(500));
    EXPECT_TRUE(announcer_->direct());
    const int before = registry_.heartbeats;
    Sleep(seconds(30));
    EXPECT_GE(registry_.heartbeats - before, 10);
    EXPECT_EQ(registry_.deregisters, 0);
    StartAgent();
    // The announcer's own delay, and that of the connection below it
    // (rpc/client/connect_backoff.h).
    Sleep(client::kAnnounceRetryMax + milliseconds(1100));
    EXPECT_FALSE(announcer_->direct());
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_EQ(registry_.deregisters, 0);
  });
}

TEST_P(EdgeOverRpc, RegistryBackEmptyIsFilledAgainAndTheWatcherNeverSeesItEmpty) {
  Run([&] {
    size_t fewest = 99;
    client::Watcher watcher(host_, to_registry_->client, "music/storage",
                            [&](const auto& list) { fewest = std::min(fewest, list.size()); });
    Sleep(seconds(2));
    watcher.Start();
    Sleep(seconds(60));
    EXPECT_EQ(fewest, 1u);
    EXPECT_EQ(registry_.watches, 1);
    KillRegistry();
    Sleep(seconds(15));
    EXPECT_FALSE(announcer_->state().ok());
    StartRegistry();
    Sleep(seconds(6));  // two intervals
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_TRUE(announcer_->state().ok());
    Sleep(seconds(1));
    EXPECT_TRUE(watcher.state().ok());
    Sleep(seconds(20));
    EXPECT_EQ(fewest, 1u);
    // One that the server takes for a place in its new history, one for a full state.
    EXPECT_GE(registry_.watches, 2);
    EXPECT_LE(registry_.watches, 3);
    watcher.Stop();
  });
}

TEST_P(EdgeOverRpc, CutNetworkHealsByItself) {
  Run([&] {
    size_t shown = 99;
    client::Watcher watcher(host_, to_registry_->client, "music/storage",
                            [&](const auto& list) { shown = list.size(); });
    watcher.Start();
    Sleep(seconds(2));
    world_.Cut("host", "registry");
    Sleep(seconds(60));
    EXPECT_EQ(shown, 1u);
    EXPECT_FALSE(watcher.state().ok());
    registry_.Put("/sz/d/music/storage/c/3");
    world_.Heal("host", "registry");
    Sleep(seconds(15));
    EXPECT_EQ(shown, 2u);
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_TRUE(announcer_->state().ok());
    watcher.Stop();
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, EdgeOverRpc, ::testing::Range<uint64_t>(1, 11));

}  // namespace
}  // namespace bellrock::naming::agent
