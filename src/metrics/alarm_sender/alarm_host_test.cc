// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/alarm_host.h"

#include <gtest/gtest.h>

#include <map>

#include "metrics/alarm/memory.h"
#include "metrics/alarm/scene_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::alarm_sender {
namespace {

using bellrock::testing::World;

class Failing final : public query::Source {
 public:
  Result<query::Answer> Ask(const query::Question&) override {
    if (!away.ok()) return away;
    return alarm::Results(90, good ? 0 : 10);
  }
  bool good = false;
  Status away;
};

class Shelf final : public StateKeeper {
 public:
  Result<v1::AlarmState> Load() override { return state; }
  Status Save(const v1::AlarmState& next) override {
    if (!away.ok()) return away;
    BELLROCK_TRY(alarm::MayReplace(state, next));
    state = next;
    return Status::Ok();
  }
  v1::AlarmState state;
  Status away;
};

class Log final : public Messenger {
 public:
  Status Send(const alarm::Notification& notification) override {
    BELLROCK_TRY(fiber::SleepFor(delay));
    for (const auto& one : notification.firing) ++told[one.id()];
    for (const auto& one : notification.resolved) ++told[one.id() + " resolved"];
    ++keys[notification.key];
    return status;
  }
  std::map<std::string, int> told;
  std::map<std::string, int> keys;
  Duration delay = std::chrono::milliseconds(100);
  Status status;
};

class AlarmHostTest : public ::testing::Test {
 protected:
  AlarmHostTest() : world_(1) {
    settings_.set_no_templates(true);
    *settings_.add_rules() = alarm::SuccessRule();
    alarm::AddReceiver(settings_, "ops");
    alarm::AddRoute(settings_, "all", "ops");
  }
  std::unique_ptr<AlarmHost> Host(const std::string& node) {
    auto host = std::make_unique<AlarmHost>(world_.Host(node),
                                            AlarmHost::Parts{source_, keeper_, log_}, node);
    host->SetSettings(settings_);
    return host;
  }
  void Wait(int seconds) { (void)fiber::SleepFor(std::chrono::seconds(seconds)); }

  World world_;
  Failing source_;
  Shelf keeper_;
  Log log_;
  v1::AlarmSettings settings_;
};

TEST_F(AlarmHostTest, LooksTellsAndKeeps) {
  world_.Run([&] {
    const auto host = Host("a");
    fiber::JoinHandle term = fiber::Start([&] { (void)host->Serve(); });
    Wait(180);
    ASSERT_EQ(keeper_.state.firings_size(), 1);
    EXPECT_TRUE(keeper_.state.firings(0).has_breakdown());
    EXPECT_EQ(log_.told[keeper_.state.firings(0).id()], 1);
    source_.good = true;
    Wait(600);
    EXPECT_EQ(log_.told[keeper_.state.firings(0).id() + " resolved"], 1);
    EXPECT_EQ(keeper_.state.groups_size(), 0);
  });
}

TEST_F(AlarmHostTest, AnotherNodeTakesOverAndTheFirstStops) {
  world_.Run([&] {
    const auto a = Host("a");
    const auto b = Host("b");
    Status end;
    fiber::JoinHandle first = fiber::Start([&] { end = a->Serve(); });
    Wait(180);
    fiber::JoinHandle second = fiber::Start([&] { (void)b->Serve(); });
    Wait(180);
    EXPECT_EQ(end.code(), StatusCode::kAborted);
    EXPECT_FALSE(a->serving());
    EXPECT_TRUE(b->serving());
    EXPECT_EQ(keeper_.state.holder(), "b");
    EXPECT_EQ(keeper_.state.firings_size(), 1);
    EXPECT_EQ(log_.told.begin()->second, 1);
  });
}

TEST_F(AlarmHostTest, AMessageWhoseSenderDiedIsSentByTheNextUnderTheSameKey) {
  log_.delay = std::chrono::seconds(3600);
  world_.Run([&] {
    {
      const auto a = Host("a");
      fiber::JoinHandle first = fiber::Start([&] { (void)a->Serve(); });
      Wait(180);
    }
    EXPECT_TRUE(log_.keys.empty());
    ASSERT_EQ(keeper_.state.groups_size(), 1);
    const std::string key = keeper_.state.groups(0).sending().key();
    EXPECT_FALSE(key.empty());
    log_.delay = std::chrono::milliseconds(100);
    const auto b = Host("b");
    fiber::JoinHandle second = fiber::Start([&] { (void)b->Serve(); });
    Wait(20);
    EXPECT_EQ(log_.keys[key], 1);
    Wait(180);
    EXPECT_EQ(log_.keys.size(), 1u);
  });
}

TEST_F(AlarmHostTest, ThatAMessageWasSentIsKeptBeforeTheNextLook) {
  world_.Run([&] {
    const auto host = Host("a");
    fiber::JoinHandle term = fiber::Start([&] { (void)host->Serve(); });
    while (log_.keys.empty()) (void)fiber::SleepFor(std::chrono::milliseconds(10));
    (void)fiber::SleepFor(std::chrono::milliseconds(10));
    ASSERT_EQ(keeper_.state.firings_size(), 1);
    EXPECT_EQ(keeper_.state.firings(0).told_size(), 1);
    EXPECT_FALSE(keeper_.state.groups(0).has_sending());
  });
}

TEST_F(AlarmHostTest, NothingIsSentThatCouldNotBeKept) {
  world_.Run([&] {
    const auto host = Host("a");
    Status end;
    fiber::JoinHandle term = fiber::Start([&] { end = host->Serve(); });
    Wait(6);
    keeper_.away = UnavailableError("no quorum");
    Wait(600);
    EXPECT_EQ(end.code(), StatusCode::kUnavailable);
    EXPECT_TRUE(log_.keys.empty());
  });
}

TEST_F(AlarmHostTest, ASlowReceiverDoesNotHoldUpTheLooks) {
  log_.delay = std::chrono::seconds(3600);
  world_.Run([&] {
    const auto host = Host("a");
    fiber::JoinHandle term = fiber::Start([&] { (void)host->Serve(); });
    Wait(180);
    const int64_t judged = host->Snapshot().progress(0).judged_to();
    Wait(120);
    EXPECT_EQ(host->Snapshot().progress(0).judged_to(), judged + 120);
  });
}

TEST_F(AlarmHostTest, ASourceThatIsAwayIsSaidAndAskedAgain) {
  source_.away = UnavailableError("store is away");
  world_.Run([&] {
    const auto host = Host("a");
    fiber::JoinHandle term = fiber::Start([&] { (void)host->Serve(); });
    Wait(120);
    EXPECT_EQ(host->Snapshot().progress(0).problem(), "UNAVAILABLE: store is away");
    source_.away = Status::Ok();
    Wait(120);
    EXPECT_EQ(host->Snapshot().firings_size(), 1);
  });
}

}  // namespace
}  // namespace bellrock::metrics::alarm_sender
