// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "metrics/dimension.h"

namespace bellrock::metrics::tree {

// What a fold does for each callee, known from its sets: which columns rows need, and the order in
// which sets are made, those of many dimensions first, for the others may be made from them.
struct FoldPlan {
  struct Set {
    size_t number;                // in `sets`
    std::vector<size_t> columns;  // of the key behind the callee, in its order; the window last
  };

  explicit FoldPlan(std::vector<DimensionSet> of);

  // The window is the column behind the dimensions'.
  size_t window() const { return dimensions.size(); }
  size_t columns() const { return dimensions.size() + 1; }

  std::vector<DimensionSet> sets;
  std::vector<Dimension> dimensions;  // that any set tells apart, but the callee
  std::vector<Set> order;
};

}  // namespace bellrock::metrics::tree
