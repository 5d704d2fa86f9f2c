// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/settings_desk.h"

#include <gtest/gtest.h>

#include "bellrock/testing.h"
#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/alarm/scene_for_test.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_server {
namespace {

struct Desk {
  explicit Desk(fiber::Environment environment) : desk(environment, store) {}

  Result<v1::StoredAlarmSettings> Set(const std::string& service, const v1::AlarmSettings& settings,
                                      uint64_t expected = 0, bool check_only = false) {
    v1::SetAlarmSettingsRequest request;
    request.set_service(service);
    *request.mutable_settings() = settings;
    request.set_expected_version(expected);
    request.set_check_only(check_only);
    request.set_who_and_why("ann: test");
    return desk.Set(context, request);
  }
  Result<v1::AlarmSilence> Silence(const std::string& name, int64_t to) {
    v1::SilenceRequest request;
    *request.mutable_silence()->add_matchers() = alarm::Matcher(name, "*");
    request.mutable_silence()->set_to(to);
    request.mutable_silence()->set_by("ann");
    request.mutable_silence()->set_comment("moves");
    return desk.Silence(context, request);
  }

  TestContext context;
  settings::FakeSettingsStore store;
  SettingsDesk desk;
};

v1::AlarmSettings WithRule() {
  v1::AlarmSettings settings;
  *settings.add_rules() = alarm::SuccessRule();
  return settings;
}

template <typename Body>
void InWorld(Body body) {
  testing::World world(1);
  world.Run([&] {
    Desk at(world.Host("server"));
    body(at, fiber::UnixMs(world.Host("server").clock) / 1000);
  });
}

TEST(SettingsDesk, KeepsWhatIsSetWithItsVersionAndReason) {
  InWorld([](Desk& at, int64_t) {
    EXPECT_EQ(at.desk.Get({})->version(), 0u);
    const auto set = at.Set("", WithRule());
    ASSERT_TRUE(set.ok()) << set.status().ToString();
    EXPECT_EQ(at.desk.Get({})->SerializeAsString(), set->SerializeAsString());
    EXPECT_EQ(set->who_and_why(), "ann: test");
    EXPECT_EQ(at.desk.List().settings_size(), 1);
  });
}

TEST(SettingsDesk, ABadFieldIsNamedWhereItsWriterFindsIt) {
  InWorld([](Desk& at, int64_t) {
    ASSERT_TRUE(at.Set("", WithRule()).ok());
    v1::AlarmSettings bad;
    *bad.add_rules() = alarm::SuccessRule(7);
    bad.mutable_rules(0)->set_name("other");
    const auto set = at.Set("music/catalog", bad);
    EXPECT_EQ(set.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(set.status().message().find("rules[0].condition.bound"), std::string::npos)
        << set.status().ToString();
    EXPECT_EQ(at.desk.InForce().rules_size(), 1);
  });
}

TEST(SettingsDesk, RefusesNamesAndVersionsThatDoNotHold) {
  InWorld([](Desk& at, int64_t) {
    ASSERT_TRUE(at.Set("", WithRule()).ok());
    EXPECT_EQ(at.Set("music", WithRule()).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(at.Set(std::string(kSilencesName), {}).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(at.Set("", {}, 9).status().code(), StatusCode::kAborted);
    EXPECT_EQ(at.Set("", {}, 9, true).status().code(), StatusCode::kAborted);
    EXPECT_TRUE(at.Set("", {}, 1, true).ok());
    EXPECT_EQ(at.desk.InForce().rules_size(), 1) << "only checked";
    v1::SetAlarmSettingsRequest anonymous;
    EXPECT_EQ(at.desk.Set(at.context, anonymous).status().code(), StatusCode::kInvalidArgument);
  });
}

TEST(SettingsDesk, ServicesComeBeforeThePlatformAndMayUseItsReceivers) {
  InWorld([](Desk& at, int64_t) {
    v1::AlarmSettings platform;
    alarm::AddReceiver(platform, "ops");
    alarm::AddRoute(platform, "all", "ops");
    v1::AlarmSettings own;
    alarm::AddRoute(own, "mine", "ops");
    EXPECT_FALSE(at.Set("music/catalog", own).ok()) << "nobody has such a receiver yet";
    ASSERT_TRUE(at.Set("", platform).ok());
    ASSERT_TRUE(at.Set("music/catalog", own).ok());
    ASSERT_EQ(at.desk.InForce().routes_size(), 2);
    EXPECT_EQ(at.desk.InForce().routes(0).name(), "mine");
    EXPECT_FALSE(at.Set("", {}).ok()) << "its receiver is used";
  });
}

TEST(SettingsDesk, SilencesStayWhenSettingsAreReplacedAndGoWhenTheyAreOver) {
  InWorld([](Desk& at, int64_t now) {
    const auto first = at.Silence("alertname", now + 60);
    ASSERT_TRUE(first.ok()) << first.status().ToString();
    EXPECT_EQ(first->from(), now);
    ASSERT_TRUE(at.Set("", WithRule()).ok());
    EXPECT_EQ(at.desk.InForce().silences_size(), 1);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(61)).ok());
    const auto second = at.Silence("alertname", now + 600);
    ASSERT_TRUE(second.ok());
    ASSERT_EQ(at.desk.InForce().silences_size(), 1);
    EXPECT_EQ(at.desk.InForce().silences(0).id(), second->id());
    EXPECT_NE(second->id(), first->id());
  });
}

TEST(SettingsDesk, ASilenceCanBeEndedOnce) {
  InWorld([](Desk& at, int64_t now) {
    v1::UnsilenceRequest end;
    end.set_id(at.Silence("alertname", now + 60)->id());
    EXPECT_EQ(at.desk.Unsilence(at.context, end).status().code(), StatusCode::kInvalidArgument);
    end.set_who_and_why("ann: over");
    EXPECT_TRUE(at.desk.Unsilence(at.context, end).ok());
    EXPECT_EQ(at.desk.InForce().silences_size(), 0);
    EXPECT_EQ(at.desk.Unsilence(at.context, end).status().code(), StatusCode::kNotFound);
  });
}

TEST(SettingsDesk, ASilenceThatEndsBeforeItBeginsIsRefused) {
  InWorld([](Desk& at, int64_t now) {
    const auto silence = at.Silence("alertname", now - 1);
    EXPECT_EQ(silence.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(silence.status().message().find("silences[0].to"), std::string::npos);
  });
}

TEST(SettingsDesk, TellsItsListenerOfEachChange) {
  InWorld([](Desk& at, int64_t now) {
    int told = 0;
    at.desk.Listen([&told] { ++told; });
    ASSERT_TRUE(at.Set("", WithRule()).ok());
    EXPECT_EQ(told, 1);
    ASSERT_TRUE(at.Silence("alertname", now + 60).ok());
    EXPECT_EQ(told, 2);
    at.desk.Listen(nullptr);
  });
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
