// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "metrics/card_table.h"

// A table's columns before they are packed: docs/spec/card.md, "Columns". `session` may be null.
namespace bellrock::metrics {

std::string WriteColumns(const CardTable& table, NameSession* session);
Result<CardTable> ReadColumns(std::string_view plain, NameSession* session,
                              const TableBounds& bounds);

}  // namespace bellrock::metrics
