// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/value.h"

namespace bellrock::metrics::query::promql {

// An operator between two values, point by point. Of vectors, series are paired by their labels;
// kInvalidArgument if that leaves it open which belong together.
Result<Value> ApplyBinary(const BinaryNode& binary, Value left, Value right);

// The number that an operator makes, or none if a comparison is not met.
Point Operate(Operator op, double left, double right, bool returns_bool);

}  // namespace bellrock::metrics::query::promql
