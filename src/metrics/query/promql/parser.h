// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"

namespace bellrock::metrics::query::promql {

// The tree of an expression whose types fit together, as Prometheus 2.42 would take it.
// kInvalidArgument with line, column, what is wrong and what to write.
Result<NodePtr> Parse(std::string_view expression);

// Only a selector of series: name{label="value"}, as match[] has it.
Result<std::vector<LabelMatch>> ParseSelector(std::string_view expression);

}  // namespace bellrock::metrics::query::promql
