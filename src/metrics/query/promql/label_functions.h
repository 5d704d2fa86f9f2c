// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/value.h"

namespace bellrock::metrics::query::promql {

// label_replace(v, to, text, from, pattern) and label_join(v, to, separator, from...); `texts` are
// the arguments after the first. kInvalidArgument names the argument that makes no sense, or says
// that two series have come to the same labels.
Result<Value> ChangeLabels(std::string_view function, const std::vector<std::string>& texts,
                           Value value);

}  // namespace bellrock::metrics::query::promql
