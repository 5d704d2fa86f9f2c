// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/shared_keeper.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "metrics/alarm/memory.h"
#include "metrics/alarm_server/store_keeper.h"
#include "metrics/store/memory_store.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_server {
namespace {

// A server with its own store, over settings that it shares with the others.
struct Node {
  Node(fiber::Environment environment, settings::SettingsStore& shared)
      : own(store), keeper(environment, shared, own, "sz") {}

  void TakeOver(const std::string& name) {
    Result<v1::AlarmState> kept = keeper.Load();
    ASSERT_TRUE(kept.ok()) << kept.status().ToString();
    state = alarm::TakenOver(std::move(kept).value(), name);
    ASSERT_TRUE(keeper.Save(state).ok());
  }
  Status Save() {
    state.set_version(state.version() + 1);
    return keeper.Save(state);
  }

  store::MemoryStore store;
  StoreKeeper own;
  SharedKeeper keeper;
  v1::AlarmState state;
};

void AddFiring(v1::AlarmState& state, const std::string& id) {
  v1::AlarmFiring& firing = *state.add_firings();
  firing.set_id(id);
  firing.add_told("ops");
}

template <typename Body>
void InWorld(Body body) {
  testing::World world(1);
  world.Run([&] {
    settings::FakeSettingsStore shared;
    Node a(world.Host("a"), shared);
    Node b(world.Host("b"), shared);
    body(shared, a, b);
  });
}

TEST(SharedKeeper, AnotherServerGoesOnWithWhatWasToldAndTheFirstIsFencedOff) {
  InWorld([](auto&, Node& a, Node& b) {
    a.TakeOver("a");
    AddFiring(a.state, "fires");
    ASSERT_TRUE(a.Save().ok());
    b.TakeOver("b");
    EXPECT_EQ(b.state.epoch(), 2u);
    ASSERT_EQ(b.state.firings_size(), 1);
    EXPECT_EQ(b.state.firings(0).told(0), "ops");
    AddFiring(a.state, "news of one that was paused");
    EXPECT_EQ(a.Save().code(), StatusCode::kAborted);
    EXPECT_EQ(a.keeper.Shared()->holder(), "b");
  });
}

TEST(SharedKeeper, WhatIsNoNewsIsWrittenOnceInAWhile) {
  InWorld([](settings::FakeSettingsStore& shared, Node& a, Node&) {
    a.TakeOver("a");
    const uint64_t puts = shared.puts();
    for (int second = 0; second < 600; second += 60) {
      ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(60)).ok());
      a.state.set_notifications_lost(static_cast<uint64_t>(second));
      ASSERT_TRUE(a.Save().ok());
    }
    EXPECT_EQ(shared.puts(), puts + 2);
  });
}

TEST(SharedKeeper, AStateTooLongForOneDocumentIsLeftWholeUntilTheNextOneIs) {
  InWorld([](settings::FakeSettingsStore& shared, Node& a, Node& b) {
    a.TakeOver("a");
    uint64_t random = 1;
    for (int i = 0; i < 4000; ++i) {
      std::string id;
      for (int word = 0; word < 4; ++word) id += std::to_string(random *= 6364136223846793005u);
      AddFiring(a.state, id);
    }
    ASSERT_TRUE(a.Save().ok());
    ASSERT_TRUE(shared.Get("alarms-1-1/sz"));
    EXPECT_EQ(b.keeper.Shared()->firings_size(), 4000);
    AddFiring(a.state, "one more");
    // Lost before its head was written: the one before stands.
    TestContext context;
    ASSERT_TRUE(shared.Put(context, {"alarms-0-0/sz", "half", "a"}).ok());
    EXPECT_EQ(b.keeper.Shared()->firings_size(), 4000);
    ASSERT_TRUE(a.Save().ok());
    EXPECT_EQ(b.keeper.Shared()->firings_size(), 4001);
  });
}

TEST(SharedKeeper, APartThatNeverComesDoesNotEndAlarmsForGood) {
  InWorld([](settings::FakeSettingsStore& shared, Node&, Node& b) {
    v1::AlarmStateDocument head;
    head.add_part_versions(77);
    TestContext context;
    ASSERT_TRUE(shared.Put(context, {"alarms/sz", head.SerializeAsString(), "a"}).ok());
    for (int i = 1; i < SharedKeeper::kTriesMax; ++i) {
      EXPECT_EQ(b.keeper.Load().status().code(), StatusCode::kUnavailable);
    }
    b.TakeOver("b");
    EXPECT_EQ(b.keeper.Shared()->holder(), "b");
  });
}

TEST(SharedKeeper, WhatCannotBeSharedIsNotKept) {
  InWorld([](settings::FakeSettingsStore& shared, Node& a, Node&) {
    a.TakeOver("a");
    shared.away = UnavailableError("nobody leads");
    AddFiring(a.state, "fires");
    EXPECT_EQ(a.Save().code(), StatusCode::kUnavailable);
    EXPECT_EQ(a.own.Load()->firings_size(), 0);
  });
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
