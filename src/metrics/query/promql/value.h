// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "metrics/query/card_sum.h"
#include "metrics/query/promql/labels.h"

// What expressions come to, at every point of a grid of times at once.
namespace bellrock::metrics::query::promql {

// The points at which an expression is wanted; an instant query has one.
struct TimeGrid {
  int64_t start_ms = 0;
  int64_t step_ms = 1;
  size_t count = 1;

  int64_t at(size_t i) const { return start_ms + static_cast<int64_t>(i) * step_ms; }
};

using Point = std::optional<double>;  // none: no such series at that time

struct Series {
  Labels labels;
  std::vector<Point> points;  // one for each point of the grid
};
using Vector = std::vector<Series>;

struct CardSeries {
  Labels labels;
  std::vector<std::optional<CardSum>> points;
};
// Cards instead of numbers: what rpc_latency_card has, and what a histogram is read from when that
// can be done exactly. Every count stands for count / divisor: a rate's is the range's seconds.
struct CardVector {
  std::vector<CardSeries> series;
  double divisor = 1;
};

struct Scalars {
  std::vector<double> values;
};

using Value = std::variant<Scalars, std::string, Vector, CardVector>;

// The samples of a range at each point of a grid: parts of the series at a finer grid.
struct RangeVector {
  struct Part {
    size_t begin = 0;
    size_t end = 0;
  };
  TimeGrid grid;
  Vector series;
  std::vector<Part> parts;  // one for each point of the outer grid
};

}  // namespace bellrock::metrics::query::promql
