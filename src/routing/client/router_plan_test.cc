// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "routing/client/router.h"
#include "routing/plan.h"
#include "shm/cursor_file.h"
#include "shm/route_image.h"
#include "shm/run_paths.h"

// Picks by what is asked: keys, lanes, load, refusal. The routers here decide for themselves, as
// without an agent, unless a test says otherwise.
namespace bellrock::routing::client {
namespace {

using std::chrono::milliseconds;

constexpr const char* kService = "music/storage";

InstanceSpec Instance(int number) {
  InstanceSpec spec;
  spec.path = "sz/default/music/storage/default/" + std::to_string(number);
  spec.address = "10.0.0.1:" + std::to_string(7000 + number);
  spec.site = "sz";
  spec.cluster = "default";
  return spec;
}

std::vector<InstanceSpec> Instances(int count) {
  std::vector<InstanceSpec> instances;
  for (int k = 0; k < count; ++k) instances.push_back(Instance(k));
  return instances;
}

class RouterPlan : public testing::Test {
 protected:
  void Start(const std::vector<InstanceSpec>& instances, const v1::RouteSettings& settings) {
    v1::StoredSettings stored;
    stored.set_version(1);
    *stored.mutable_settings() = settings;
    router_.SetSettings(stored);
    router_.SetInstances(instances, now_);
    Tick();
  }
  void Tick() {
    now_ += milliseconds(100);
    for (const Probe& probe : router_.Tick(now_)) {
      router_.OnProbeResult(probe, probe.address != refusing_, "refused", now_);
    }
    now_ += milliseconds(100);
    (void)router_.Tick(now_);
  }
  static v1::RouteSettings Policy(const std::string& policy) {
    v1::RouteSettings settings;
    settings.set_policy(policy);
    return settings;
  }
  std::string PickBy(const std::string& key) {
    auto picked = router_.PickFor({.key = key});
    if (!picked.ok()) return picked.status().ToString();
    router_.Report(*picked, StatusCode::kOk, milliseconds(1));
    return picked->address.ToString();
  }

  Router router_{kService, RouterOptions{}};
  Time now_{std::chrono::seconds(1000)};
  std::string refusing_;
};

TEST_F(RouterPlan, TheSameKeyGoesToTheSameInstance) {
  for (const char* policy : {"ring", "maglev", "jump", "bounded_ring"}) {
    Router router(kService, RouterOptions{});
    v1::StoredSettings stored;
    *stored.mutable_settings() = Policy(policy);
    router.SetSettings(stored);
    router.SetInstances(Instances(10), now_);
    (void)router.Tick(now_);
    std::set<std::string> owners;
    for (int user = 0; user < 200; ++user) {
      const std::string key = std::to_string(user);
      const auto first = router.PickFor({.key = key});
      ASSERT_TRUE(first.ok()) << policy << ": " << first.status().ToString();
      router.Report(*first, StatusCode::kOk, milliseconds(1));
      const auto again = router.PickFor({.key = key});
      ASSERT_TRUE(again.ok());
      router.Report(*again, StatusCode::kOk, milliseconds(1));
      EXPECT_EQ(first->address, again->address) << policy << " " << key;
      owners.insert(first->address.ToString());
    }
    EXPECT_GT(owners.size(), 8u) << policy;
  }
}

TEST_F(RouterPlan, CallsWithoutAKeyAreSpreadAlsoWhenTheServiceIsRoutedByKey) {
  Start(Instances(4), Policy("ring"));
  std::map<std::string, int> picks;
  for (int k = 0; k < 400; ++k) ++picks[PickBy("")];
  ASSERT_EQ(picks.size(), 4u);
  for (const auto& [address, count] : picks) EXPECT_NEAR(count, 100, 10) << address;
}

TEST_F(RouterPlan, AShieldedOwnersKeysDoAsTheSettingsSay) {
  v1::RouteSettings settings = Policy("ring");
  Start(Instances(5), settings);
  const std::string owner = PickBy("42");
  Tick();
  refusing_ = owner;
  const auto picked = router_.PickFor({.key = "42"});
  ASSERT_TRUE(picked.ok());
  router_.Report(*picked, StatusCode::kUnavailable, milliseconds(1));
  Tick();
  const std::string next = PickBy("42");
  EXPECT_NE(next, owner);
  EXPECT_EQ(PickBy("42"), next) << "the next one, and always the same";

  settings.mutable_keyed()->set_when_shielded(v1::KeyedSettings::SHIELDED_ERROR);
  Start(Instances(5), settings);
  const auto failed = router_.PickFor({.key = "42"});
  EXPECT_EQ(failed.status().code(), StatusCode::kUnavailable);
  EXPECT_NE(failed.status().message().find("which is away"), std::string::npos);

  settings.mutable_keyed()->set_when_shielded(v1::KeyedSettings::SHIELDED_WAIT);
  Start(Instances(5), settings);
  EXPECT_EQ(router_.PickFor({.key = "42"}).status().code(), StatusCode::kAborted);
}

TEST_F(RouterPlan, AKeyGoesToWhoeverHoldsItsUnit) {
  std::vector<InstanceSpec> instances = Instances(2);
  instances[0].labels["units"] = "000-499";
  instances[1].labels["units"] = "500-999";
  Start(instances, Policy("unit"));
  EXPECT_EQ(PickBy("10001123"), instances[0].address);
  EXPECT_EQ(PickBy("10001777"), instances[1].address);
}

TEST_F(RouterPlan, ACallInALaneGoesToItsInstances) {
  std::vector<InstanceSpec> instances = Instances(4);
  instances[3].labels["lane"] = "blue";
  v1::RouteSettings settings;
  settings.mutable_lanes()->set_mode(v1::Lanes::MODE_STRICT);
  Start(instances, settings);
  for (int k = 0; k < 20; ++k) {
    EXPECT_EQ(router_.PickFor({.lane = "blue"})->address.ToString(), instances[3].address);
    EXPECT_NE(router_.PickFor({})->address.ToString(), instances[3].address);
  }
  EXPECT_EQ(router_.PickFor({.lane = "green"}).status().code(), StatusCode::kUnavailable);
}

TEST_F(RouterPlan, OfTwoTheOneWithFewerCallsInFlightIsTaken) {
  Start(Instances(2), Policy("least_request"));
  // Nobody answers for a while: calls go to both alike.
  std::map<uint32_t, int> picks;
  std::vector<rpc::Endpoint> open;
  for (int k = 0; k < 100; ++k) {
    open.push_back(*router_.PickFor({}));
    ++picks[open.back().slot];
  }
  EXPECT_NEAR(picks[0], 50, 2);
  // The calls of one come back, those of the other hang.
  for (const rpc::Endpoint& endpoint : open) {
    if (endpoint.slot == 0) router_.Report(endpoint, StatusCode::kOk, milliseconds(1));
  }
  picks.clear();
  for (int k = 0; k < 40; ++k) ++picks[router_.PickFor({})->slot];
  EXPECT_GT(picks[0], 35);
}

TEST_F(RouterPlan, P2cLeavesTheSlowAlone) {
  Start(Instances(2), Policy("p2c"));
  std::map<uint32_t, int> picks;
  for (int k = 0; k < 400; ++k) {
    const auto endpoint = *router_.PickFor({});
    ++picks[endpoint.slot];
    router_.Report(endpoint, StatusCode::kOk, milliseconds(endpoint.slot == 0 ? 50 : 1));
  }
  EXPECT_GT(picks[1], 380);
}

TEST_F(RouterPlan, APickThatIsNotUsedLeavesNoCallInFlight) {
  Start(Instances(2), Policy("least_request"));
  for (int k = 0; k < 50; ++k) {
    const auto endpoint = *router_.PickFor({});
    router_.Unpick(endpoint);
  }
  std::map<uint32_t, int> picks;
  for (int k = 0; k < 20; ++k) ++picks[router_.PickFor({})->slot];
  EXPECT_NEAR(picks[0], 10, 2);
}

// ZY-031: judged per interface.
TEST_F(RouterPlan, AMethodThatFailsAtOneInstanceGoesToTheOthers) {
  Start(Instances(4), v1::RouteSettings());
  const auto call = [&](const char* method) {
    const auto endpoint = *router_.PickFor({.service = "music.v1.Storage", .method = method});
    const bool fails = endpoint.slot == 1 && std::string(method) == "Put";
    router_.Report(endpoint, fails ? StatusCode::kInternal : StatusCode::kOk, milliseconds(1));
    return endpoint.slot;
  };
  for (int tick = 0; tick < 10; ++tick) {
    for (int k = 0; k < 40; ++k) (void)call(k % 10 == 0 ? "Put" : "Get");
    Tick();
  }
  std::map<uint32_t, int> puts;
  std::map<uint32_t, int> gets;
  for (int k = 0; k < 40; ++k) ++puts[call("Put")];
  for (int k = 0; k < 40; ++k) ++gets[call("Get")];
  EXPECT_EQ(puts[1], 0);
  EXPECT_NEAR(gets[1], 10, 2) << "its other methods are well";
}

// A table as an agent publishes it, with two processes that follow it.
TEST_F(RouterPlan, QuotasHoldForAllProcessesOfAHostTogether) {
  const std::string run = testing::TempDir() + "bellrock_cursors_" + std::to_string(::getpid());
  std::filesystem::remove_all(run);
  ASSERT_TRUE(shm::MakeDirectory(shm::TableDirectory(run)).ok());
  const auto cursors = shm::CursorFile::OpenOrCreate(shm::CursorPath(run, kService));
  ASSERT_TRUE(cursors.ok());
  auto agent = shm::TablePublisher::Create(shm::TablePath(run, kService), 1 << 18, now_);
  ASSERT_TRUE(agent.ok());
  RouteEngine engine(EngineOptions{}, 5);
  ASSERT_TRUE(engine.SetInstances(Instances(8), now_).ok());
  const auto table = engine.Tick(now_).table;
  shm::RouteImage image;
  image.service = kService;
  image.roster_generation = table->roster_generation;
  image.sequence = table->sequence;
  for (uint32_t slot = 0; slot < table->entries.size(); ++slot) {
    shm::RouteSlot& out = image.slots.emplace_back();
    out.slot = slot;
    out.generation = table->entries[slot].generation;
    out.static_weight = 100;
    out.availability = 1;
    out.phase = 1;
    out.address = table->entries[slot].spec->address;
    out.path = table->entries[slot].spec->path;
  }
  ASSERT_TRUE(agent->Publish(shm::EncodeRouteImage(image)).ok());
  RouterOptions options;
  options.run_directory = run;
  Router one(kService, options);
  Router other(kService, options);
  (void)one.Tick(now_);
  (void)other.Tick(now_);
  ASSERT_TRUE(one.follows_agent() && other.follows_agent());
  std::map<std::string, int> picks;
  // Few calls each, and not the same number: what either does alone would not be even.
  for (int k = 0; k < 64; ++k) {
    now_ += milliseconds(100);
    agent->Beat(now_);
    (void)one.Tick(now_);
    (void)other.Tick(now_);
    Router& router = k % 3 == 0 ? other : one;
    ++picks[router.PickFor({})->address.ToString()];
  }
  ASSERT_EQ(picks.size(), 8u);
  for (const auto& [address, count] : picks) EXPECT_NEAR(count, 8, 1) << address;
  std::filesystem::remove_all(run);
}

}  // namespace
}  // namespace bellrock::routing::client
