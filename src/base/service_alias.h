// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

// "modid:cmdid", the two numbers that services have in L5, as another name of a service (ZY-019).
namespace bellrock {

// One way to write it only: decimal, without zeros in front, each below 2^32.
inline bool IsServiceAlias(std::string_view text) {
  const auto is_number = [](std::string_view digits) {
    uint32_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, value);
    return error == std::errc() && at == end && (digits.size() == 1 || digits.front() != '0');
  };
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && is_number(text.substr(0, colon)) &&
         is_number(text.substr(colon + 1));
}

}  // namespace bellrock
