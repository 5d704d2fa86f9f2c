// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/dispatcher.h"

#include <gtest/gtest.h>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/muting.h"
#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

class AlarmDispatcher : public testing::Test {
 protected:
  AlarmDispatcher() : dispatcher_(memory_) {
    AddReceiver(settings_, "ops");
    AddRoute(settings_, "all", "ops");
  }
  v1::AlarmFiring& Fire(const std::string& id, const std::string& service = "music/catalog",
                        const std::string& alertname = "rule") {
    v1::AlarmFiring& firing = memory_.firings[id];
    firing.set_id(id);
    firing.set_fired_at(now_);
    (*firing.mutable_labels())["service"] = service;
    (*firing.mutable_labels())["alertname"] = alertname;
    return firing;
  }
  std::vector<Notification> At(int64_t now) {
    now_ = now;
    return dispatcher_.Collect(settings_, now);
  }
  // All of them are sent well; those of a moment as "receiver: +fired -resolved".
  std::string Sent(int64_t now) {
    std::string text;
    for (const Notification& one : At(now)) {
      if (!text.empty()) text += "; ";
      text += one.receiver.name() + ":";
      for (const auto& firing : one.firing) text += " +" + firing.id();
      for (const auto& firing : one.resolved) text += " -" + firing.id();
      dispatcher_.OnSent(one, Status::Ok(), now);
    }
    return text;
  }

  Memory memory_;
  Dispatcher dispatcher_;
  v1::AlarmSettings settings_;
  int64_t now_ = 1000;
};

TEST_F(AlarmDispatcher, AlarmsOfOneServiceShareAMessage) {
  Fire("a");
  EXPECT_EQ(Sent(1000), "");
  Fire("b");
  EXPECT_EQ(Sent(1029), "");
  EXPECT_EQ(Sent(1030), "ops: +a +b");
  EXPECT_EQ(Sent(1031), "");
}

TEST_F(AlarmDispatcher, OtherGroupsAreToldApart) {
  Fire("a");
  Fire("b", "radio/live");
  Sent(1000);
  EXPECT_EQ(Sent(1030), "ops: +a; ops: +b");
}

TEST_F(AlarmDispatcher, NewsWaitForTheIntervalAndTheRestForTheRepeat) {
  Fire("a");
  Sent(1000);
  Sent(1030);
  Fire("b");
  EXPECT_EQ(Sent(1329), "");
  EXPECT_EQ(Sent(1330), "ops: +a +b");
  EXPECT_EQ(Sent(1330 + 4 * 3600 - 1), "");
  EXPECT_EQ(Sent(1330 + 4 * 3600), "ops: +a +b");
}

TEST_F(AlarmDispatcher, TheEndIsToldOnce) {
  v1::AlarmFiring& a = Fire("a");
  Sent(1000);
  Sent(1030);
  a.set_resolved_at(1200);
  EXPECT_EQ(Sent(1330), "ops: -a");
  EXPECT_EQ(Sent(9999), "");
  EXPECT_TRUE(memory_.groups.empty());
}

TEST_F(AlarmDispatcher, OneThatCameAndWentIsStillTold) {
  v1::AlarmFiring& a = Fire("a");
  Sent(1000);
  a.set_resolved_at(1020);
  EXPECT_EQ(Sent(1030), "ops: -a");
  EXPECT_EQ(Sent(5000), "");
}

TEST_F(AlarmDispatcher, AReceiverMayWantFiringsOnly) {
  settings_.mutable_receivers(0)->set_no_resolved(true);
  v1::AlarmFiring& a = Fire("a");
  Sent(1000);
  EXPECT_EQ(Sent(1030), "ops: +a");
  a.set_resolved_at(1200);
  EXPECT_EQ(Sent(2000), "");
  EXPECT_TRUE(memory_.groups.empty());
}

TEST_F(AlarmDispatcher, SilenceLastsForItsTimeOnly) {
  v1::AlarmSilence& silence = *settings_.add_silences();
  *silence.add_matchers() = Matcher("service", "music/*");
  silence.set_from(900);
  silence.set_to(2000);
  silence.set_by("lee");
  silence.set_comment("drill");
  const v1::AlarmFiring& a = Fire("a");
  EXPECT_EQ(WhyMuted(settings_, memory_, a, 1000), "silenced by lee: drill");
  EXPECT_EQ(Sent(1999), "");
  Sent(2000);
  EXPECT_EQ(Sent(2030), "ops: +a");
}

TEST_F(AlarmDispatcher, WhatPassedInSilenceIsNotToldLater) {
  v1::AlarmSilence& silence = *settings_.add_silences();
  *silence.add_matchers() = Matcher("alertname", "*");
  silence.set_from(0);
  silence.set_to(2000);
  v1::AlarmFiring& a = Fire("a");
  Sent(1000);
  a.set_resolved_at(1500);
  Sent(1500);
  EXPECT_EQ(Sent(2000), "");
  EXPECT_EQ(Sent(3000), "");
}

TEST_F(AlarmDispatcher, WhoHeardOfItHearsOfItsEndInSilenceToo) {
  v1::AlarmFiring& a = Fire("a");
  Sent(1000);
  Sent(1030);
  v1::AlarmSilence& silence = *settings_.add_silences();
  *silence.add_matchers() = Matcher("alertname", "*");
  silence.set_to(99'999);
  EXPECT_EQ(Sent(1400), "");
  a.set_resolved_at(1500);
  Sent(1500);
  EXPECT_EQ(Sent(1530), "ops: -a");
}

TEST_F(AlarmDispatcher, ADeadSiteHushesItsServices) {
  v1::AlarmInhibition& inhibition = *settings_.add_inhibitions();
  *inhibition.add_source() = Matcher("alertname", "site_down");
  *inhibition.add_target() = Matcher("alertname", "*");
  inhibition.add_equal("site");
  v1::AlarmFiring& site = Fire("s", "platform/site", "site_down");
  v1::AlarmFiring& here = Fire("a");
  v1::AlarmFiring& there = Fire("b");
  (*site.mutable_labels())["site"] = "gz";
  (*here.mutable_labels())["site"] = "gz";
  (*there.mutable_labels())["site"] = "sz";
  EXPECT_EQ(WhyMuted(settings_, memory_, here, 1000), "inhibited by site_down of platform/site");
  Sent(1000);
  EXPECT_EQ(Sent(1030), "ops: +b; ops: +s");
  // Resolved together with what hushed it, it stays unheard.
  here.set_resolved_at(1200);
  site.set_resolved_at(1200);
  EXPECT_EQ(Sent(1330), "ops: -s");
}

TEST_F(AlarmDispatcher, TheOwnersReceiversComeFirst) {
  settings_.clear_routes();
  AddRoute(settings_, "owner", "").set_to_owner(true);
  AddRoute(settings_, "rest", "ops");
  AddReceiver(settings_, "music-chat").set_owner("music");
  (*Fire("a").mutable_labels())["owner"] = "music";
  (*Fire("b", "radio/live").mutable_labels())["owner"] = "radio";
  Sent(1000);
  EXPECT_EQ(Sent(1030), "music-chat: +a; ops: +b");
}

TEST_F(AlarmDispatcher, ARouteMayGoOn) {
  settings_.mutable_routes(0)->set_go_on(true);
  AddReceiver(settings_, "archive");
  AddRoute(settings_, "archive", "archive");
  Fire("a");
  Sent(1000);
  EXPECT_EQ(Sent(1030), "ops: +a; archive: +a");
}

TEST_F(AlarmDispatcher, AFailedMessageIsSentAgainUnderItsKeyThenGivenUpForOneWithTheNews) {
  Fire("a");
  Sent(1000);
  std::string key;
  uint32_t tries = 0;
  for (int64_t now = 1030; tries < kSendingTriesMax; ++now) {
    for (const Notification& one : At(now)) {
      ++tries;
      if (key.empty()) key = one.key;
      EXPECT_EQ(one.key, key);
      EXPECT_EQ(one.again, tries > 1);
      dispatcher_.OnSent(one, UnavailableError("refused"), now);
    }
    ASSERT_LT(now, 10'000);
  }
  EXPECT_EQ(memory_.notifications_lost, 1u);
  EXPECT_EQ(memory_.groups.begin()->second.problem(), "UNAVAILABLE: refused");
  Fire("b");
  EXPECT_EQ(Sent(now_ + 1), "");
  const auto next = At(now_ + kSendingBackoffSecondsMax);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_NE(next[0].key, key);
  EXPECT_EQ(next[0].firing.size(), 2u);
}

TEST_F(AlarmDispatcher, AlertmanagerIsToldAtOnceAndEachMinute) {
  settings_.mutable_receivers(0)->mutable_alertmanager()->set_url("http://am:9093");
  v1::AlarmFiring& a = Fire("a");
  EXPECT_EQ(Sent(1000), "ops: +a");
  EXPECT_EQ(Sent(1000 + kAlertmanagerResendSeconds - 1), "");
  EXPECT_EQ(Sent(1000 + kAlertmanagerResendSeconds), "ops: +a");
  a.set_resolved_at(1070);
  EXPECT_EQ(Sent(1070), "ops: -a");
  EXPECT_EQ(Sent(2000), "");
}

TEST_F(AlarmDispatcher, WhatIsUnderWayIsNotBegunTwice) {
  Fire("a");
  Sent(1000);
  ASSERT_EQ(At(1030).size(), 1u);
  EXPECT_TRUE(At(1031).empty());
}

TEST_F(AlarmDispatcher, ASuccessorSendsWhatMayNotHaveBeenSentUnderTheSameKey) {
  Fire("a");
  Sent(1000);
  const auto begun = At(1030);
  ASSERT_EQ(begun.size(), 1u);
  Memory saved = Memory::From(memory_.ToState());
  Dispatcher successor(saved);
  const auto again = successor.Collect(settings_, 1032);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].key, begun[0].key);
  EXPECT_TRUE(again[0].again);
  successor.OnSent(again[0], Status::Ok(), 1032);
  EXPECT_TRUE(successor.Collect(settings_, 1100).empty());
}

}  // namespace
}  // namespace bellrock::metrics::alarm
