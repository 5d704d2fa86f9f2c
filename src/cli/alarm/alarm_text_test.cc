// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm/alarm_text.h"

#include <gtest/gtest.h>

namespace bellrock::cli {
namespace {

namespace v1 = metrics::v1;

TEST(AlarmText, MatchersAreReadAsTheyArePrinted) {
  for (const char* text : {"service=music/*", "severity!=critical", "x=", "a=b=c"}) {
    const auto matcher = ParseMatcher(text);
    ASSERT_TRUE(matcher.ok()) << text;
    EXPECT_EQ(MatcherText(*matcher), text);
  }
  EXPECT_TRUE(ParseMatcher("severity!=critical")->not_());
  for (const char* bad : {"", "service", "=music", "!=music"}) {
    EXPECT_EQ(ParseMatcher(bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

TEST(AlarmText, SettingsArePrintedAsTheyAreReadBack) {
  v1::AlarmSettings settings;
  ASSERT_TRUE(
      ParseAlarmJson("settings", R"({"rules":[{"name":"a","for_windows":2}]})", settings).ok());
  v1::AlarmSettings again;
  ASSERT_TRUE(ParseAlarmJson("settings", *AlarmJson(settings), again).ok());
  EXPECT_EQ(again.SerializeAsString(), settings.SerializeAsString());
}

TEST(AlarmText, WhatIsNoSettingIsNamed) {
  v1::AlarmSettings settings;
  const Status unknown = ParseAlarmJson("s.json", R"({"rulez":[]})", settings);
  EXPECT_EQ(unknown.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(unknown.ToString().find("s.json"), std::string::npos);
  EXPECT_NE(unknown.ToString().find("rulez"), std::string::npos) << unknown.ToString();
  EXPECT_EQ(ParseAlarmJson("s.json", "", settings).code(), StatusCode::kInvalidArgument);
}

TEST(AlarmText, AnAlarmSaysItsValueAndWhyNobodyIsTold) {
  v1::ListAlarmsReply reply;
  EXPECT_EQ(AlarmsText(reply), "no alarms\n");
  v1::AlarmView& view = *reply.add_alarms();
  view.set_state(v1::AlarmView::STATE_FIRING);
  view.set_muted("silenced by ann: moves");
  v1::AlarmFiring& firing = *view.mutable_firing();
  firing.add_key("music/catalog");
  (*firing.mutable_labels())["alertname"] = "success_rate";
  (*firing.mutable_labels())["severity"] = "critical";
  firing.set_since(1'795'280'400);
  firing.set_value(0.9);
  firing.set_bound(0.999);
  firing.mutable_condition()->set_kind(v1::AlarmCondition::KIND_MIN);
  EXPECT_EQ(AlarmsText(reply),
            "FIRING    critical  music/catalog  success_rate: success rate 90 %, below 99.9 %, "
            "11-21 17:00 UTC\n    silenced by ann: moves\n");
}

TEST(AlarmText, ATrialSaysWhenItWouldHaveFired) {
  v1::TryRuleReply reply;
  v1::TryRuleReply::Group& group = *reply.add_groups();
  group.add_key("music/catalog");
  group.add_firings()->set_fired_at(1'795'280'400);
  reply.set_windows_unknown(1);
  reply.set_problem("away");
  const std::string text = TrialText(reply);
  EXPECT_NE(text.find("11-21 17:00 UTC"), std::string::npos) << text;
  EXPECT_NE(text.find("1 windows could not be judged; the last: away"), std::string::npos) << text;
}

}  // namespace
}  // namespace bellrock::cli
