// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/labels.h"
#include "metrics/query/promql/query_notes.h"
#include "metrics/query/promql/window_reader.h"
#include "metrics/query/source.h"

// Which series and labels there are. Names are known without asking; values are read from the calls
// of a span.
namespace bellrock::metrics::query::promql {

using Selectors = std::vector<std::vector<LabelMatch>>;  // none: all

std::set<std::string> SeriesNames(const Selectors& selectors);
std::set<std::string> LabelNames(const Selectors& selectors);
Result<std::set<std::string>> LabelValues(Source& source, std::string_view label,
                                          const Selectors& selectors, Span span, QueryNotes& notes);
// Labels of the series that had a call in the span.
Result<std::set<Labels>> SeriesLabels(Source& source, const Selectors& selectors, Span span,
                                      QueryNotes& notes);

}  // namespace bellrock::metrics::query::promql
