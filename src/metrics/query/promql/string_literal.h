// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::metrics::query::promql {

struct StringLiteral {
  std::string value;
  size_t size = 0;  // bytes of the text, quotes included
};

// Reads the string that `text` begins with: in double or single quotes with Go's escapes, or as it
// stands between backquotes. kInvalidArgument says what is wrong.
Result<StringLiteral> ReadStringLiteral(std::string_view text);

}  // namespace bellrock::metrics::query::promql
