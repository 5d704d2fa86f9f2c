// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellrock/status.h"

// Paths and queries of HTTP request targets. Pure.
namespace bellrock::rpc {

struct Target {
  std::string path;      // decoded
  std::string raw_path;  // as sent; its escapes are known to be good
  std::string query;     // as sent, without '?'
};
// "/a%20b?x=1" -> {"/a b", "/a%20b", "x=1"}. kInvalidArgument for bad escapes, a NUL byte, or a
// path that does not begin with '/'.
Result<Target> ParseTarget(std::string_view target);

// "a=1&b=x%20y" -> fields in order, decoded ('+' is a space).
using QueryFields = std::vector<std::pair<std::string, std::string>>;
Result<QueryFields> ParseQuery(std::string_view query);
// The first value of that name, "" without one. Valid as long as the fields are.
std::string_view QueryValue(const QueryFields& fields, std::string_view name);

// Text of a path without its escapes. With `keep_slashes` "%2F" stays as it is, so that an escaped
// slash is told from one that divides segments.
Result<std::string> DecodePath(std::string_view text, bool keep_slashes);

}  // namespace bellrock::rpc
