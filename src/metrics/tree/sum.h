// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "metrics/tree/fold.h"

namespace bellrock::metrics::tree {

// One table of all calls in `tables`, which have the same dimensions; rows of the same key and
// window become one. Empty for no tables.
inline CardTable SumTables(std::span<const CardTable> tables, int64_t window_seconds) {
  if (tables.empty()) return {};
  Fold fold({DimensionSet{.name = "", .dimensions = tables.front().dimensions}}, window_seconds);
  for (const CardTable& table : tables) fold.Add(table);
  return std::move(fold.Finish().front());
}

}  // namespace bellrock::metrics::tree
