// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace bellrock::metrics::store {

// Numbers as bytes that sort as the numbers do.
template <std::unsigned_integral T>
void AppendBigEndian(T number, std::string& to) {
  for (int shift = 8 * (static_cast<int>(sizeof(T)) - 1); shift >= 0; shift -= 8) {
    to.push_back(static_cast<char>(number >> shift & 0xFF));
  }
}

// `from` has at least sizeof(T) bytes.
template <std::unsigned_integral T>
T ReadBigEndian(std::string_view from) {
  T number = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    number = static_cast<T>(number << 8 | static_cast<unsigned char>(from[i]));
  }
  return number;
}

}  // namespace bellrock::metrics::store
