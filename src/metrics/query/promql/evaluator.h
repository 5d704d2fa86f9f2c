// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/demand.h"
#include "metrics/query/promql/query_notes.h"
#include "metrics/query/promql/selector_reader.h"
#include "metrics/query/promql/value.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

// Walks the tree of one query and asks the source for what its selectors need. Decides what is read
// as cards and what as numbers; what is computed from them is in files of its own. Lives as long as
// one query; the tree, the source and the notes are borrowed.
class Evaluator {
 public:
  // `start_ms`, `end_ms`: of the query, for "@ start()" and "@ end()".
  Evaluator(const Node& root, Source& source, int64_t start_ms, int64_t end_ms, QueryNotes& notes);

  // A value at each point of the grid; the node is no range.
  Result<Value> Evaluate(const Node& node, const TimeGrid& grid) {
    return Evaluate(node, grid, false);
  }
  Result<RangeVector> EvaluateRange(const Node& node, const TimeGrid& grid);

 private:
  // `as_cards`: histograms come as cards instead of buckets.
  Result<Value> Evaluate(const Node& node, const TimeGrid& grid, bool as_cards);
  Result<Value> EvaluateSelector(const SelectorNode& selector, const TimeGrid& grid,
                                 Reading reading, bool as_cards);
  Result<Value> EvaluateCall(const CallNode& call, const TimeGrid& grid, bool as_cards);
  Result<Value> EvaluateCounterRange(const CallNode& call, const TimeGrid& grid, bool as_cards);
  Result<Value> EvaluateOverTime(const CallNode& call, const TimeGrid& grid);
  Result<Value> EvaluateMath(const CallNode& call, const TimeGrid& grid);
  Result<Value> EvaluateCards(const CallNode& call, const TimeGrid& grid);
  Result<Value> EvaluateLabels(const CallNode& call, const TimeGrid& grid);
  Result<Value> EvaluateShape(const CallNode& call, const TimeGrid& grid);
  Result<Value> EvaluateAggregate(const AggregateNode& aggregate, const TimeGrid& grid,
                                  bool as_cards);
  Result<Value> EvaluateBinary(const BinaryNode& binary, const TimeGrid& grid);
  Result<Value> EvaluateNegate(const NegateNode& negate, const TimeGrid& grid);

  Result<Vector> EvaluateVector(const Node& node, const TimeGrid& grid, std::string_view by);
  Result<std::vector<double>> EvaluateScalar(const Node& node, const TimeGrid& grid);
  TimeGrid Shifted(const TimeShift& shift, const TimeGrid& grid) const;
  void WarnOfPercentiles(const Node& node, std::string_view function);

  Source& source_;
  int64_t start_ms_;
  int64_t end_ms_;
  QueryNotes& notes_;
  std::map<const SelectorNode*, Demand> demands_;
};

}  // namespace bellrock::metrics::query::promql
