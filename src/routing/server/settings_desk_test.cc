// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/server/settings_desk.h"

#include <gtest/gtest.h>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::routing::server {
namespace {

using std::chrono::seconds;

struct Desk {
  explicit Desk(fiber::Environment environment) : env(environment), desk(environment, store) {}

  Result<v1::PutSettingsReply> Put(const std::string& service, const std::string& policy,
                                   uint64_t expected = 0, bool check_only = false) {
    v1::PutSettingsRequest request;
    request.set_service(service);
    request.mutable_settings()->set_policy(policy);
    request.set_expected_version(expected);
    request.set_who_and_why("ann: test");
    request.set_check_only(check_only);
    TestContext context;
    return desk.Put(context, request);
  }
  v1::StoredSettings Get(const std::string& service) {
    v1::GetSettingsRequest request;
    request.set_service(service);
    return *desk.Get(request);
  }
  static v1::PollSettingsRequest Knowing(const std::string& service, uint64_t version,
                                         int64_t wait_ms) {
    v1::PollSettingsRequest request;
    request.add_known()->set_service(service);
    request.mutable_known(0)->set_version(version);
    request.set_wait_ms(wait_ms);
    return request;
  }

  fiber::Environment env;
  settings::FakeSettingsStore store;
  SettingsDesk desk;
};

TEST(SettingsDesk, KeepsWhatIsPutWithItsVersionAndReason) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    EXPECT_EQ(at.Get("music/storage").version(), 0u);
    EXPECT_TRUE(at.Get("music/storage").has_settings());
    const auto put = at.Put("music/storage", "ring");
    ASSERT_TRUE(put.ok());
    const v1::StoredSettings stored = at.Get("music/storage");
    EXPECT_EQ(stored.SerializeAsString(), put->stored().SerializeAsString());
    EXPECT_EQ(stored.settings().policy(), "ring");
    EXPECT_EQ(stored.who_and_why(), "ann: test");
    EXPECT_EQ(at.desk.List().settings_size(), 1);
  });
}

TEST(SettingsDesk, RefusesBadSettingsNamesAndVersionsAndKeepsWhatIsThere) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    ASSERT_TRUE(at.Put("music/storage", "ring").ok());
    const auto code = [](const auto& result) { return result.status().code(); };
    EXPECT_EQ(code(at.Put("music/storage", "rung")), StatusCode::kInvalidArgument);
    EXPECT_EQ(code(at.Put("music", "ring")), StatusCode::kInvalidArgument);
    EXPECT_EQ(code(at.Put("/sz/x", "ring")), StatusCode::kInvalidArgument);
    EXPECT_EQ(code(at.Put("music/storage", "p2c", 9)), StatusCode::kAborted);
    EXPECT_EQ(code(at.Put("music/storage", "p2c", 9, true)), StatusCode::kAborted);
    v1::PutSettingsRequest anonymous;
    anonymous.set_service("music/storage");
    TestContext context;
    EXPECT_EQ(code(at.desk.Put(context, anonymous)), StatusCode::kInvalidArgument);
    EXPECT_EQ(at.Get("music/storage").version(), 1u);
  });
}

TEST(SettingsDesk, OnlyChecksWhenAskedTo) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    EXPECT_TRUE(at.Put("music/storage", "ring", 0, true).ok());
    EXPECT_FALSE(at.Put("music/storage", "rung", 0, true).ok());
    EXPECT_EQ(at.Get("music/storage").version(), 0u);
  });
}

TEST(SettingsDesk, AResetIsNewsToWhoKnowsMore) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    ASSERT_TRUE(at.Put("music/storage", "ring").ok());
    ASSERT_TRUE(at.Put("music/storage", "").ok());
    EXPECT_EQ(at.desk.List().settings_size(), 0) << "all default: nothing to show";
    const auto polled = at.desk.Poll(Desk::Knowing("music/storage", 1, 0));
    ASSERT_EQ(polled->changed_size(), 1);
    EXPECT_EQ(polled->changed(0).version(), 2u);
    EXPECT_EQ(polled->changed(0).settings().policy(), "");
  });
}

TEST(SettingsDesk, APollEndsWithTheChangeItWaitsForAndNoOther) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    const Time begin = at.env.clock.Now();
    Duration took{};
    fiber::JoinHandle poll = fiber::Start([&] {
      const auto polled = at.desk.Poll(Desk::Knowing("music/storage", 0, 30'000));
      ASSERT_EQ(polled->changed_size(), 1);
      took = at.env.clock.Now() - begin;
    });
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    ASSERT_TRUE(at.Put("music/other", "ring").ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    ASSERT_TRUE(at.Put("music/storage", "ring").ok());
    poll.Join();
    EXPECT_EQ(took, seconds(2));
    EXPECT_EQ(at.desk.pollers() + at.desk.polled(), 0u);
  });
}

TEST(SettingsDesk, APollWithoutNewsEndsEmptyAndAnOlderVersionHereIsNone) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    ASSERT_TRUE(at.Put("music/storage", "ring").ok());
    const Time begin = at.env.clock.Now();
    const auto polled = at.desk.Poll(Desk::Knowing("music/storage", 7, 5'000));
    ASSERT_TRUE(polled.ok());
    EXPECT_EQ(polled->changed_size(), 0);
    EXPECT_EQ(at.env.clock.Now() - begin, seconds(5));
  });
}

TEST(SettingsDesk, ACallerThatHangsUpFreesItsPlace) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    Status ended;
    fiber::JoinHandle poll = fiber::Start(
        [&] { ended = at.desk.Poll(Desk::Knowing("music/storage", 0, 30'000)).status(); });
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_EQ(at.desk.pollers(), 1u);
    poll.Cancel();
    poll.Join();
    EXPECT_EQ(ended.code(), StatusCode::kCancelled);
    EXPECT_EQ(at.desk.pollers() + at.desk.polled(), 0u);
    ASSERT_TRUE(at.Put("music/storage", "ring").ok()) << "nobody is left to be told";
  });
}

TEST(SettingsDesk, ANameGivenTwiceHarmsNobody) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    v1::PollSettingsRequest twice = Desk::Knowing("music/storage", 0, 1'000);
    *twice.add_known() = twice.known(0);
    EXPECT_EQ(at.desk.Poll(twice)->changed_size(), 0);
    EXPECT_EQ(at.desk.pollers() + at.desk.polled(), 0u);
  });
}

TEST(SettingsDesk, RefusesPollsThatAreTooLongOrTooMany) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    EXPECT_EQ(at.desk.Poll(Desk::Knowing("music/storage", 0, 30'001)).status().code(),
              StatusCode::kInvalidArgument);
    v1::PollSettingsRequest wide;
    for (size_t i = 0; i <= kPolledPerCallMax; ++i) {
      wide.add_known()->set_service("music/" + std::to_string(i));
    }
    EXPECT_EQ(at.desk.Poll(wide).status().code(), StatusCode::kInvalidArgument);
  });
}

TEST(SettingsDesk, StoppingAnswersThoseWhoWait) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    Status ended = InternalError("still waits");
    fiber::JoinHandle poll = fiber::Start(
        [&] { ended = at.desk.Poll(Desk::Knowing("music/storage", 0, 30'000)).status(); });
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    at.desk.Stop();
    poll.Join();
    EXPECT_TRUE(ended.ok());
    const Time begin = at.env.clock.Now();
    EXPECT_TRUE(at.desk.Poll(Desk::Knowing("music/storage", 0, 30'000)).ok());
    EXPECT_EQ(at.env.clock.Now(), begin);
  });
}

TEST(SettingsDesk, ListensToItsStoreNoLongerThanItLives) {
  testing::World world(1);
  world.Run([&] {
    settings::FakeSettingsStore store;
    {
      SettingsDesk desk(world.Host("server"), store);
      EXPECT_TRUE(store.listened());
    }
    EXPECT_FALSE(store.listened());
  });
}

}  // namespace
}  // namespace bellrock::routing::server
