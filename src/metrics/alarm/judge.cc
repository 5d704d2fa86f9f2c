// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/judge.h"

#include <algorithm>
#include <cmath>

#include "metrics/alarm/rule_terms.h"

namespace bellrock::metrics::alarm {
namespace {

using Condition = v1::AlarmCondition;

bool Exceeds(const Condition& condition, double value) {
  return condition.kind() == Condition::KIND_MIN ? value < condition.bound()
                                                 : value > condition.bound();
}

bool Moved(const Condition& condition, double now, double past) {
  double change = now - past;
  if (condition.kind() == Condition::KIND_CHANGE_PERCENT) change *= 100 / std::abs(past);
  if (condition.direction() == Condition::DIRECTION_UP) return change > condition.bound();
  if (condition.direction() == Condition::DIRECTION_DOWN) return -change > condition.bound();
  return std::abs(change) > condition.bound();
}

// One group, judged by one rule.
class Case {
 public:
  Case(const v1::AlarmRule& rule, const Reading& now) : rule_(rule), now_(now) {}

  Judgement Alone() const {
    Judgement judgement;
    judgement.calls = now_.calls();
    if (rule_.condition().kind() == Condition::KIND_NO_DATA) {
      judgement.verdict = now_.calls() == 0 ? Verdict::kBreach : Verdict::kFine;
      return judgement;
    }
    const auto value = Figure(now_);
    if (!value || (!IsCount(rule_.figure()) && now_.calls() < CallsMin(rule_))) {
      return TooFew(judgement);
    }
    judgement.value = *value;
    judgement.verdict = Exceeds(rule_.condition(), *value) ? Verdict::kBreach : Verdict::kFine;
    return judgement;
  }

  Judgement Against(const Reading& past) const {
    Judgement judgement;
    judgement.calls = now_.calls();
    const auto value = Figure(now_);
    const auto baseline = Figure(past);
    const uint64_t enough = CallsMin(rule_);
    const bool few = IsCount(rule_.figure()) ? std::max(now_.calls(), past.calls()) < enough
                                             : std::min(now_.calls(), past.calls()) < enough;
    if (!value || !baseline || few || past.calls() == 0) return TooFew(judgement);
    judgement.value = *value;
    judgement.baseline = *baseline;
    const bool percent = rule_.condition().kind() == Condition::KIND_CHANGE_PERCENT;
    if (percent && *baseline == 0) return TooFew(judgement);  // no change is a share of nothing
    const bool moved = Moved(rule_.condition(), *value, *baseline);
    judgement.verdict = moved ? Verdict::kBreach : Verdict::kFine;
    return judgement;
  }

 private:
  std::optional<double> Figure(const Reading& reading) const {
    return FigureOf(rule_.figure(), reading, WindowSeconds(rule_));
  }
  static Judgement TooFew(Judgement judgement) {
    judgement.verdict = Verdict::kTooFew;
    return judgement;
  }

  const v1::AlarmRule& rule_;
  const Reading& now_;
};

std::set<GroupKey> KeysToJudge(const v1::AlarmRule& rule, const Readings& now, const Readings& past,
                               std::set<GroupKey> keys) {
  for (const auto& [key, reading] : now) keys.insert(key);
  for (const auto& [key, reading] : past) keys.insert(key);
  // Whether it has no data is only asked once it had some.
  const bool known = rule.condition().kind() != Condition::KIND_NO_DATA;
  if (known && IsOfOneService(rule)) keys.insert({rule.service()});
  return keys;
}

}  // namespace

std::vector<Judgement> Judge(const v1::AlarmRule& rule, const query::Answer& now,
                             const query::Answer* past, const std::set<GroupKey>& remembered) {
  static const Reading kNothing;
  const bool compares = ComparesWithPast(rule);
  const bool comparable =
      !compares || (past != nullptr && CompletenessOf(*past) >= CompletenessMin(rule));
  const Readings current = ReadAnswer(rule, now);
  const Readings before = compares && past != nullptr ? ReadAnswer(rule, *past) : Readings();
  std::vector<Judgement> judgements;
  for (const GroupKey& key : KeysToJudge(rule, current, before, remembered)) {
    const auto found = current.find(key);
    const Case one(rule, found == current.end() ? kNothing : found->second);
    const auto old = before.find(key);
    // Of groups that were left out of an answer nothing is known.
    const bool left_out = (found == current.end() && now.more > 0) ||
                          (compares && comparable && old == before.end() && past->more > 0);
    Judgement judgement;
    if (comparable && !left_out) {
      judgement =
          compares ? one.Against(old == before.end() ? kNothing : old->second) : one.Alone();
    }
    judgement.key = key;
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

}  // namespace bellrock::metrics::alarm
