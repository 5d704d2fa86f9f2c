// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/value.h"

// Which series of two vectors belong together.
namespace bellrock::metrics::query::promql {

// and, or, unless.
Vector ApplySet(const BinaryNode& binary, Vector left, Vector right);
// Arithmetic and comparisons of pairs: one to one, or many to one with group_left, group_right.
Result<Vector> ApplyMatched(const BinaryNode& binary, Vector left, Vector right);

}  // namespace bellrock::metrics::query::promql
