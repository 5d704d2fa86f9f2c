// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/window_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

// What lies between two spans is read along if it is at most this many times what is wanted.
constexpr int64_t kGapFactor = 4;

int64_t CellSeconds(const WindowPlan& plan) {
  const int64_t origin = plan.spans.front().begin;
  int64_t cell = plan.quiet;
  for (const Span& span : plan.spans) {
    cell = std::gcd(cell, std::gcd(span.begin - origin, span.end - origin));
  }
  return std::max<int64_t>(cell, 1);
}

std::vector<Span> Stretches(const WindowPlan& plan) {
  std::vector<Span> stretches;
  for (const Span& span : plan.spans) {
    const Span wanted{span.begin - plan.quiet, span.end};
    if (wanted.begin == wanted.end) continue;
    if (!stretches.empty() &&
        wanted.begin - stretches.back().end <= kGapFactor * (wanted.end - wanted.begin)) {
      stretches.back().end = std::max(stretches.back().end, wanted.end);
    } else {
      stretches.push_back(wanted);
    }
  }
  return stretches;
}

// What is too long for one question in several.
std::vector<Span> InParts(const std::vector<Span>& stretches, int64_t cell) {
  const int64_t longest = cell * static_cast<int64_t>(kQuestionCellsMax);
  std::vector<Span> parts;
  for (const Span& stretch : stretches) {
    for (int64_t begin = stretch.begin; begin < stretch.end; begin += longest) {
      parts.push_back({begin, std::min(begin + longest, stretch.end)});
    }
  }
  return parts;
}

// As many series as there is room for their cards.
size_t SeriesMaxOf(const Span& stretch, int64_t cell) {
  const size_t cells = static_cast<size_t>((stretch.end - stretch.begin) / cell);
  return std::min(kSeriesMax, kCardsMax / std::max<size_t>(cells, 1));
}

Status CheckBounds(const std::vector<Span>& stretches, int64_t cell, const QueryNotes& notes) {
  size_t cells = 0;
  for (const Span& stretch : stretches) {
    cells += static_cast<size_t>((stretch.end - stretch.begin) / cell);
  }
  if (cells > kCellsMax) {
    return ResourceExhaustedError(
        fmt::format("the selector reads {} windows of {} s, at most {}; ask a shorter time, or "
                    "make step and range multiples of each other",
                    cells, cell, kCellsMax));
  }
  if (notes.questions + stretches.size() > kQuestionsMax) {
    return ResourceExhaustedError(
        fmt::format("the query asks {} stretches of time, at most {}; make the step longer or the "
                    "time shorter",
                    notes.questions + stretches.size(), kQuestionsMax));
  }
  return Status::Ok();
}

// Puts the answers to one question after another behind each other, by group.
class Joiner {
 public:
  Status Add(const Question& question, Answer answer) {
    const size_t points = answer.completeness.empty()
                              ? static_cast<size_t>((question.to - question.from) / question.step)
                              : answer.completeness.size();
    if (answer.more > 0) {
      return ResourceExhaustedError(
          fmt::format("{} series of {} windows, at most {}; name fewer with label matches, or take "
                      "sum by (...) of few labels",
                      answer.more + answer.groups.size(), points, question.groups_max));
    }
    for (Group& group : answer.groups) {
      std::vector<Card>& cards = groups_[std::move(group.key)];
      cards.resize(cells_.begins.size());
      std::move(group.cards.begin(), group.cards.end(), std::back_inserter(cards));
    }
    for (size_t i = 0; i < points; ++i) {
      cells_.begins.push_back(question.from + static_cast<int64_t>(i) * question.step);
    }
    cells_.seconds = question.step;
    answer.completeness.resize(points, 1.0);
    cells_.completeness.insert(cells_.completeness.end(), answer.completeness.begin(),
                               answer.completeness.end());
    return Status::Ok();
  }

  Cells Finish() {
    for (auto& [key, cards] : groups_) {
      cards.resize(cells_.begins.size());
      cells_.groups.push_back({key, std::move(cards)});
    }
    return std::move(cells_);
  }

 private:
  Cells cells_;
  std::map<std::vector<std::string>, std::vector<Card>> groups_;
};

}  // namespace

Result<Cells> ReadWindows(Source& source, const WindowPlan& plan, QueryNotes& notes) {
  const int64_t cell = CellSeconds(plan);
  const std::vector<Span> stretches = InParts(Stretches(plan), cell);
  BELLROCK_TRY(CheckBounds(stretches, cell, notes));
  Joiner joiner;
  for (const Span& stretch : stretches) {
    Question question{.from = stretch.begin,
                      .to = stretch.end,
                      .step = cell,
                      .where = plan.where,
                      .group_by = plan.group_by,
                      .groups_max = SeriesMaxOf(stretch, cell)};
    ++notes.questions;
    auto answer = source.Ask(question);
    if (!answer.ok()) return answer.status();
    BELLROCK_TRY(joiner.Add(question, std::move(*answer)));
  }
  return joiner.Finish();
}

}  // namespace bellrock::metrics::query::promql
