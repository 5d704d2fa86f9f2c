// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarm_views.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm_server {
namespace {

constexpr int64_t kNow = 1000;

v1::AlarmFiring& AddFiring(v1::AlarmState& state, const std::string& service, int64_t since,
                           int64_t resolved_at = 0) {
  v1::AlarmFiring& firing = *state.add_firings();
  firing.set_id(service);
  firing.set_rule("rule@music/catalog");
  firing.add_key(service);
  (*firing.mutable_labels())["service"] = service;
  firing.set_since(since);
  firing.set_resolved_at(resolved_at);
  return firing;
}

v1::AlarmState State() {
  v1::AlarmState state;
  state.set_holder("n1");
  AddFiring(state, "a/over", 10, 20);
  AddFiring(state, "a/old", 100);
  AddFiring(state, "b/new", 200);
  v1::AlarmTrack& pending = *state.add_tracks();
  pending.set_rule("rule@music/catalog");
  pending.add_key("music/catalog");
  pending.set_breached_windows(1);
  pending.set_since(900);
  return state;
}

v1::AlarmSettings Settings() {
  v1::AlarmSettings settings;
  *settings.add_rules() = alarm::SuccessRule();
  v1::AlarmSilence& silence = *settings.add_silences();
  *silence.add_matchers() = alarm::Matcher("service", "b/*");
  silence.set_to(kNow + 1);
  silence.set_by("ann");
  silence.set_comment("moves");
  return settings;
}

TEST(AlarmViews, ANewServiceHasTheTemplatesAndTellsItsOwner) {
  v1::AlarmSettings settings;
  alarm::AddReceiver(settings, "team").set_owner("team-music");
  alarm::AddReceiver(settings, "ops");
  v1::AlarmOwner& owner = *settings.add_owners();
  owner.set_service("music/*");
  owner.set_owner("team-music");
  alarm::AddRoute(settings, "owners", "").set_to_owner(true);
  alarm::AddRoute(settings, "all", "ops");
  const auto told = [&](const std::string& service) {
    v1::ListAlarmsRequest request;
    request.set_service(service);
    std::map<std::string, std::string> receivers;
    const v1::ListAlarmsReply reply = ListAlarms({}, settings, request, kNow);
    for (const auto& view : reply.rules()) {
      EXPECT_TRUE(view.from_template());
      receivers[view.rule().name()] = view.receivers_size() == 1 ? view.receivers(0) : "not one";
    }
    return receivers;
  };
  using Receivers = std::map<std::string, std::string>;
  EXPECT_EQ(told("music/new"),
            (Receivers{{"success_rate", "team"}, {"tp99_doubled", "team"}, {"no_data", "team"}}));
  EXPECT_EQ(told("shop/new"),
            (Receivers{{"success_rate", "ops"}, {"tp99_doubled", "ops"}, {"no_data", "ops"}}));
}

TEST(AlarmViews, ARuleOfTheServiceTakesTheTemplatesPlace) {
  v1::AlarmSettings settings;
  *settings.add_rules() = alarm::SuccessRule();
  settings.mutable_rules(0)->set_name("success_rate");
  v1::ListAlarmsRequest request;
  request.set_service("music/catalog");
  std::set<std::string> rules;
  const v1::ListAlarmsReply reply = ListAlarms({}, settings, request, kNow);
  for (const auto& view : reply.rules()) {
    rules.insert(view.rule().name() + "@" + view.rule().service());
    EXPECT_EQ(view.receivers_size(), 0);
  }
  EXPECT_EQ(rules,
            (std::set<std::string>{"success_rate@music/catalog", "tp99_doubled@*", "no_data@*"}));
}

TEST(AlarmViews, OneFiringIsFoundAlsoWhenItIsOver) {
  v1::ListAlarmsRequest request;
  request.set_firing("a/over");
  const auto reply = ListAlarms(State(), Settings(), request, kNow);
  ASSERT_EQ(reply.alarms_size(), 1);
  EXPECT_EQ(reply.alarms(0).state(), v1::AlarmView::STATE_RESOLVED);
}

TEST(AlarmViews, WhatFiresComesFirstThenWhatIsPending) {
  const auto reply = ListAlarms(State(), Settings(), {}, kNow);
  ASSERT_EQ(reply.alarms_size(), 3);
  EXPECT_EQ(reply.alarms(0).firing().key(0), "b/new");
  EXPECT_EQ(reply.alarms(1).firing().key(0), "a/old");
  EXPECT_EQ(reply.alarms(2).state(), v1::AlarmView::STATE_PENDING);
  EXPECT_EQ(reply.alarms(2).firing().labels().at("alertname"), "rule");
  EXPECT_EQ(reply.evaluator(), "n1");
}

TEST(AlarmViews, SaysWhyNobodyIsTold) {
  const auto reply = ListAlarms(State(), Settings(), {}, kNow);
  EXPECT_EQ(reply.alarms(0).muted(), "silenced by ann: moves");
  EXPECT_EQ(reply.alarms(1).muted(), "");
  EXPECT_EQ(reply.silences_size(), 1);
  EXPECT_EQ(ListAlarms(State(), Settings(), {}, kNow + 1).silences_size(), 0) << "it is over";
}

TEST(AlarmViews, WhatIsOverIsShownWhenAskedForAndServicesAreChosenByPattern) {
  v1::ListAlarmsRequest request;
  request.set_service("a/*");
  EXPECT_EQ(ListAlarms(State(), Settings(), request, kNow).alarms_size(), 1);
  request.set_resolved(true);
  const auto reply = ListAlarms(State(), Settings(), request, kNow);
  ASSERT_EQ(reply.alarms_size(), 2);
  EXPECT_EQ(reply.alarms(1).state(), v1::AlarmView::STATE_RESOLVED);
}

TEST(AlarmViews, BeyondTheLimitTheyAreCounted) {
  v1::ListAlarmsRequest request;
  request.set_limit(1);
  const auto reply = ListAlarms(State(), Settings(), request, kNow);
  EXPECT_EQ(reply.alarms_size(), 1);
  EXPECT_EQ(reply.more(), 2u);
}

TEST(AlarmViews, RulesAreThoseSetAndThoseEveryServiceHas) {
  v1::AlarmState state = State();
  state.add_progress()->set_rule("rule@music/catalog");
  state.mutable_progress(0)->set_problem("it waits");
  const auto reply = ListAlarms(state, Settings(), {}, kNow);
  int of_templates = 0;
  std::string problem;
  for (const v1::AlarmRuleView& rule : reply.rules()) {
    of_templates += rule.from_template() ? 1 : 0;
    if (rule.rule().name() == "rule") problem = rule.progress().problem();
  }
  EXPECT_EQ(of_templates, 3);
  EXPECT_EQ(problem, "it waits");
  v1::AlarmSettings bare = Settings();
  bare.set_no_templates(true);
  EXPECT_EQ(ListAlarms(state, bare, {}, kNow).rules_size(), 1);
}

}  // namespace
}  // namespace bellrock::metrics::alarm_server
