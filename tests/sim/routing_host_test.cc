// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "fiber/fiber.h"
#include "routing/agent/host_router.h"
#include "routing/client/router_set.h"
#include "shm/run_paths.h"
#include "testing/world.h"

namespace bellrock::routing::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kService = "music/storage";

struct Context final : ServerContext {
  std::string_view caller() const override { return ""; }
  std::string_view peer() const override { return ""; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
};

// A registry in memory.
struct Feed final : InstanceFeed {
  Status Watch(const std::string& service, OnList on_list) override {
    watched[service] = std::move(on_list);
    if (lists.contains(service)) watched[service](lists[service]);
    return Status::Ok();
  }
  void Unwatch(const std::string& service) override { watched.erase(service); }

  std::map<std::string, OnList> watched;
  std::map<std::string, std::vector<InstanceSpec>> lists;
};

// The application's way to the agent, without RPC.
struct DirectLink final : client::AgentLink {
  Status Subscribe(const std::string& service, const std::string& counters) override {
    if (agent == nullptr) return UnavailableError("the agent is dead");
    Context context;
    v1::SubscribeRequest request;
    request.set_service(service);
    request.set_counters(counters);
    return agent->Subscribe(context, request).status();
  }
  HostRouter* agent = nullptr;
};

// Instances listen on host 10.0.0.2, agent and application live on host "host"; shared memory is
// real, time is not.
class HostRouterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.host = "host";
    options_.run_directory = ::testing::TempDir() + "bellrock_agent_" + std::to_string(::getpid()) +
                             "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    // A killed run with the same process id may have left one.
    std::filesystem::remove_all(options_.run_directory);
    options_.snapshot_path = "routing.snapshot";
    options_.first_settings = Duration(0);  // nobody brings any here
    set_options_.run_directory = options_.run_directory;
  }

  fiber::Environment Host() { return world_.Host("host"); }
  void Listen(int port) {
    auto listener = world_.Host("10.0.0.2").network.Listen(Address::Tcp("10.0.0.2", port), {});
    ASSERT_TRUE(listener.ok()) << listener.status().ToString();
    listeners_[port] = std::move(*listener);
  }
  void Register(int instances) {
    std::vector<InstanceSpec> list;
    for (int k = 0; k < instances; ++k) {
      InstanceSpec& instance = list.emplace_back();
      instance.path = "sz/default/music/storage/default/" + std::to_string(k);
      instance.address = "10.0.0.2:" + std::to_string(7000 + k);
      instance.site = "sz";
      instance.naming_state = "working";
      if (!listeners_.contains(7000 + k)) Listen(7000 + k);
    }
    feed_.lists[kService] = list;
    if (feed_.watched.contains(kService)) feed_.watched[kService](list);
  }
  // Calls at 200 per second; returns how many failed and when the last one did.
  int Call(client::Router& router, Duration duration) {
    int failed = 0;
    const Time until = Host().clock.Now() + duration;
    while (Host().clock.Now() < until) {
      (void)fiber::SleepFor(milliseconds(5));
      const auto endpoint = router.Pick({});
      if (!endpoint.ok()) {
        ++failed;
        continue;
      }
      const bool good = listeners_.contains(endpoint->address.port());
      router.Report(*endpoint, good ? StatusCode::kOk : StatusCode::kUnavailable, milliseconds(1));
      if (good) continue;
      ++failed;
      last_failure_ = Host().clock.Now();
    }
    return failed;
  }

  testing::World world_{11};
  HostRouterOptions options_;
  client::RouterSetOptions set_options_;
  Feed feed_;
  std::map<int, std::unique_ptr<fiber::Listener>> listeners_;
  Time last_failure_{};
};

TEST_F(HostRouterTest, AKilledInstanceIsOutWithin300MillisecondsForEveryCallerOfTheHost) {
  world_.Run([&] {
    Register(6);
    HostRouter agent(Host(), options_, feed_);
    DirectLink link;
    link.agent = &agent;
    client::RouterSet set(Host(), set_options_, &link);
    client::Router* router = *set.Open(kService);
    ASSERT_TRUE(router->WaitReady(Host().clock.Now() + milliseconds(100)).ok());
    EXPECT_EQ(Call(*router, seconds(3)), 0);
    ASSERT_TRUE(router->follows_agent());
    const Time killed = Host().clock.Now();
    listeners_.erase(7003);
    EXPECT_GT(Call(*router, seconds(3)), 0) << "else the test shows nothing";
    EXPECT_LE(last_failure_ - killed, milliseconds(300));

    const v1::ServiceTable shown = agent.Tables().at(0);
    EXPECT_EQ(shown.instances(3).shield(), v1::SHIELD_STATE_SHIELDED);
    EXPECT_FALSE(shown.instances(3).reason().empty());
    EXPECT_GT(shown.instances(0).calls(), 100u);
    EXPECT_EQ(shown.instances(0).failures(), 0u);

    Listen(7003);
    EXPECT_EQ(Call(*router, seconds(15)), 0);
    EXPECT_NEAR(agent.Tables().at(0).instances(3).weight(), 1 / 6.0, 0.02);
  });
}

TEST_F(HostRouterTest, CallsGoOnWhenTheAgentDiesAndAreReadAgainWhenItReturns) {
  world_.Run([&] {
    Register(4);
    auto agent = std::make_unique<HostRouter>(Host(), options_, feed_);
    DirectLink link;
    link.agent = agent.get();
    client::RouterSet set(Host(), set_options_, &link);
    client::Router* router = *set.Open(kService);
    ASSERT_TRUE(router->WaitReady(Host().clock.Now() + seconds(2)).ok());
    EXPECT_EQ(Call(*router, seconds(2)), 0);
    link.agent = nullptr;
    agent.reset();
    EXPECT_EQ(Call(*router, seconds(5)), 0);
    EXPECT_FALSE(router->follows_agent());
    EXPECT_EQ(set.OwnTables().size(), 1u);
    agent = std::make_unique<HostRouter>(Host(), options_, feed_);
    link.agent = agent.get();
    EXPECT_EQ(Call(*router, seconds(4)), 0);
    EXPECT_TRUE(router->follows_agent());
    EXPECT_GT(agent->Tables().at(0).instances(1).calls(), 50u);
  });
}

TEST_F(HostRouterTest, StartsFromItsSnapshotWithNoRegistry) {
  world_.Run([&] {
    Register(3);
    {
      HostRouter agent(Host(), options_, feed_);
      ASSERT_TRUE(agent.Keep(kService).ok());
      ASSERT_TRUE(fiber::SleepFor(seconds(3)).ok());
    }
    Feed silent;
    HostRouter agent(Host(), options_, silent);
    Context context;
    v1::SubscribeRequest request;
    request.set_service(kService);
    const auto reply = agent.Subscribe(context, request);
    ASSERT_TRUE(reply.ok());
    EXPECT_TRUE(reply->has_instances());
    EXPECT_EQ(agent.Tables().at(0).instances_size(), 3);
    EXPECT_TRUE(silent.watched.contains(kService)) << "and asks the registry for it";
  });
}

TEST_F(HostRouterTest, TheFirstTableWaitsForTheFirstWordOnTheSettingsAndNotForEver) {
  world_.Run([&] {
    Register(3);
    options_.first_settings = milliseconds(300);
    HostRouter agent(Host(), options_, feed_);
    Context context;
    v1::SubscribeRequest request;
    request.set_service(kService);
    const Time begin = Host().clock.Now();
    fiber::JoinHandle answer = fiber::Start([&] {
      (void)fiber::SleepFor(milliseconds(40));
      v1::StoredSettings settings;
      settings.set_service(kService);
      settings.set_version(7);
      settings.mutable_settings()->set_policy("ring");
      agent.SetSettings(settings);
    });
    ASSERT_TRUE(agent.Subscribe(context, request)->has_instances());
    EXPECT_EQ(Host().clock.Now() - begin, milliseconds(40));
    EXPECT_EQ(agent.Tables().at(0).policy(), "ring");

    // Nobody ever set anything for this one: that is a word, too.
    feed_.lists["music/catalog"] = feed_.lists[kService];
    request.set_service("music/catalog");
    fiber::JoinHandle nothing = fiber::Start([&] {
      (void)fiber::SleepFor(milliseconds(60));
      v1::StoredSettings never_set;
      never_set.set_service("music/catalog");
      agent.SetSettings(never_set);
    });
    const Time second = Host().clock.Now();
    ASSERT_TRUE(agent.Subscribe(context, request)->has_instances());
    EXPECT_EQ(Host().clock.Now() - second, milliseconds(60));

    // And of this one no server says anything.
    feed_.lists["music/gateway"] = feed_.lists[kService];
    request.set_service("music/gateway");
    const Time third = Host().clock.Now();
    ASSERT_TRUE(agent.Subscribe(context, request)->has_instances());
    EXPECT_GE(Host().clock.Now() - third, milliseconds(300));
    EXPECT_LE(Host().clock.Now() - third, milliseconds(400));
  });
}

TEST_F(HostRouterTest, AMethodThatFailsAtOneInstanceIsShownByItsName) {
  world_.Run([&] {
    Register(4);
    HostRouter agent(Host(), options_, feed_);
    DirectLink link;
    link.agent = &agent;
    client::RouterSet set(Host(), set_options_, &link);
    client::Router* router = *set.Open(kService);
    ASSERT_TRUE(router->WaitReady(Host().clock.Now() + seconds(2)).ok());
    for (int k = 0; k < 600; ++k) {
      (void)fiber::SleepFor(milliseconds(5));
      const bool put = k % 5 == 0;
      const auto endpoint =
          router->PickFor({.service = "music.v1.Storage", .method = put ? "Put" : "Get"});
      ASSERT_TRUE(endpoint.ok()) << endpoint.status().ToString();
      const bool bad = put && endpoint->address.port() == 7002;
      router->Report(*endpoint, bad ? StatusCode::kInternal : StatusCode::kOk, milliseconds(1));
    }
    const v1::ServiceTable shown = agent.Tables().at(0);
    ASSERT_EQ(shown.method_shields_size(), 1) << shown.DebugString();
    EXPECT_EQ(shown.method_shields(0).method(), "music.v1.Storage/Put");
    EXPECT_EQ(shown.method_shields(0).path(), "sz/default/music/storage/default/2");
  });
}

TEST_F(HostRouterTest, OfADrainedInstanceTheCallsInFlightAreToldUntilTheLastHasEnded) {
  world_.Run([&] {
    Register(2);
    HostRouter agent(Host(), options_, feed_);
    DirectLink link;
    link.agent = &agent;
    client::RouterSet set(Host(), set_options_, &link);
    client::Router* router = *set.Open(kService);
    ASSERT_TRUE(router->WaitReady(Host().clock.Now() + seconds(2)).ok());
    std::vector<rpc::Endpoint> calls;
    for (int k = 0; k < 10; ++k) calls.push_back(*router->Pick({}));
    EXPECT_FALSE(agent.Tables().at(0).instances(1).withheld());

    std::vector<InstanceSpec> list = feed_.lists[kService];
    list[1].availability = Availability::kWithheld;
    list[1].naming_state = "disabled";
    feed_.watched[kService](list);
    ASSERT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    const auto drained = [&] { return agent.Tables().at(0).instances(1); };
    EXPECT_TRUE(drained().withheld());
    EXPECT_EQ(drained().in_flight(), 5);
    for (int k = 0; k < 10; ++k) {
      const auto endpoint = router->Pick({});
      ASSERT_TRUE(endpoint.ok());
      EXPECT_EQ(endpoint->address.port(), 7000) << "no new call";
    }
    int64_t left = 5;
    for (const rpc::Endpoint& call : calls) {
      const bool there = call.address.port() == 7001;
      // However it ends.
      if (there && left == 5) {
        router->Unpick(call);
      } else {
        router->Report(call, left == 4 ? StatusCode::kCancelled : StatusCode::kOk, milliseconds(1));
      }
      if (there) --left;
      EXPECT_EQ(drained().in_flight(), left);
    }
    EXPECT_EQ(left, 0);
  });
}

TEST_F(HostRouterTest, BadSubscriptionsAreRefusedWithTheRemedy) {
  world_.Run([&] {
    HostRouter agent(Host(), options_, feed_);
    Context context;
    v1::SubscribeRequest request;
    request.set_service("../../etc/passwd");
    EXPECT_EQ(agent.Subscribe(context, request).status().code(), StatusCode::kInvalidArgument);
    request.set_service(kService);
    request.set_counters("/etc/passwd");
    EXPECT_EQ(agent.Subscribe(context, request).status().code(), StatusCode::kInvalidArgument);
    request.set_counters(shm::CounterPath(options_.run_directory, kService, 1, 1));
    EXPECT_EQ(agent.Subscribe(context, request).status().code(), StatusCode::kNotFound);
    request.clear_counters();
    const auto reply = agent.Subscribe(context, request);
    ASSERT_TRUE(reply.ok());
    EXPECT_FALSE(reply->has_instances());
    v1::ShowRequest show;
    show.set_service("music/nobody");
    EXPECT_EQ(agent.Show(context, show).status().code(), StatusCode::kNotFound);
  });
}

TEST_F(HostRouterTest, CountersOfADeadProcessAreSwept) {
  world_.Run([&] {
    Register(1);
    HostRouter agent(Host(), options_, feed_);
    const std::string path = shm::CounterPath(options_.run_directory, kService, 999'999, 0);
    auto writer = shm::CounterWriter::Create(path, 64, Host().clock.Now());
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(5)).ok());
    EXPECT_EQ(shm::ListDirectory(shm::CounterDirectory(options_.run_directory)).size(), 1u);
    // This process is alive, so only the long silence counts.
    ASSERT_TRUE(fiber::SleepFor(std::chrono::minutes(11)).ok());
    EXPECT_TRUE(shm::ListDirectory(shm::CounterDirectory(options_.run_directory)).empty());
  });
}

TEST_F(HostRouterTest, AServiceThatNobodyCallsIsDropped) {
  world_.Run([&] {
    Register(1);
    options_.tick = seconds(1);
    HostRouter agent(Host(), options_, feed_);
    ASSERT_TRUE(agent.Keep(kService).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::minutes(59)).ok());
    EXPECT_EQ(agent.Tables().size(), 1u);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::minutes(2)).ok());
    EXPECT_TRUE(agent.Tables().empty());
    EXPECT_FALSE(feed_.watched.contains(kService));
  });
}

TEST_F(HostRouterTest, AGrownServiceMovesToALargerTableAndCallersFollow) {
  world_.Run([&] {
    Register(2);
    HostRouter agent(Host(), options_, feed_);
    DirectLink link;
    link.agent = &agent;
    client::RouterSet set(Host(), set_options_, &link);
    client::Router* router = *set.Open(kService);
    ASSERT_TRUE(router->WaitReady(Host().clock.Now() + seconds(2)).ok());
    Register(1200);
    ASSERT_TRUE(fiber::SleepFor(seconds(3)).ok());
    std::map<int, int> ports;
    for (int k = 0; k < 20'000; ++k) ++ports[(*router->Pick({})).address.port()];
    EXPECT_EQ(ports.size(), 1200u);
    EXPECT_EQ(Call(*router, seconds(2)), 0);
    uint64_t calls = 0;
    const v1::ServiceTable shown = agent.Tables().at(0);
    for (const auto& instance : shown.instances()) calls += instance.calls();
    EXPECT_GT(calls, 300u) << "the larger counters are read too";
  });
}

}  // namespace
}  // namespace bellrock::routing::agent
