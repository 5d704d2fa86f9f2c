// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/planner.h"

#include <algorithm>
#include <utility>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/matcher.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/dimension.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr char kSuccess[] = "OK";

query::Match ToMatch(Dimension dimension, const std::string& pattern, bool negated) {
  using How = query::Match::How;
  const bool regex = IsPattern(pattern);
  How how = regex ? How::kRegex : How::kEqual;
  if (negated) how = regex ? How::kNotRegex : How::kNotEqual;
  return {dimension, how, regex ? PatternToRegex(pattern) : pattern};
}

query::Question Window(const v1::AlarmRule& rule, int64_t from) {
  query::Question question;
  question.from = from;
  question.step = WindowSeconds(rule);
  question.to = from + question.step;
  question.where = MatchesOf(rule);
  question.group_by.push_back(Dimension::kCallee);
  for (const std::string& name : rule.group_by()) {
    // A rule that was checked has no other names.
    if (const auto dimension = DimensionFromName(name); dimension.ok()) {
      question.group_by.push_back(*dimension);
    }
  }
  if (NeedsResults(rule.figure())) question.group_by.push_back(Dimension::kResult);
  question.groups_max = kGroupsMax;
  return question;
}

}  // namespace

std::vector<query::Match> MatchesOf(const v1::AlarmRule& rule) {
  std::vector<query::Match> matches;
  if (rule.service() != "*") matches.push_back(ToMatch(Dimension::kCallee, rule.service(), false));
  for (const v1::AlarmMatcher& matcher : rule.where()) {
    const auto dimension = DimensionFromName(matcher.name());
    if (dimension.ok()) matches.push_back(ToMatch(*dimension, matcher.value(), matcher.not_()));
  }
  return matches;
}

void NarrowToKey(const v1::AlarmRule& rule, const GroupKey& key,
                 std::vector<query::Match>& matches) {
  if (key.empty()) return;
  matches.push_back({Dimension::kCallee, query::Match::How::kEqual, key[0]});
  for (size_t i = 1; i < key.size() && i <= static_cast<size_t>(rule.group_by_size()); ++i) {
    const auto dimension = DimensionFromName(rule.group_by(static_cast<int>(i) - 1));
    if (dimension.ok()) matches.push_back({*dimension, query::Match::How::kEqual, key[i]});
  }
}

Asked PlanWindow(const v1::AlarmRule& rule, int64_t window_end) {
  const int64_t from = window_end - WindowSeconds(rule);
  Asked asked{RuleId(rule), window_end, Window(rule, from), std::nullopt};
  if (ComparesWithPast(rule)) asked.past = Window(rule, from - PastSeconds(rule));
  return asked;
}

int64_t NewestWindowEnd(const v1::AlarmRule& rule, int64_t now) {
  const int64_t settled = now - kWindowSettleSeconds;
  return settled - settled % WindowSeconds(rule);
}

Readings ReadAnswer(const v1::AlarmRule& rule, const query::Answer& answer) {
  const bool results = NeedsResults(rule.figure());
  Readings readings;
  for (const query::Group& group : answer.groups) {
    GroupKey key = group.key;
    const bool failed = results && !key.empty() && key.back() != kSuccess;
    if (results && !key.empty()) key.pop_back();
    Reading& reading = readings[std::move(key)];
    for (const Card& card : group.cards) {
      reading.card.Merge(card);
      if (failed) reading.failures += card.calls();
    }
  }
  return readings;
}

double CompletenessOf(const query::Answer& answer) {
  const auto& steps = answer.completeness;
  return steps.empty() ? 1 : *std::min_element(steps.begin(), steps.end());
}

}  // namespace bellrock::metrics::alarm
