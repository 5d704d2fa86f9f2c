// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/settings_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/alarm/scene_for_test.h"
#include "metrics/alarm/templates.h"

namespace bellrock::metrics::alarm {
namespace {

using testing::HasSubstr;

std::string Complaint(const v1::AlarmRule& rule) {
  const Status status = CheckAlarmRule(rule);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(AlarmSettingsCheck, TheTemplatesAreGoodRules) {
  EXPECT_EQ(TemplateRules().size(), 3u);
  for (const v1::AlarmRule& rule : TemplateRules()) {
    EXPECT_TRUE(CheckAlarmRule(rule).ok()) << CheckAlarmRule(rule).ToString();
  }
}

TEST(AlarmSettingsCheck, NamesFieldValueAndRemedy) {
  v1::AlarmRule rule = SuccessRule(99.9);
  EXPECT_THAT(Complaint(rule), HasSubstr("condition.bound 99.9: must be from 0 to 1"));
  rule = SuccessRule();
  rule.set_window_seconds(5);
  EXPECT_THAT(Complaint(rule),
              HasSubstr("window_seconds 5: must be 0 for the default, or from 10"));
  rule = Rule(Figure::KIND_CALLS_PER_SECOND, Condition::KIND_CHANGE, 10);
  rule.mutable_condition()->set_against(Condition::AGAINST_YESTERDAY);
  rule.set_window_seconds(90);
  EXPECT_THAT(Complaint(rule), HasSubstr("window_seconds 90: must be a multiple of 60"));
  rule = SuccessRule();
  rule.add_group_by("planet");
  EXPECT_THAT(Complaint(rule), HasSubstr("group_by 'planet': dimension"));
  rule = SuccessRule();
  rule.add_group_by("result");
  EXPECT_THAT(Complaint(rule), HasSubstr("is grouped by already"));
  rule = SuccessRule();
  rule.mutable_figure()->set_quantile(1);
  EXPECT_THAT(Complaint(rule), HasSubstr("figure.quantile 1"));
  rule = SuccessRule(0);
  EXPECT_THAT(Complaint(rule), HasSubstr("nothing is less"));
  rule = SuccessRule();
  rule.set_severity("urgent");
  EXPECT_THAT(Complaint(rule), HasSubstr("severity 'urgent': use critical, warning or info"));
  rule = SuccessRule();
  rule.set_service("");
  EXPECT_THAT(Complaint(rule), HasSubstr("service is empty: give it a value"));
}

TEST(AlarmSettingsCheck, RoutesNameReceiversThatExist) {
  v1::AlarmSettings settings;
  AddReceiver(settings, "ops");
  AddRoute(settings, "all", "opps");
  EXPECT_THAT(std::string(CheckAlarmSettings(settings).message()),
              HasSubstr("routes[0].receivers 'opps': there is no such receiver"));
  settings.mutable_routes(0)->set_receivers(0, "ops");
  EXPECT_TRUE(CheckAlarmSettings(settings).ok());
}

TEST(AlarmSettingsCheck, ReceiversSayWhereTheyAre) {
  v1::AlarmSettings settings;
  settings.add_receivers()->set_name("none");
  AddReceiver(settings, "web").mutable_webhook()->set_url("example.com");
  v1::AlarmSmtp& smtp = *AddReceiver(settings, "mail").mutable_smtp();
  smtp.set_server("mail.example.com");
  smtp.set_from("a@example.com");
  const std::string text(CheckAlarmSettings(settings).message());
  EXPECT_THAT(text, HasSubstr("receivers[0].kind is not set"));
  EXPECT_THAT(text, HasSubstr("receivers[1].webhook.url 'example.com': begin it with http://"));
  EXPECT_THAT(text, HasSubstr("receivers[2].smtp.server 'mail.example.com': write host:port"));
  EXPECT_THAT(text, HasSubstr("receivers[2].smtp.to is empty"));
}

TEST(AlarmSettingsCheck, ASilenceEndsAndSaysOfWhatByWhomAndWhy) {
  v1::AlarmSettings settings;
  v1::AlarmSilence& silence = *settings.add_silences();
  silence.set_id("1");
  silence.set_from(100);
  silence.set_to(100);
  const std::string text(CheckAlarmSettings(settings).message());
  EXPECT_THAT(text, HasSubstr("silences[0].to 100: must be after `from`"));
  EXPECT_THAT(text, HasSubstr("silences[0].by is empty"));
  EXPECT_THAT(text, HasSubstr("silences[0].matchers is empty"));
}

TEST(AlarmSettingsCheck, TheSameRuleTwiceIsRefused) {
  v1::AlarmSettings settings;
  *settings.add_rules() = SuccessRule();
  *settings.add_rules() = SuccessRule();
  EXPECT_THAT(std::string(CheckAlarmSettings(settings).message()),
              HasSubstr("rules[1].name 'rule': is there twice"));
  settings.mutable_rules(1)->set_service("music/*");
  EXPECT_TRUE(CheckAlarmSettings(settings).ok());
}

TEST(AlarmSettingsCheck, NamesAFewOfManyProblems) {
  v1::AlarmSettings settings;
  for (int i = 0; i < 50; ++i) settings.add_receivers()->set_name("r" + std::to_string(i));
  EXPECT_THAT(std::string(CheckAlarmSettings(settings).message()), HasSubstr("and 34 more"));
}

}  // namespace
}  // namespace bellrock::metrics::alarm
