// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/query_notes.h"
#include "metrics/query/promql/value.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

struct QueryResult {
  std::variant<Value, RangeVector> value;  // a range only of an instant query that is one
  TimeGrid grid;
  QueryNotes notes;
};

// Asks the source what the expression needs and computes it. Statuses are those of the source, and
// kInvalidArgument, kResourceExhausted or kUnimplemented of the expression, with the remedy.
Result<QueryResult> RunInstant(Source& source, const Node& expression, int64_t time_ms);
// At start, start + step, ... up to end. `expression` is a scalar or an instant vector.
Result<QueryResult> RunRange(Source& source, const Node& expression, int64_t start_ms,
                             int64_t end_ms, int64_t step_ms);

}  // namespace bellrock::metrics::query::promql
