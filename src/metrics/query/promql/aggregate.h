// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/value.h"

namespace bellrock::metrics::query::promql {

struct AggregateParameter {
  std::vector<double> numbers;  // k or the quantile, at each point
  std::string label;            // of count_values
};

// sum, topk, ... by or without labels, point by point. Cards can be summed, exactly, and counted.
Result<Value> Aggregate(const AggregateNode& aggregate, const AggregateParameter& parameter,
                        Value value, size_t points);

}  // namespace bellrock::metrics::query::promql
