// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_directory.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/naming_watcher.h"
#include "naming/client/registrar.h"
#include "naming/client/registry_calls.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::naming::client {
namespace {

using std::chrono::seconds;

const std::string kPath = "/sz/d/music/storage/c/1";

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

// A registry's process on a host of its own.
struct Process {
  Process(testing::World& world, const std::string& host)
      : server(world.Host(host), {.name = "test/registry", .instance = host}, nullptr) {
    EXPECT_TRUE(server.Add(registry).ok());
    const Status listening = server.Listen(Address::Tcp(host, 7600));
    EXPECT_TRUE(listening.ok()) << listening.ToString();
  }
  FakeRegistry registry;
  rpc::Server server;
};

// A name server with one name.
class OneName final : public fiber::Resolver {
 public:
  Result<std::vector<std::string>> Resolve(const std::string& host) override {
    BELLROCK_TRY(fiber::SleepFor(std::chrono::milliseconds(1)));
    if (host != "registry.sz" || hosts.empty()) return NotFoundError(host + ": unknown");
    return hosts;
  }
  std::vector<std::string> hosts;
};

// A client that knows its servers by one name, over our RPC and a simulated network.
class ServerDirectoryTest : public ::testing::Test {
 protected:
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      auto entries = ServerEntry::ParseList("--server", "registry.sz:7600");
      ASSERT_TRUE(entries.ok());
      directory_ = std::make_unique<ServerDirectory>(
          env_, names_, *entries, rpc::ClientOptions{.caller = "t/t", .callee = "t/t"});
      calls_ = std::make_unique<RegistryCalls>(env_, *directory_);
      registrar_ = std::make_unique<Registrar>(
          env_, *calls_, [this](const std::string&, const Status& state) { state_ = state; });
      directory_->Start();
      calls_->Start();
      registrar_->Start();
      v1::InstanceSpec spec;
      spec.set_path(kPath);
      spec.set_lease_ms(9000);
      ASSERT_TRUE(registrar_->Add(spec).ok());
      body();
      registrar_.reset();
      calls_.reset();
      directory_.reset();
    });
  }

  testing::World world_{5};
  fiber::Environment env_ = world_.Host("host");
  OneName names_;
  std::unique_ptr<ServerDirectory> directory_;
  std::unique_ptr<RegistryCalls> calls_;
  std::unique_ptr<Registrar> registrar_;
  Status state_;
};

// VIN-050.
TEST_F(ServerDirectoryTest, FindsTheServersByNameAndFollowsItToOthers) {
  names_.hosts = {"10.0.0.1"};
  Run([&] {
    Process old(world_, "10.0.0.1");
    Sleep(seconds(5));
    EXPECT_TRUE(old.registry.working(kPath));
    Process young(world_, "10.0.0.2");
    names_.hosts = {"10.0.0.2"};
    world_.CrashNetwork("10.0.0.1");
    Sleep(seconds(10));  // nobody answers: the name is resolved before its half minute is over
    EXPECT_TRUE(young.registry.working(kPath));
    EXPECT_TRUE(state_.ok()) << state_.ToString();
  });
}

TEST_F(ServerDirectoryTest, RegistersAsSoonAsTheNameResolves) {
  Run([&] {
    Process server(world_, "10.0.0.1");
    Sleep(seconds(20));
    EXPECT_EQ(state_.code(), StatusCode::kUnavailable);
    EXPECT_TRUE(directory_->Addresses().empty());
    names_.hosts = {"10.0.0.1"};
    Sleep(ServerList::kResolveAgain + kRetryMax);
    EXPECT_TRUE(server.registry.working(kPath));
  });
}

TEST_F(ServerDirectoryTest, WatcherMovesToAnotherServerWhenItsOwnDiesAndKeepsItsList) {
  names_.hosts = {"10.0.0.1", "10.0.0.2"};
  Run([&] {
    auto a = std::make_unique<Process>(world_, "10.0.0.1");
    auto b = std::make_unique<Process>(world_, "10.0.0.2");
    for (auto* process : {a.get(), b.get()}) process->registry.Put("/sz/d/music/other/c/1");
    Sleep(seconds(1));
    rpc::Client reads(env_, directory_->any(), nullptr, {.caller = "t/t", .callee = "t/t"});
    size_t fewest = 99;
    Watcher watcher(env_, reads, "music/other",
                    [&](const auto& list) { fewest = std::min(fewest, list.size()); });
    watcher.Start();
    Sleep(seconds(5));
    ASSERT_EQ(a->registry.watches + b->registry.watches, 1);
    auto& own = a->registry.watches == 1 ? a : b;
    auto& other = a->registry.watches == 1 ? b : a;
    world_.CrashNetwork(&own == &a ? "10.0.0.1" : "10.0.0.2");
    own.reset();
    Sleep(seconds(5));
    EXPECT_GE(other->registry.watches, 1);
    EXPECT_TRUE(watcher.state().ok()) << watcher.state().ToString();
    EXPECT_GE(fewest, 1u);
    watcher.Stop();
  });
}

}  // namespace
}  // namespace bellrock::naming::client
