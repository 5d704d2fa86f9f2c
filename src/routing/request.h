// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace bellrock::routing {

// What rules and policies may know of one call. Borrowed for the time of a pick; keys of headers
// are lower case.
struct Request {
  std::string_view caller{};  // "line/service"
  std::string_view method{};  // "package.Service/Method"
  std::string_view key{};
  std::string_view lane{};
  std::span<const std::pair<std::string, std::string>> headers{};
};

}  // namespace bellrock::routing
