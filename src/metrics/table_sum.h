// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "bellrock/status.h"
#include "metrics/card_table.h"

namespace bellrock::metrics {

// One canonical table of all rows: rows of the same key and second become one, their cards added.
// kInvalidArgument if the tables do
// not have the same dimensions.
Result<CardTable> SumTables(std::span<const CardTable> tables);

}  // namespace bellrock::metrics
