// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/breakdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/planner.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/query/movement.h"

namespace bellrock::metrics::alarm {
namespace {

constexpr Dimension kSplitBy[] = {Dimension::kCalleeHost, Dimension::kCalleeSite,
                                  Dimension::kCaller, Dimension::kMethod, Dimension::kResult};
constexpr char kSuccess[] = "OK";

bool IsFixed(const v1::AlarmRule& rule, Dimension dimension) {
  const auto& names = rule.group_by();
  return std::find(names.begin(), names.end(), DimensionName(dimension)) != names.end();
}

// What is counted of each value.
class Counter {
 public:
  Counter(const v1::AlarmFiring& firing, const std::vector<Split>& splits)
      : figure_(firing.figure()) {
    const bool latency = figure_.kind() == v1::AlarmFigure::KIND_LATENCY_US ||
                         figure_.kind() == v1::AlarmFigure::KIND_MAX_US;
    if (!latency) return;
    const bool maximum = firing.condition().kind() == v1::AlarmCondition::KIND_MAX;
    over_us_ = static_cast<uint64_t>(maximum ? std::max(0.0, firing.condition().bound())
                                             : PastLatency(splits));
  }

  std::string name() const {
    switch (figure_.kind()) {
      case v1::AlarmFigure::KIND_CALLS_PER_SECOND:
        return "calls";
      case v1::AlarmFigure::KIND_MEAN_US:
        return "microseconds";
      case v1::AlarmFigure::KIND_LATENCY_US:
      case v1::AlarmFigure::KIND_MAX_US:
        return fmt::format("calls over {} us", over_us_);
      default:
        return "failures";
    }
  }
  double Count(const Card& card, bool failed) const {
    switch (figure_.kind()) {
      case v1::AlarmFigure::KIND_CALLS_PER_SECOND:
        return static_cast<double>(card.calls());
      case v1::AlarmFigure::KIND_MEAN_US:
        return static_cast<double>(MicrosecondsOf(card));
      case v1::AlarmFigure::KIND_LATENCY_US:
      case v1::AlarmFigure::KIND_MAX_US:
        return static_cast<double>(query::CallsOver(card, over_us_));
      default:
        return failed ? static_cast<double>(card.calls()) : 0;
    }
  }

 private:
  // Before, by any of the splits: each has all calls, but for groups that were left out.
  double PastLatency(const std::vector<Split>& splits) const {
    Reading all;
    for (const Split& split : splits) {
      std::vector<std::span<const Card::Bucket>> parts;
      for (const query::Group& group : split.past.groups) {
        for (const Card& card : group.cards) parts.push_back(card.buckets());
      }
      Card sum = Card::Sum(parts);
      if (sum.calls() > all.calls()) all.card = std::move(sum);
    }
    return FigureOf(figure_, all, 1).value_or(0);
  }

  const v1::AlarmFigure& figure_;
  uint64_t over_us_ = 0;
};

struct Tally {
  double now = 0;
  double past = 0;
  double calls_now = 0;
  double calls_past = 0;
};

std::map<std::string, Tally> TallyUp(const Counter& counter, const Split& split) {
  std::map<std::string, Tally> tallies;
  const auto add = [&](const query::Answer& answer, double Tally::*count, double Tally::*calls) {
    for (const query::Group& group : answer.groups) {
      if (group.key.empty()) continue;
      Tally& tally = tallies[group.key.front()];
      for (const Card& card : group.cards) {
        tally.*count += counter.Count(card, group.key.back() != kSuccess);
        tally.*calls += static_cast<double>(card.calls());
      }
    }
  };
  add(split.now, &Tally::now, &Tally::calls_now);
  add(split.past, &Tally::past, &Tally::calls_past);
  return tallies;
}

v1::AlarmBreakdown::Dimension Describe(const Counter& counter, const Split& split) {
  const std::map<std::string, Tally> tallies = TallyUp(counter, split);
  std::map<std::string, query::Moved> moved;
  for (const auto& [value, tally] : tallies) {
    moved[value] = {tally.now - tally.past, tally.calls_now, tally.calls_past};
  }
  const query::Movement movement = query::MovementOf(moved);
  std::vector<v1::AlarmBreakdown::Part> parts;
  for (const query::MovedPart& from : movement.parts) {
    v1::AlarmBreakdown::Part& part = parts.emplace_back();
    part.set_value(from.value);
    part.set_change(from.change);
    part.set_share(from.share);
    part.set_calls_share(from.calls_share);
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.share() > b.share(); });
  v1::AlarmBreakdown::Dimension described;
  described.set_dimension(std::string(DimensionName(split.dimension)));
  described.set_change(movement.change);
  const size_t named = std::min(parts.size(), kBreakdownParts);
  for (size_t i = 0; i < named; ++i) *described.add_parts() = parts[i];
  described.set_more(parts.size() - named + split.now.more);
  return described;
}

// How much more of the change than of the calls one value has: all of a change in the only site
// there is tells nothing.
double Telling(const v1::AlarmBreakdown::Dimension& dimension) {
  double most = 0;
  for (const auto& part : dimension.parts()) {
    most = std::max(most, part.share() - part.calls_share());
  }
  return most;
}

}  // namespace

std::vector<SplitQuestion> PlanBreakdown(const v1::AlarmRule& rule, const v1::AlarmFiring& firing) {
  std::vector<SplitQuestion> questions;
  if (rule.condition().kind() == v1::AlarmCondition::KIND_NO_DATA) return questions;
  const int64_t window = WindowSeconds(rule);
  const int64_t from = firing.fired_at() - window;
  const int64_t past = ComparesWithPast(rule) && PastSeconds(rule) > window
                           ? from - PastSeconds(rule)
                           : firing.since() - window;
  for (const Dimension dimension : kSplitBy) {
    if (IsFixed(rule, dimension)) continue;
    query::Question now;
    now.from = from;
    now.to = from + window;
    now.step = window;
    now.where = MatchesOf(rule);
    NarrowToKey(rule, GroupKey(firing.key().begin(), firing.key().end()), now.where);
    now.group_by = {dimension};
    const bool results = NeedsResults(rule.figure()) && dimension != Dimension::kResult;
    if (results) now.group_by.push_back(Dimension::kResult);
    now.groups_max = kBreakdownGroups;
    query::Question before = now;
    before.from = past;
    before.to = past + window;
    questions.push_back({dimension, std::move(now), std::move(before)});
  }
  return questions;
}

v1::AlarmBreakdown BreakDown(const v1::AlarmFiring& firing, const std::vector<Split>& splits) {
  const Counter counter(firing, splits);
  std::vector<v1::AlarmBreakdown::Dimension> dimensions;
  for (const Split& split : splits) dimensions.push_back(Describe(counter, split));
  const std::string_view last = DimensionName(Dimension::kResult);
  std::stable_sort(dimensions.begin(), dimensions.end(), [&](const auto& a, const auto& b) {
    if ((a.dimension() == last) != (b.dimension() == last)) return b.dimension() == last;
    return Telling(a) > Telling(b);
  });
  v1::AlarmBreakdown breakdown;
  breakdown.set_counted(counter.name());
  for (auto& dimension : dimensions) *breakdown.add_dimensions() = std::move(dimension);
  return breakdown;
}

}  // namespace bellrock::metrics::alarm
