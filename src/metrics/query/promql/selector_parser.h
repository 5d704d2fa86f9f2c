// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/token_reader.h"

// The parts of an expression that are no expressions themselves.
namespace bellrock::metrics::query::promql {

// name, name{...} or {...}; at least one match must refuse the empty text.
Result<SelectorNode> ReadSelector(TokenReader& reader);
// (a, b,) after by, without, on, ignoring, group_left.
Result<std::vector<std::string>> ReadLabelList(TokenReader& reader, std::string_view where);
// A positive duration.
Result<int64_t> ReadDurationMs(TokenReader& reader, std::string_view where);
// What follows "offset" and "@".
Status ReadOffset(TokenReader& reader, TimeShift& shift);
Status ReadAt(TokenReader& reader, TimeShift& shift);

// 12, 1.5e3, 0x1f, 017 (octal), inf, nan.
double NumberOf(std::string_view text);

}  // namespace bellrock::metrics::query::promql
