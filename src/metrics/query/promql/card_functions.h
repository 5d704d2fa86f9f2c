// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "metrics/query/promql/value.h"

// What is read from cards, exactly, and from buckets, as well as these can tell.
namespace bellrock::metrics::query::promql {

// histogram_quantile, histogram_count, histogram_sum, histogram_fraction; latencies in seconds.
Vector ApplyToCards(std::string_view function, const CardVector& cards,
                    const std::vector<std::vector<double>>& parameters);

// Linear within the bucket, as Prometheus does.
Vector QuantileOfBuckets(const std::vector<double>& q, const Vector& buckets);

}  // namespace bellrock::metrics::query::promql
