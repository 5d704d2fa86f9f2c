// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/engine.h"

#include <fmt/format.h>

#include <utility>

#include "metrics/query/promql/evaluator.h"
#include "metrics/query/promql/shape_functions.h"

namespace bellrock::metrics::query::promql {
namespace {

Result<QueryResult> Run(Source& source, const Node& expression, const TimeGrid& grid,
                        int64_t end_ms) {
  QueryResult result;
  result.grid = grid;
  Evaluator evaluator(expression, source, grid.start_ms, end_ms, result.notes);
  if (expression.type == ValueType::kMatrix) {
    BELLROCK_ASSIGN(result.value, evaluator.EvaluateRange(expression, grid));
    return result;
  }
  BELLROCK_ASSIGN(Value value, evaluator.Evaluate(expression, grid));
  BELLROCK_TRY(CheckDistinct(value));
  result.value = std::move(value);
  return result;
}

}  // namespace

Result<QueryResult> RunInstant(Source& source, const Node& expression, int64_t time_ms) {
  return Run(source, expression, {.start_ms = time_ms, .step_ms = 1, .count = 1}, time_ms);
}

Result<QueryResult> RunRange(Source& source, const Node& expression, int64_t start_ms,
                             int64_t end_ms, int64_t step_ms) {
  if (expression.type == ValueType::kMatrix || expression.type == ValueType::kString) {
    return InvalidArgumentError(fmt::format(
        "invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
        ValueTypeName(expression.type)));
  }
  const size_t count = static_cast<size_t>((end_ms - start_ms) / step_ms + 1);
  return Run(source, expression, {.start_ms = start_ms, .step_ms = step_ms, .count = count},
             end_ms);
}

}  // namespace bellrock::metrics::query::promql
