// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/status.h"
#include "metrics/query/promql/engine.h"

namespace bellrock::metrics::query::promql {

// The "data" of an answer: {"resultType":...,"result":...}. Cards are shown as Prometheus shows
// native histograms, each bucket one latency. kResourceExhausted if they hold too many.
Result<std::string> InstantJson(const QueryResult& result);
Result<std::string> RangeJson(const QueryResult& result);

}  // namespace bellrock::metrics::query::promql
