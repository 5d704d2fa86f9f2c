// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/query_notes.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

// The calls of a range: [begin, end) in unix seconds, those windows that end within (begin, end].
struct Span {
  int64_t begin = 0;
  int64_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

struct WindowPlan {
  std::vector<Match> where;
  std::vector<Dimension> group_by;
  std::vector<Span> spans;  // ascending in both begin and end
  int64_t quiet = 0;        // seconds before a span in which a call keeps its series in being
};

// Cells of one length, ascending, of which each span is a run.
struct Cells {
  std::vector<int64_t> begins;
  int64_t seconds = 1;
  std::vector<Group> groups;  // a card for each cell
  std::vector<double> completeness;
};

// Asks for no more than the spans need: one question where they lie near to each other, several
// where they are far apart. kResourceExhausted names the bound and what to ask instead.
Result<Cells> ReadWindows(Source& source, const WindowPlan& plan, QueryNotes& notes);

// Calls each(i, present, sum) for each span: `sum` of its cells, and whether the series is there:
// it has calls in the span or in the quiet time before. Sum has Add(Card), Subtract(Card) and
// calls().
template <typename Sum, typename Each>
void Slide(const Cells& cells, const std::vector<Card>& cards, const std::vector<Span>& spans,
           int64_t quiet, Each each) {
  constexpr int64_t kNever = INT64_MIN / 2;
  Sum sum;
  size_t first = 0;
  size_t last = 0;
  int64_t busy_until = kNever;
  const auto pass = [&] {
    const Card& card = cards[last];
    if (card.calls() > 0) busy_until = cells.begins[last] + cells.seconds;
    ++last;
  };
  for (size_t i = 0; i < spans.size(); ++i) {
    while (first < cards.size() && cells.begins[first] < spans[i].begin) {
      if (first < last) {
        sum.Subtract(cards[first]);
      } else {
        pass();
      }
      ++first;
    }
    while (last < cards.size() && cells.begins[last] + cells.seconds <= spans[i].end) {
      sum.Add(cards[last]);
      pass();
    }
    each(i, sum.calls() > 0 || (quiet > 0 && busy_until > spans[i].begin - quiet), sum);
  }
}

}  // namespace bellrock::metrics::query::promql
