// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/templates.h"

#include "base/immortal.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr double kSuccessRateMin = 0.999;
constexpr uint32_t kForWindows = 3;
constexpr uint64_t kCallsMin = 100;
constexpr double kTwicePercent = 100;
constexpr uint64_t kCallsMinOfTail = 1000;  // ten of them are beyond TP99

v1::AlarmRule Template(const char* name, const char* severity) {
  v1::AlarmRule rule;
  rule.set_name(name);
  rule.set_service("*");
  rule.set_for_windows(kForWindows);
  rule.set_severity(severity);
  return rule;
}

std::vector<v1::AlarmRule> MakeTemplates() {
  v1::AlarmRule success = Template("success_rate", "critical");
  success.set_calls_min(kCallsMin);
  success.mutable_condition()->set_kind(v1::AlarmCondition::KIND_MIN);
  success.mutable_condition()->set_bound(kSuccessRateMin);

  v1::AlarmRule latency = Template("tp99_doubled", "warning");
  latency.set_calls_min(kCallsMinOfTail);
  latency.mutable_figure()->set_kind(v1::AlarmFigure::KIND_LATENCY_US);
  latency.mutable_condition()->set_kind(v1::AlarmCondition::KIND_CHANGE_PERCENT);
  latency.mutable_condition()->set_against(v1::AlarmCondition::AGAINST_LAST_WEEK);
  latency.mutable_condition()->set_direction(v1::AlarmCondition::DIRECTION_UP);
  latency.mutable_condition()->set_bound(kTwicePercent);

  v1::AlarmRule silence = Template("no_data", "warning");
  silence.mutable_figure()->set_kind(v1::AlarmFigure::KIND_CALLS_PER_SECOND);
  silence.mutable_condition()->set_kind(v1::AlarmCondition::KIND_NO_DATA);
  return {success, latency, silence};
}

}  // namespace

const std::vector<v1::AlarmRule>& TemplateRules() {
  static Immortal<std::vector<v1::AlarmRule>> rules(MakeTemplates());
  return *rules;
}

}  // namespace bellrock::metrics::alarm
