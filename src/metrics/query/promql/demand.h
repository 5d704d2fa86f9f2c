// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "metrics/query/promql/ast.h"

namespace bellrock::metrics::query::promql {

// Which labels of a selector's series the expression around it can tell apart. Everything else is
// summed by the source, so that no query reads dimension sets that it does not name.
struct Demand {
  bool summed = false;  // the selector stands directly in a sum, by or without `labels`
  bool without = false;
  std::vector<std::string> labels;
  std::set<std::string> named;  // by anything around the selector
};

// Of every selector of the expression.
std::map<const SelectorNode*, Demand> DemandsOf(const Node& root);

}  // namespace bellrock::metrics::query::promql
