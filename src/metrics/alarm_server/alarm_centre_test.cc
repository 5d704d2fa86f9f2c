// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarm_centre.h"

#include <gtest/gtest.h>

#include "bellrock/testing.h"
#include "metrics/alarm/memory.h"
#include "metrics/alarm/scene_for_test.h"
#include "metrics/alarm_server/store_keeper.h"
#include "metrics/store/memory_store.h"
#include "settings/fake_settings_store_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_server {
namespace {

using std::chrono::seconds;

class Failing final : public query::Source {
 public:
  Result<query::Answer> Ask(const query::Question&) override { return alarm::Results(90, 10); }
};

class Count final : public alarm_sender::Messenger {
 public:
  Status Send(const alarm::Notification&) override {
    ++sent;
    return Status::Ok();
  }
  int sent = 0;
};

// One server whose calls fail all the time.
struct Server {
  explicit Server(fiber::Environment environment) : env(environment), desk(environment, settings) {
    centre = std::make_unique<AlarmCentre>(
        env,
        AlarmCentre::Parts{source, keeper, messenger, desk,
                           [this] { return complete ? INT64_MAX : 0; }, [this] { return chosen; }},
        "n1");
  }
  void SetRule() {
    v1::SetAlarmSettingsRequest request;
    request.set_who_and_why("ann: test");
    request.mutable_settings()->set_no_templates(true);
    *request.mutable_settings()->add_rules() = alarm::SuccessRule();
    alarm::AddReceiver(*request.mutable_settings(), "ops");
    alarm::AddRoute(*request.mutable_settings(), "all", "ops");
    TestContext context;
    ASSERT_TRUE(desk.Set(context, request).ok());
  }
  static void Wait(int time) { ASSERT_TRUE(fiber::SleepFor(seconds(time)).ok()); }

  fiber::Environment env;
  Failing source;
  Count messenger;
  settings::FakeSettingsStore settings;
  SettingsDesk desk;
  store::MemoryStore store;
  StoreKeeper keeper{store};
  bool complete = true;
  bool chosen = true;
  std::unique_ptr<AlarmCentre> centre;
};

template <typename Body>
void InWorld(Body body) {
  testing::World world(1);
  world.Run([&] {
    Server at(world.Host("server"));
    body(at);
  });
}

TEST(AlarmCentre, JudgesByTheSettingsThatAreSetLater) {
  InWorld([](Server& at) {
    at.centre->Start();
    Server::Wait(60);
    at.SetRule();
    Server::Wait(200);
    EXPECT_EQ(at.messenger.sent, 1);
    EXPECT_EQ(at.centre->Snapshot().firings_size(), 1);
  });
}

TEST(AlarmCentre, WhatIsNotCompleteIsNotJudged) {
  InWorld([](Server& at) {
    at.complete = false;
    at.SetRule();
    at.centre->Start();
    Server::Wait(300);
    const v1::AlarmState state = at.centre->Snapshot();
    EXPECT_EQ(state.firings_size(), 0);
    ASSERT_EQ(state.progress_size(), 1);
    EXPECT_NE(state.progress(0).problem().find("nothing is known to be complete"),
              std::string::npos);
    at.complete = true;
    Server::Wait(60);
    EXPECT_EQ(at.centre->Snapshot().firings_size(), 1);
  });
}

TEST(AlarmCentre, OnlyWhoIsChosenEvaluates) {
  InWorld([](Server& at) {
    at.chosen = false;
    at.SetRule();
    at.centre->Start();
    Server::Wait(200);
    EXPECT_FALSE(at.centre->serving());
    at.chosen = true;
    Server::Wait(200);
    EXPECT_TRUE(at.centre->serving());
    at.chosen = false;
    Server::Wait(2);
    EXPECT_FALSE(at.centre->serving());
  });
}

TEST(AlarmCentre, BeginsAnewAfterSomebodyElseHadItAndTellsNothingTwice) {
  InWorld([](Server& at) {
    at.SetRule();
    at.centre->Start();
    Server::Wait(200);
    ASSERT_EQ(at.messenger.sent, 1);
    ASSERT_TRUE(at.keeper.Save(alarm::TakenOver(*at.keeper.Load(), "n2")).ok());
    Server::Wait(200);
    EXPECT_TRUE(at.centre->serving());
    EXPECT_EQ(at.keeper.Load()->holder(), "n1");
    EXPECT_EQ(at.messenger.sent, 1);
  });
}

TEST(AlarmCentre, StopsAndGoesOnFromWhatIsKept) {
  InWorld([](Server& at) {
    at.SetRule();
    at.centre->Start();
    Server::Wait(200);
    at.centre->Stop();
    EXPECT_FALSE(at.centre->serving());
    at.centre->Start();
    Server::Wait(200);
    EXPECT_TRUE(at.centre->serving());
    EXPECT_EQ(at.messenger.sent, 1);
  });
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
