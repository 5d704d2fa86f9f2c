// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/value.h"

// Values of one kind made from those of another.
namespace bellrock::metrics::query::promql {

inline constexpr double kPi = 3.14159265358979323846;

// kInvalidArgument for cards, of which `by` can make nothing.
Result<Vector> NumbersOf(Value value, std::string_view by);

Scalars TimesOf(const TimeGrid& grid);
Vector VectorOf(const std::vector<double>& values);
// The value of the only series, NaN where there is none or more than one.
Scalars ScalarOf(const Vector& vector, size_t points);
// By their values at the first point; a range query has no such order and keeps its own.
Vector Sorted(Vector vector, bool descending);

// Which points have any series.
std::vector<bool> PresenceOf(const Value& value);
// 1 where there is none.
Vector Absent(const std::vector<bool>& presence, size_t points, Labels labels);
// What is known of a series that is not there: matches by "=", where only one names the label.
Labels LabelsOfAbsent(const std::vector<LabelMatch>& matches);

// kInvalidArgument if two series have come to the same labels.
Status CheckDistinct(const Value& value);

}  // namespace bellrock::metrics::query::promql
