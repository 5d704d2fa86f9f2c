// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"

// ClickHouse's format RowBinary: rows and columns one after another, numbers little end first,
// strings behind their length. Pure.
namespace bellrock::metrics::store {

class RowWriter {
 public:
  template <std::integral T>
  RowWriter& Number(T number) {
    for (size_t i = 0; i < sizeof(T); ++i) {
      bytes_.push_back(static_cast<char>(static_cast<uint64_t>(number) >> 8 * i & 0xFF));
    }
    return *this;
  }
  RowWriter& Text(std::string_view text);

  size_t size() const { return bytes_.size(); }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// After bytes that are cut off, values are 0 and "" and status() says so.
class RowReader {
 public:
  explicit RowReader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty() || !whole_; }
  template <std::integral T>
  T Number() {
    const std::string_view bytes = Take(sizeof(T));
    uint64_t number = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      number |= uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    }
    return static_cast<T>(number);
  }
  std::string_view Text();
  // kDataLoss if a value was cut off.
  Status status() const;

 private:
  std::string_view Take(size_t size);

  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace bellrock::metrics::store
