// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/router.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "shm/route_image.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kService = "music/storage";

InstanceSpec Instance(int number) {
  InstanceSpec instance;
  instance.path = "sz/default/music/storage/default/" + std::to_string(number);
  instance.address = "10.0.0.1:" + std::to_string(7000 + number);
  instance.site = "sz";
  return instance;
}

// Writes tables as the agent does.
class RouterTest : public testing::Test {
 protected:
  void SetUp() override {
    run_ = testing::TempDir() + "bellrock_router_" + std::to_string(::getpid()) + "_" +
           testing::UnitTest::GetInstance()->current_test_info()->name();
    // A killed run with the same process id may have left one.
    std::filesystem::remove_all(run_);
    ASSERT_TRUE(shm::MakeDirectory(shm::TableDirectory(run_)).ok());
    options_.run_directory = run_;
    options_.generation_base = 5000;
  }

  void StartAgent() {
    auto publisher =
        shm::TablePublisher::Create(shm::TablePath(run_, kService), size_t{1} << 18, now_);
    ASSERT_TRUE(publisher.ok()) << publisher.status().ToString();
    agent_.emplace(std::move(*publisher));
  }
  // Generations begin at `base`; slots take equal turns.
  void Publish(int instances, uint32_t base = 100, uint64_t roster_generation = 1) {
    shm::RouteImage image;
    image.service = kService;
    image.roster_generation = roster_generation;
    for (int k = 0; k < instances; ++k) {
      shm::RouteSlot& slot = image.slots.emplace_back();
      slot.slot = k;
      slot.generation = base + k;
      slot.static_weight = 100;
      slot.availability = 1;
      slot.phase = 1;
      slot.address = Instance(k).address;
      slot.path = Instance(k).path;
    }
    for (int k = 0; k < 256; ++k) image.sequence.push_back(k % instances);
    ASSERT_TRUE(agent_->Publish(shm::EncodeRouteImage(image)).ok());
  }
  void Advance(Router& router, Duration duration, bool agent_beats) {
    for (Duration passed{0}; passed < duration; passed += milliseconds(20)) {
      now_ += milliseconds(20);
      if (agent_beats) agent_->Beat(now_);
      (void)router.Tick(now_);
    }
  }
  static std::map<std::string, int> Picks(Router& router, int count) {
    std::map<std::string, int> picks;
    for (int k = 0; k < count; ++k) {
      auto endpoint = router.Pick({});
      if (endpoint.ok()) ++picks[endpoint->address.ToString()];
    }
    return picks;
  }

  std::string run_;
  RouterOptions options_;
  std::optional<shm::TablePublisher> agent_;
  Time now_{seconds(1000)};
};

TEST_F(RouterTest, WithoutAnyTableAPickSaysWhatIsMissing) {
  Router router(kService, options_);
  (void)router.Tick(now_);
  const auto picked = router.Pick({});
  EXPECT_EQ(picked.status().code(), StatusCode::kUnavailable);
  EXPECT_NE(picked.status().message().find("music/storage"), std::string::npos);
}

TEST_F(RouterTest, FollowsTheAgentsTableAndReportsIntoItsCounters) {
  StartAgent();
  Publish(4);
  Router router(kService, options_);
  (void)router.Tick(now_);
  ASSERT_TRUE(router.follows_agent());
  const auto picks = Picks(router, 256);
  ASSERT_EQ(picks.size(), 4u);
  for (const auto& [address, count] : picks) EXPECT_EQ(count, 64) << address;

  auto reader = shm::CounterReader::Open(router.counters_path());
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  const auto endpoint = router.Pick({});
  router.Report(*endpoint, StatusCode::kOk, milliseconds(3));
  router.Report(*endpoint, StatusCode::kNotFound, milliseconds(1));
  router.Report(*endpoint, StatusCode::kUnavailable, milliseconds(1));
  router.Report(*endpoint, StatusCode::kDeadlineExceeded, milliseconds(1));
  router.Report(*endpoint, StatusCode::kCancelled, milliseconds(1));
  ASSERT_TRUE(reader->Changed());
  const auto counted = reader->Take(endpoint->slot, endpoint->generation);
  EXPECT_EQ(counted.ok, 2u) << "not found is an answer";
  EXPECT_EQ(counted.failed, 2u);
  EXPECT_EQ(counted.unreachable, 1u);
  EXPECT_EQ(counted.latency_us, 4000u);
}

TEST_F(RouterTest, ARetryGoesToAnotherInstanceIfThereIsOne) {
  StartAgent();
  Publish(3);
  Router router(kService, options_);
  (void)router.Tick(now_);
  for (int round = 0; round < 50; ++round) {
    const auto first = router.Pick({});
    const std::vector<uint32_t> one = {first->slot};
    const auto second = router.Pick(one);
    EXPECT_NE(second->slot, first->slot);
    const std::vector<uint32_t> two = {first->slot, second->slot};
    const auto third = router.Pick(two);
    EXPECT_NE(third->slot, first->slot);
    EXPECT_NE(third->slot, second->slot);
    const std::vector<uint32_t> all = {0, 1, 2};
    EXPECT_TRUE(router.Pick(all).ok());
  }
}

TEST_F(RouterTest, AllListsEveryInstanceWhateverItsTurns) {
  StartAgent();
  Publish(3);
  Router router(kService, options_);
  EXPECT_FALSE(router.All().ok());
  Advance(router, milliseconds(100), true);
  const auto all = router.All();
  ASSERT_TRUE(all.ok()) << all.status().ToString();
  ASSERT_EQ(all->size(), 3U);
  for (uint32_t slot = 0; slot < 3; ++slot) {
    EXPECT_EQ((*all)[slot].slot, slot);
    EXPECT_EQ((*all)[slot].generation, 100 + slot);
    EXPECT_EQ((*all)[slot].address.ToString(), Instance(static_cast<int>(slot)).address);
  }
}

TEST_F(RouterTest, AReportForAFormerHolderOfTheSlotIsDropped) {
  StartAgent();
  Publish(2, 100, 1);
  Router router(kService, options_);
  (void)router.Tick(now_);
  const auto old = router.Pick({});
  Publish(2, 200, 2);
  (void)router.Tick(now_);
  router.Report(*old, StatusCode::kUnavailable, milliseconds(1));
  auto reader = shm::CounterReader::Open(router.counters_path());
  EXPECT_FALSE(reader->Changed());
}

TEST_F(RouterTest, ADeadAgentIsReplacedByTheOwnEngineAndComesBack) {
  StartAgent();
  Publish(4);
  Router router(kService, options_);
  (void)router.Tick(now_);
  Advance(router, seconds(1), true);
  ASSERT_TRUE(router.follows_agent());
  Advance(router, milliseconds(2900), false);
  EXPECT_TRUE(router.follows_agent());
  Advance(router, milliseconds(400), false);
  EXPECT_FALSE(router.follows_agent());
  EXPECT_EQ(Picks(router, 400).size(), 4u) << "seeded from the last table";
  v1::ServiceTable own;
  EXPECT_TRUE(router.Describe(own, Time{}));

  // In here failures are now judged by this process.
  for (int round = 0; round < 20; ++round) {
    for (int k = 0; k < 40; ++k) {
      const auto endpoint = router.Pick({});
      const bool dead = endpoint->address.port() == 7002;
      router.Report(*endpoint, dead ? StatusCode::kUnavailable : StatusCode::kOk, milliseconds(1));
    }
    now_ += milliseconds(100);
    for (const Probe& probe : router.Tick(now_)) {
      router.OnProbeResult(probe, false, "refused", now_);
    }
  }
  EXPECT_FALSE(Picks(router, 400).contains("10.0.0.1:7002"));

  // A new agent makes a new file.
  StartAgent();
  Publish(3, 900);
  const uint64_t epoch = router.agent_epoch();
  Advance(router, milliseconds(1500), true);
  EXPECT_TRUE(router.follows_agent());
  EXPECT_GT(router.agent_epoch(), epoch) << "it must be told of our counters";
  EXPECT_EQ(Picks(router, 300).size(), 3u);
  EXPECT_FALSE(router.Describe(own, Time{}));
}

TEST_F(RouterTest, AStampOfAnEarlierBootIsNoSignOfLife) {
  StartAgent();
  Publish(2);
  agent_->Beat(now_ + seconds(100'000));
  Router router(kService, options_);
  (void)router.Tick(now_);
  EXPECT_FALSE(router.follows_agent());
  EXPECT_EQ(Picks(router, 10).size(), 2u) << "but its table is where this process begins";
}

TEST_F(RouterTest, WithoutAgentTheOwnersListIsUsedAndAnEmptyOneIgnored) {
  options_.run_directory = "";
  Router router(kService, options_);
  router.SetInstances({Instance(1), Instance(2)}, now_);
  (void)router.Tick(now_);
  EXPECT_EQ(Picks(router, 100).size(), 2u);
  router.SetInstances({}, now_);
  Advance(router, seconds(1), false);
  EXPECT_EQ(Picks(router, 100).size(), 2u);
  router.SetInstances({Instance(1), Instance(2), Instance(3)}, now_);
  Advance(router, milliseconds(40), false);
  EXPECT_EQ(Picks(router, 300).size(), 3u);
}

TEST_F(RouterTest, ACorruptTableIsRefusedAndTheOwnListUsed) {
  std::ofstream(shm::TablePath(run_, kService)) << std::string(100'000, 'g');
  Router router(kService, options_);
  router.SetInstances({Instance(1)}, now_);
  (void)router.Tick(now_);
  EXPECT_FALSE(router.follows_agent());
  EXPECT_EQ(Picks(router, 10).size(), 1u);
  StartAgent();
  Publish(4);
  Advance(router, milliseconds(1200), true);
  EXPECT_TRUE(router.follows_agent()) << "a good file is found by itself";
}

TEST_F(RouterTest, ATableLargerThanTheCountersGetsLargerOnes) {
  StartAgent();
  Publish(2);
  Router router(kService, options_);
  (void)router.Tick(now_);
  auto reader = shm::CounterReader::Open(router.counters_path());
  agent_.reset();
  auto publisher =
      shm::TablePublisher::Create(shm::TablePath(run_, kService), size_t{1} << 22, now_);
  agent_.emplace(std::move(*publisher));
  Publish(1500, 3000, 2);
  // Not a power of two of equal turns, so cover the high slots by a sequence of their own.
  Advance(router, milliseconds(1100), true);
  ASSERT_TRUE(router.follows_agent());
  EXPECT_TRUE(reader->superseded());
  EXPECT_GE(shm::CounterReader::Open(router.counters_path())->slots(), 1500u);
}

TEST_F(RouterTest, ManyThreadsPickAndReportWhileTablesChange) {
  StartAgent();
  Publish(3);
  Router router(kService, options_);
  (void)router.Tick(now_);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> done{0};
  std::atomic<uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        const auto endpoint = router.Pick({});
        if (!endpoint.ok() || endpoint->address.port() < 7000 || !endpoint->instance) ++wrong;
        if (endpoint.ok()) router.Report(*endpoint, StatusCode::kOk, milliseconds(1));
        ++done;
      }
    });
  }
  for (int turn = 0; turn < 200 || done < 1000; ++turn) {
    Publish(2 + turn % 5, 100 + turn * 10, turn + 2);
    now_ += milliseconds(20);
    agent_->Beat(now_);
    (void)router.Tick(now_);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0u);
}

}  // namespace
}  // namespace bellrock::routing::client
