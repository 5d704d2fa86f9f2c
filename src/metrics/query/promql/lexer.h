// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::metrics::query::promql {

struct Token {
  enum class Kind : uint8_t { kEnd, kName, kNumber, kDuration, kString, kSymbol };
  Kind kind = Kind::kEnd;
  std::string text;     // of a string: its value, without quotes and escapes
  size_t position = 0;  // of its first byte
};

// "line:column: parse error: what", as Prometheus says it; kInvalidArgument.
Status ParseErrorAt(std::string_view expression, size_t position, std::string_view what);

// An expression as tokens, kEnd last. Comments (# to the end of the line) and spaces are left out.
// Names may hold ':', numbers are decimal or hexadecimal, durations are runs of 1h30m.
Result<std::vector<Token>> Tokenize(std::string_view expression);

// Milliseconds of "1h30m"; units descend, each at most once. kInvalidArgument without a position.
Result<int64_t> ParseDurationMs(std::string_view text);

}  // namespace bellrock::metrics::query::promql
