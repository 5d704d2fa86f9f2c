// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "metrics/query/promql/value.h"

namespace bellrock::metrics::query::promql {

// abs, round, clamp, ...: of each value alone. `parameters`: of each further argument its value at
// each point.
Vector ApplyMath(std::string_view function, Vector vector,
                 const std::vector<std::vector<double>>& parameters, const TimeGrid& grid);

}  // namespace bellrock::metrics::query::promql
