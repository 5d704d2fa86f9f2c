// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/catalogue.h"

#include <algorithm>
#include <map>
#include <utility>

#include "metrics/query/promql/branch_plan.h"
#include "metrics/query/promql/families.h"

namespace bellrock::metrics::query::promql {
namespace {

// Each selector beside each family that it allows.
struct Choice {
  const std::vector<LabelMatch>* matches;
  const Family* family;
};

std::vector<Choice> ChoicesOf(const Selectors& selectors) {
  static const std::vector<LabelMatch> kAll;
  std::vector<Choice> choices;
  for (const std::vector<LabelMatch>& matches : selectors) {
    for (const Family* family : FamiliesOf(matches)) choices.push_back({&matches, family});
  }
  if (!selectors.empty()) return choices;
  for (const Family& family : Families()) choices.push_back({&kAll, &family});
  return choices;
}

// Labels that are made of the cards themselves.
std::string_view MadeLabel(const Family& family) {
  if (family.measure == Measure::kBuckets) return kLeLabel;
  if (family.measure == Measure::kQuantiles) return kQuantileLabel;
  return "";
}

std::vector<std::string_view> MadeValues(const Family& family,
                                         const std::vector<LabelMatch>& matches) {
  std::vector<std::string_view> values;
  if (family.measure == Measure::kBuckets) {
    for (const BucketBound& bound : BucketBounds()) values.push_back(bound.le);
  } else if (family.measure == Measure::kQuantiles) {
    values.assign(ShownQuantiles().begin(), ShownQuantiles().end());
  }
  const std::string_view label = MadeLabel(family);
  std::erase_if(values, [&](std::string_view value) {
    return std::any_of(matches.begin(), matches.end(), [&](const LabelMatch& match) {
      return match.label == label && !match.matcher.Matches(value);
    });
  });
  return values;
}

// Groups of the span, each question asked once: many families show the same calls.
class GroupReader {
 public:
  GroupReader(Source& source, Span span, QueryNotes& notes)
      : source_(source), span_(span), notes_(notes) {}

  Result<const std::vector<Group>*> Read(const BranchPlan& plan) {
    const auto [at, first] = answers_.try_emplace(KeyOf(plan));
    if (!first) return &at->second;
    const Question question{.from = span_.begin,
                            .to = span_.end,
                            .step = std::max<int64_t>(span_.end - span_.begin, 1),
                            .where = plan.where,
                            .group_by = plan.group_by,
                            .groups_max = kSeriesMax};
    BELLROCK_ASSIGN(Answer answer, source_.Ask(question));
    if (answer.more > 0) {
      notes_.Warn("there are more series than are listed; name fewer with label matches");
    }
    at->second = std::move(answer.groups);
    return &at->second;
  }

 private:
  static std::string KeyOf(const BranchPlan& plan) {
    std::string key;
    for (Dimension dimension : plan.group_by) key += static_cast<char>('a' + int(dimension));
    for (const Match& match : plan.where) {
      key += static_cast<char>('A' + int(match.dimension));
      key += static_cast<char>('0' + int(match.how));
      key += match.value + '\0';
    }
    return key;
  }

  Source& source_;
  Span span_;
  QueryNotes& notes_;
  std::map<std::string, std::vector<Group>> answers_;
};

Demand OnlyLabel(std::string_view label) {
  Demand demand;
  demand.summed = true;
  demand.labels = {std::string(label)};
  demand.named = {std::string(label)};
  return demand;
}

bool Shows(const Branch& branch, std::string_view label) {
  return std::any_of(branch.columns.begin(), branch.columns.end(),
                     [label](const Column& column) { return column.label == label; }) ||
         std::any_of(branch.constants.begin(), branch.constants.end(),
                     [label](const auto& constant) { return constant.first == label; });
}

Status AddValues(const Choice& choice, std::string_view label, GroupReader& reader,
                 std::set<std::string>& values) {
  // Of the families that show the same calls one is enough; summaries cannot be summed.
  // Gauges are as many as there are metrics: only those that are asked for.
  const bool asked = choice.family->measure == Measure::kMean && !choice.matches->empty();
  if (!IsCounter(choice.family->measure) && !asked) return Status::Ok();
  for (const Branch& branch : choice.family->branches) {
    if (!Shows(branch, label)) continue;
    auto plan = PlanBranch(*choice.family, branch, *choice.matches, OnlyLabel(label));
    if (!plan) continue;
    if (plan->sides_told) plan->group_by.pop_back();
    BELLROCK_ASSIGN(const std::vector<Group>* groups, reader.Read(*plan));
    for (const Group& group : *groups) {
      const std::string value(LabelsOf(*plan, group).Get(label));
      if (!value.empty()) values.insert(value);
    }
  }
  return Status::Ok();
}

Demand NamedByMatches(const std::vector<LabelMatch>& matches) {
  Demand demand;
  for (const LabelMatch& match : matches) demand.named.insert(match.label);
  return demand;
}

}  // namespace

std::set<std::string> SeriesNames(const Selectors& selectors) {
  std::set<std::string> names;
  for (const Choice& choice : ChoicesOf(selectors)) names.emplace(choice.family->name);
  return names;
}

std::set<std::string> LabelNames(const Selectors& selectors) {
  std::set<std::string> names;
  for (const Choice& choice : ChoicesOf(selectors)) {
    names.emplace(kNameLabel);
    for (const Branch& branch : choice.family->branches) {
      for (const Column& column : branch.columns) names.emplace(column.label);
      for (const auto& [label, value] : branch.constants) names.emplace(label);
    }
    const std::string_view made = MadeLabel(*choice.family);
    if (!made.empty()) names.emplace(made);
  }
  return names;
}

Result<std::set<std::string>> LabelValues(Source& source, std::string_view label,
                                          const Selectors& selectors, Span span,
                                          QueryNotes& notes) {
  if (label == kNameLabel) return SeriesNames(selectors);
  GroupReader reader(source, span, notes);
  std::set<std::string> values;
  for (const Choice& choice : ChoicesOf(selectors)) {
    if (MadeLabel(*choice.family) == label) {
      for (std::string_view value : MadeValues(*choice.family, *choice.matches)) {
        values.emplace(value);
      }
    } else {
      BELLROCK_TRY(AddValues(choice, label, reader, values));
    }
  }
  return values;
}

Result<std::set<Labels>> SeriesLabels(Source& source, const Selectors& selectors, Span span,
                                      QueryNotes& notes) {
  GroupReader reader(source, span, notes);
  std::set<Labels> all;
  for (const Choice& choice : ChoicesOf(selectors)) {
    const std::string_view made = MadeLabel(*choice.family);
    for (const Branch& branch : choice.family->branches) {
      const auto plan =
          PlanBranch(*choice.family, branch, *choice.matches, NamedByMatches(*choice.matches));
      if (!plan) continue;
      BELLROCK_ASSIGN(const std::vector<Group>* groups, reader.Read(*plan));
      for (const Group& group : *groups) {
        Labels labels = LabelsOf(*plan, group);
        labels.Set(kNameLabel, choice.family->name);
        if (made.empty()) all.insert(labels);
        for (std::string_view value : MadeValues(*choice.family, *choice.matches)) {
          labels.Set(made, value);
          all.insert(labels);
        }
        if (all.size() <= kSeriesMax) continue;
        notes.Warn("there are more series than are listed; name fewer with label matches");
        return all;
      }
    }
  }
  return all;
}

}  // namespace bellrock::metrics::query::promql
