// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "metrics/card_table.h"

namespace bellrock::metrics {

// Rows of a table, in the order given, with no names but theirs.
CardTable SelectRows(const CardTable& table, std::span<const uint32_t> rows);

}  // namespace bellrock::metrics
