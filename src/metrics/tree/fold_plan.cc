// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/fold_plan.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics::tree {

FoldPlan::FoldPlan(std::vector<DimensionSet> of) : sets(std::move(of)) {
  for (const DimensionSet& set : sets) {
    BELLROCK_CHECK(!set.dimensions.empty() && set.dimensions.front() == Dimension::kCallee,
                   "a set begins with callee");
    dimensions.insert(dimensions.end(), set.dimensions.begin() + 1, set.dimensions.end());
  }
  std::sort(dimensions.begin(), dimensions.end());
  dimensions.erase(std::unique(dimensions.begin(), dimensions.end()), dimensions.end());
  for (size_t number = 0; number < sets.size(); ++number) {
    Set set{number, {}};
    for (size_t i = 1; i < sets[number].dimensions.size(); ++i) {
      const auto at = std::find(dimensions.begin(), dimensions.end(), sets[number].dimensions[i]);
      set.columns.push_back(static_cast<size_t>(at - dimensions.begin()));
    }
    set.columns.push_back(window());
    order.push_back(std::move(set));
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Set& a, const Set& b) { return a.columns.size() > b.columns.size(); });
}

}  // namespace bellrock::metrics::tree
