// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/branch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

using How = Match::How;

constexpr std::string_view kSideLabel = "side";

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Wanted(const Column& column, const Demand& demand) {
  const bool told = column.by_default || demand.named.count(std::string(column.label)) > 0;
  if (!demand.summed) return told;
  if (demand.without) return told && !Contains(demand.labels, column.label);
  return Contains(demand.labels, column.label);
}

const Column* ColumnOf(const Branch& branch, std::string_view label) {
  for (const Column& column : branch.columns) {
    if (column.label == label) return &column;
  }
  return nullptr;
}

// Of a label that shows whether the result is OK; false if no call can meet it.
bool AddStatusMatch(const LabelMatch& match, std::vector<Match>& where) {
  const bool unset = match.matcher.Matches(kStatusUnset);
  const bool error = match.matcher.Matches(kStatusError);
  if (unset && error) return true;
  where.push_back({Dimension::kResult, unset ? How::kEqual : How::kNotEqual, "OK"});
  return unset || error;
}

bool IsMadeLater(const Family& family, std::string_view label) {
  return label == kNameLabel || (label == kLeLabel && family.measure == Measure::kBuckets) ||
         (label == kQuantileLabel && family.measure == Measure::kQuantiles);
}

bool AddMatch(const Family& family, const Branch& branch, const LabelMatch& match,
              BranchPlan& plan) {
  if (IsMadeLater(family, match.label)) return true;
  const Column* column = ColumnOf(branch, match.label);
  if (column == nullptr) return match.matcher.Matches(plan.constants.Get(match.label));
  if (column->status_code) return AddStatusMatch(match, plan.where);
  const How how = match.matcher.how();
  const bool regex = how == How::kRegex || how == How::kNotRegex;
  std::string value = match.matcher.value();
  if (!column->prefix.empty() && regex) value = fmt::format("(?:{})", value);
  plan.where.push_back({column->dimension, how, std::string(column->prefix) + value});
  return true;
}

bool AllowsSide(const std::vector<LabelMatch>& matches, std::string_view side) {
  return std::all_of(matches.begin(), matches.end(), [side](const LabelMatch& match) {
    return match.label != kSideLabel || match.matcher.Matches(side);
  });
}

bool MatchesSide(const std::vector<LabelMatch>& matches) {
  return std::any_of(matches.begin(), matches.end(),
                     [](const LabelMatch& match) { return match.label == kSideLabel; });
}

// Calls that are counted twice, if the query does not say which side it means, are read once.
void SettleSides(const std::vector<LabelMatch>& matches, const Demand& demand, BranchPlan& plan) {
  const std::string side(kSideLabel);
  const bool matched = MatchesSide(matches);
  const bool summed_over = demand.summed && demand.without && Contains(demand.labels, side);
  const bool asked = matched || (demand.named.count(side) > 0 && !summed_over);
  if (!asked) {
    plan.where.push_back({Dimension::kSide, How::kNotEqual, kServedSide});
    return;
  }
  const bool grouped = std::count(plan.group_by.begin(), plan.group_by.end(), Dimension::kSide) > 0;
  plan.sides_told = !grouped && AllowsSide(matches, kServedSide) && AllowsSide(matches, "caller");
  if (plan.sides_told) plan.group_by.push_back(Dimension::kSide);
}

}  // namespace

std::vector<const Family*> FamiliesOf(const std::vector<LabelMatch>& matches) {
  std::vector<const Family*> found;
  for (const Family& family : Families()) {
    const bool all = std::all_of(matches.begin(), matches.end(), [&](const LabelMatch& match) {
      return match.label != kNameLabel || match.matcher.Matches(family.name);
    });
    if (all) found.push_back(&family);
  }
  return found;
}

std::optional<BranchPlan> PlanBranch(const Family& family, const Branch& branch,
                                     const std::vector<LabelMatch>& matches, const Demand& demand) {
  BranchPlan plan;
  plan.where = branch.where;
  for (const auto& [label, value] : branch.constants) plan.constants.Set(label, value);
  for (const LabelMatch& match : matches) {
    if (!AddMatch(family, branch, match, plan)) return std::nullopt;
  }
  const bool additive = IsCounter(family.measure);
  for (const Column& column : branch.columns) {
    Demand asked = demand;
    asked.summed = demand.summed && additive;
    if (!Wanted(column, asked)) continue;
    plan.columns.push_back(column);
    plan.group_by.push_back(column.dimension);
  }
  if (ColumnOf(branch, kSideLabel) != nullptr) SettleSides(matches, demand, plan);
  return plan;
}

Labels LabelsOf(const BranchPlan& plan, const Group& group) {
  Labels labels = plan.constants;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    const Column& column = plan.columns[i];
    const std::string& value = group.key[i];
    std::string_view shown = value;
    if (shown.starts_with(column.prefix)) shown.remove_prefix(column.prefix.size());
    labels.Set(column.label, !column.status_code ? shown
                             : value == "OK"     ? kStatusUnset
                                                 : kStatusError);
  }
  return labels;
}

}  // namespace bellrock::metrics::query::promql
