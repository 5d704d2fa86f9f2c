// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/rule_terms.h"

#include <cmath>

#include "metrics/alarm/matcher.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr int64_t kWindowSecondsDefault = 60;
constexpr uint32_t kRecoverWindowsDefault = 3;
constexpr double kCompletenessDefault = 0.99;
constexpr double kQuantileDefault = 0.99;
constexpr double kPartsPerMillion = 1e6;
constexpr int64_t kDaySeconds = 86'400;

}  // namespace

std::string RuleId(const v1::AlarmRule& rule) {
  return rule.name() + '@' + rule.service();
}

int64_t WindowSeconds(const v1::AlarmRule& rule) {
  return rule.window_seconds() > 0 ? rule.window_seconds() : kWindowSecondsDefault;
}

uint32_t ForWindows(const v1::AlarmRule& rule) {
  return rule.for_windows() > 0 ? rule.for_windows() : 1;
}

uint32_t RecoverWindows(const v1::AlarmRule& rule) {
  return rule.recover_windows() > 0 ? rule.recover_windows() : kRecoverWindowsDefault;
}

uint64_t CallsMin(const v1::AlarmRule& rule) {
  return rule.calls_min() > 0 ? rule.calls_min() : 1;
}

double CompletenessMin(const v1::AlarmRule& rule) {
  return rule.completeness_min() > 0 ? rule.completeness_min() : kCompletenessDefault;
}

Quantile QuantileOf(const v1::AlarmFigure& figure) {
  const double quantile = figure.quantile() > 0 ? figure.quantile() : kQuantileDefault;
  return static_cast<Quantile>(std::llround(quantile * kPartsPerMillion));
}

bool IsCount(const v1::AlarmFigure& figure) {
  return figure.kind() == v1::AlarmFigure::KIND_CALLS_PER_SECOND ||
         figure.kind() == v1::AlarmFigure::KIND_FAILURES_PER_SECOND;
}

bool NeedsResults(const v1::AlarmFigure& figure) {
  return figure.kind() == v1::AlarmFigure::KIND_SUCCESS_RATE ||
         figure.kind() == v1::AlarmFigure::KIND_FAILURES_PER_SECOND;
}

bool ComparesWithPast(const v1::AlarmRule& rule) {
  const auto kind = rule.condition().kind();
  return kind == v1::AlarmCondition::KIND_CHANGE || kind == v1::AlarmCondition::KIND_CHANGE_PERCENT;
}

int64_t PastSeconds(const v1::AlarmRule& rule) {
  switch (rule.condition().against()) {
    case v1::AlarmCondition::AGAINST_YESTERDAY:
      return kDaySeconds;
    case v1::AlarmCondition::AGAINST_LAST_WEEK:
      return 7 * kDaySeconds;
    default:
      return WindowSeconds(rule);
  }
}

bool MindsSilence(const v1::AlarmRule& rule) {
  const auto kind = rule.condition().kind();
  return kind == v1::AlarmCondition::KIND_NO_DATA ||
         (kind == v1::AlarmCondition::KIND_MIN && IsCount(rule.figure()));
}

bool IsOfOneService(const v1::AlarmRule& rule) {
  return !IsPattern(rule.service()) && rule.group_by_size() == 0;
}

}  // namespace bellrock::metrics::alarm
