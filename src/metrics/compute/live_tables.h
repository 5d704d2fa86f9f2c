// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "metrics/card_table.h"

namespace bellrock::metrics::compute {

// The rows of one service; the callee is the table's first dimension.
CardTable RowsOfCallee(const CardTable& table, const std::string& callee);

// The table in pieces of consecutive rows, each of at most so many buckets, or of one row.
std::vector<CardTable> PiecesOf(const CardTable& table, size_t buckets_max);

}  // namespace bellrock::metrics::compute
