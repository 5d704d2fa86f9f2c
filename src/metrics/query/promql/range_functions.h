// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "metrics/query/promql/value.h"

// Functions of the samples within a range.
namespace bellrock::metrics::query::promql {

// Multiples of the step that are needed for ranges ending at the points of `outer`.
TimeGrid InnerGrid(const TimeGrid& outer, int64_t range_ms, int64_t step_ms);
// Of each point of `outer` the samples of (at - range, at].
std::vector<RangeVector::Part> PartsOf(const TimeGrid& outer, const TimeGrid& inner,
                                       int64_t range_ms);

// avg_over_time, ...; `parameter`: of quantile_over_time.
Vector OverTime(std::string_view function, const RangeVector& range,
                const std::vector<double>& parameter);
// The last sample minus the first, or minus the one before it. No extrapolation.
Vector Difference(const RangeVector& range, bool of_last_two);
// Which points have any sample.
std::vector<bool> PresenceOverTime(const RangeVector& range);

// Linear between ranks, as Prometheus' quantile() over values; these are no latencies of calls.
double QuantileOfValues(double q, std::vector<double> values);

}  // namespace bellrock::metrics::query::promql
