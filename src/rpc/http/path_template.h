// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

// Path templates of google.api.http, "/v1/{name=shelves/*}/books/{id}:lend", and the request paths
// they match. Pure.
namespace bellrock::rpc {

// A request path of more segments matches nothing; a template of more is refused.
inline constexpr size_t kPathSegmentsMax = 128;

// One part of a template between slashes.
struct PathSegment {
  enum class Kind {
    kLiteral,  // this text
    kOne,      // "*": any one segment that is not empty
    kMany,     // "**": all segments that are left, none too; always last
  };
  Kind kind = Kind::kLiteral;
  std::string literal{};

  friend bool operator==(const PathSegment&, const PathSegment&) = default;
};

// A field of the request that takes what segments first..first+count-1 match.
struct PathVariable {
  std::string field;  // "name", "book.name"
  size_t first = 0;
  size_t count = 1;
};

struct PathTemplate {
  std::string text;
  std::vector<PathSegment> segments;
  std::vector<PathVariable> variables;
  std::string verb;  // "lend", or ""

  // Segments without the names of variables, "/v1/shelves/*/books/*:lend": templates of one shape
  // match the same paths.
  std::string Shape() const;
};

// kInvalidArgument with the place and the remedy.
Result<PathTemplate> ParsePathTemplate(std::string_view text);

// The segments of a request path as it was sent, escapes and all. Views into `raw_path`.
// Empty for a path that begins with no slash or has more than kPathSegmentsMax.
std::vector<std::string_view> SplitPath(std::string_view raw_path);

// The value of each variable, given segments that the template matches (without the verb).
// Variables of one "*" are decoded whole; in longer ones "%2F" stays, for there a slash divides.
Result<std::vector<std::string>> CaptureVariables(const PathTemplate& path,
                                                  const std::vector<std::string_view>& segments);

}  // namespace bellrock::rpc
