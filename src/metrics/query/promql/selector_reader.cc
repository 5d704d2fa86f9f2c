// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/selector_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "metrics/query/promql/bounds.h"
#include "metrics/query/promql/series_maker.h"
#include "metrics/query/promql/window_reader.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kDay = 86'400;
// A series is there until this long after its last call, in whole ranges: a rate falls to 0 before
// it goes away, so that who waits for "less than" is told.
constexpr int64_t kQuietMin = 900;

int64_t FloorTo(int64_t value, int64_t unit) {
  return (value / unit - (value % unit < 0 ? 1 : 0)) * unit;
}

int64_t SecondsOf(int64_t ms) {
  return FloorTo(ms, 1000) / 1000;
}

// The spans that the reading wants at each point of the grid.
WindowPlan SpansOf(const SelectorQuestion& question, bool counter) {
  WindowPlan plan;
  const int64_t range = std::max<int64_t>(question.selector->range_ms / 1000, 1);
  const bool value = question.reading == Reading::kValue;
  const bool last = question.reading == Reading::kLast || question.reading == Reading::kLastRate;
  const int64_t grain = value ? kMinute : GrainSeconds(range);
  for (size_t i = 0; i < question.grid.count; ++i) {
    const int64_t end = FloorTo(SecondsOf(question.grid.at(i)), grain);
    int64_t begin = end - (last ? grain : range);
    if (value) begin = counter ? FloorTo(end - 1, kDay) : end - kMinute;
    plan.spans.push_back({begin, end});
  }
  if (!value) plan.quiet = (kQuietMin + range - 1) / range * range;
  return plan;
}

double DivisorOf(const SelectorQuestion& question) {
  const int64_t range = std::max<int64_t>(question.selector->range_ms / 1000, 1);
  if (question.reading == Reading::kRate) return static_cast<double>(range);
  if (question.reading == Reading::kLastRate) return static_cast<double>(GrainSeconds(range));
  return 1;
}

// Groups that show the same labels become one; calls that are in a sum twice are told.
void Unite(const BranchPlan& plan, Cells& cells, std::vector<Labels>& labels, QueryNotes& notes) {
  std::map<Labels, size_t> place;
  std::set<std::string> sides;
  std::vector<Group> united;
  for (Group& group : cells.groups) {
    if (plan.sides_told) sides.insert(group.key.back());
    const auto [at, first] = place.try_emplace(LabelsOf(plan, group), united.size());
    if (first) {
      united.push_back(std::move(group));
      labels.push_back(at->first);
      continue;
    }
    std::vector<Card>& cards = united[at->second].cards;
    for (size_t i = 0; i < cards.size(); ++i) cards[i].Merge(group.cards[i]);
  }
  cells.groups = std::move(united);
  if (sides.count(kServedSide) > 0 && sides.count("caller") > 0) {
    notes.Warn(
        "what callers counted and what their callees counted of the same calls are both in this "
        "figure; name one: side=\"caller\" or side=\"served\"");
  }
}

void TellIncomplete(const Cells& cells, QueryNotes& notes) {
  if (cells.completeness.empty()) return;
  const double least = *std::min_element(cells.completeness.begin(), cells.completeness.end());
  if (least >= 1) return;
  const auto windows = std::count_if(cells.completeness.begin(), cells.completeness.end(),
                                     [](double ratio) { return ratio < 1; });
  notes.Inform(
      fmt::format("{} of {} windows lack calls that their sources counted; in the worst, "
                  "{:.6f} of them have come",
                  windows, cells.completeness.size(), least));
}

Status Spend(size_t samples, QueryNotes& notes) {
  notes.samples += samples;
  if (notes.samples <= kSamplesMax) return Status::Ok();
  return ResourceExhaustedError(fmt::format(
      "the query makes more than {} samples; name fewer series, or make the step longer",
      kSamplesMax));
}

}  // namespace

int64_t GrainSeconds(int64_t range_seconds) {
  return range_seconds % kMinute == 0 ? kMinute : 1;
}

Result<Value> ReadSelectorSeries(Source& source, const SelectorQuestion& question,
                                 const std::vector<const Family*>& families, QueryNotes& notes) {
  Vector vector;
  CardVector cards;
  cards.divisor = DivisorOf(question);
  bool any_cards = false;
  for (const Family* family : families) {
    const bool as_cards = family->measure == Measure::kCards ||
                          (question.as_cards && family->measure == Measure::kBuckets);
    // Beside numbers cards are read only under their own name.
    if (family->measure == Measure::kCards && families.size() > 1) continue;
    any_cards |= as_cards;
    for (const Branch& branch : family->branches) {
      auto branch_plan = PlanBranch(*family, branch, question.selector->matches, question.demand);
      if (!branch_plan) continue;
      WindowPlan plan = SpansOf(question, IsCounter(family->measure));
      plan.where = branch_plan->where;
      plan.group_by = branch_plan->group_by;
      BELLROCK_ASSIGN(Cells cells, ReadWindows(source, plan, notes));
      std::vector<Labels> labels;
      Unite(*branch_plan, cells, labels, notes);
      TellIncomplete(cells, notes);
      const SeriesMaker maker(*family, question.selector->matches, plan.spans, plan.quiet,
                              cards.divisor, question.reading == Reading::kValue);
      BELLROCK_TRY(Spend(maker.SeriesOfGroups(cells.groups.size()) * plan.spans.size(), notes));
      if (as_cards) {
        maker.MakeCards(cells, labels, cards.series);
      } else {
        maker.Make(cells, labels, vector);
      }
    }
  }
  if (any_cards) return Value(std::move(cards));
  return Value(std::move(vector));
}

}  // namespace bellrock::metrics::query::promql
