// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/router_set.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <set>

#include "fiber/loop.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

using std::chrono::milliseconds;

// Runs `body` as a fiber of a loop of its own.
void OnLoop(const std::function<void()>& body) {
  fiber::Loop loop;
  loop.Post([&] {
    body();
    loop.Stop();
  });
  loop.Run();
}

InstanceSpec Instance(const std::string& name, const Address& address) {
  InstanceSpec instance;
  instance.path = "sz/default/music/storage/default/" + name;
  instance.address = address.ToString();
  return instance;
}

struct CountingLink final : AgentLink {
  Status Subscribe(const std::string& service, const std::string& counters) override {
    services.insert(service);
    last_counters = counters;
    return Status::Ok();
  }
  std::set<std::string> services;
  std::string last_counters;
};

TEST(RouterSet, ADeadInstanceIsProbedAndLeftAloneUntilItListensAgain) {
  OnLoop([] {
    const fiber::Environment environment = fiber::RealEnvironment();
    auto alive = environment.network.Listen(Address::Tcp("127.0.0.1", 0), {});
    auto dying = environment.network.Listen(Address::Tcp("127.0.0.1", 0), {});
    ASSERT_TRUE(alive.ok() && dying.ok());
    const Address dead = (*dying)->address();
    dying->reset();
    RouterSet set(environment, {}, nullptr);
    Router* router = *set.Open("music/storage");
    set.SetInstances(*router, {Instance("a", (*alive)->address()), Instance("b", dead)});
    ASSERT_TRUE(router->WaitReady(environment.clock.Now() + std::chrono::seconds(5)).ok());
    // Calls fail until the probe has told that nobody is there.
    auto picks_dead = [&] {
      bool picked = false;
      for (int k = 0; k < 64; ++k) {
        const auto endpoint = router->Pick({});
        const bool bad = endpoint->address == dead;
        picked |= bad;
        router->Report(*endpoint, bad ? StatusCode::kUnavailable : StatusCode::kOk,
                       milliseconds(1));
      }
      return picked;
    };
    auto becomes = [&](bool wanted) {
      for (int turn = 0; turn < 250; ++turn) {
        if (picks_dead() == wanted) return true;
        (void)fiber::SleepFor(milliseconds(20));
      }
      return false;
    };
    EXPECT_TRUE(becomes(true));
    EXPECT_TRUE(becomes(false));
    EXPECT_EQ(set.OwnTables().size(), 1u);
    auto again = environment.network.Listen(dead, {});
    ASSERT_TRUE(again.ok()) << again.status().ToString();
    EXPECT_TRUE(becomes(true)) << "found again by the connect probe";
  });
}

TEST(RouterSet, OpensByNameOnceAndRefusesBadNames) {
  OnLoop([] {
    RouterSet set(fiber::RealEnvironment(), {}, nullptr);
    EXPECT_EQ(set.Find("music/storage"), nullptr);
    Router* router = *set.Open("music/storage");
    EXPECT_EQ(*set.Open("music/storage"), router);
    EXPECT_EQ(set.Find("music/storage"), router);
    for (const char* bad : {"", "music", "/x", "x/", "a/b/c", "../x", "a/..", "a b/c"}) {
      EXPECT_EQ(set.Open(bad).status().code(), StatusCode::kInvalidArgument) << bad;
    }
  });
}

TEST(RouterSet, TheNumberOfServicesIsBounded) {
  OnLoop([] {
    RouterSet set(fiber::RealEnvironment(), {}, nullptr);
    for (size_t k = 0; k < kServicesMax; ++k) {
      ASSERT_TRUE(set.Open("line/s" + std::to_string(k)).ok());
    }
    EXPECT_EQ(set.Open("line/more").status().code(), StatusCode::kResourceExhausted);
    EXPECT_TRUE(set.Open("line/s17").ok());
    EXPECT_EQ(set.Find("line/more"), nullptr);
  });
}

TEST(RouterSet, TellsTheAgentOfItsCountersAndRemovesThemInTheEnd) {
  const std::string run = testing::TempDir() + "bellrock_set_" + std::to_string(::getpid());
  // A killed run with the same process id may have left one.
  std::filesystem::remove_all(run);
  OnLoop([&] {
    CountingLink link;
    RouterSetOptions options;
    options.run_directory = run;
    {
      RouterSet set(fiber::RealEnvironment(), options, &link);
      ASSERT_TRUE(set.Open("music/storage").ok());
      for (int turn = 0; turn < 250 && link.services.empty(); ++turn) {
        (void)fiber::SleepFor(milliseconds(10));
      }
      EXPECT_TRUE(link.services.contains("music/storage"));
      EXPECT_TRUE(shm::CheckCounterPath(run, "music/storage", link.last_counters).ok());
      EXPECT_EQ(shm::ListDirectory(shm::CounterDirectory(run)).size(), 1u);
    }
    EXPECT_TRUE(shm::ListDirectory(shm::CounterDirectory(run)).empty());
  });
}

}  // namespace
}  // namespace bellrock::routing::client
