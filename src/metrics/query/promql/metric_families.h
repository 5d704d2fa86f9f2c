// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "metrics/query/promql/families.h"

namespace bellrock::metrics::query::promql {

// The series of what is no call (series_kind.h): bellrock_host_*, bellrock_process_* and
// bellrock_custom*.
void AddMetricFamilies(std::vector<Family>& to);

}  // namespace bellrock::metrics::query::promql
