// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bellrock/status.h"

namespace bellrock::metrics {

// Signed numbers as varints: what is near zero is short, below zero as well.
constexpr uint64_t Zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t Unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Appends numbers of seven bits a byte, the low ones first.
class ColumnWriter {
 public:
  void Number(uint64_t value) {
    Column(1, [value](size_t) { return value; });
  }
  void Text(std::string_view text) { bytes_ += text; }
  // `value(i)` for i below `count`.
  template <typename Value>
  void Column(size_t count, Value value) {
    constexpr size_t kBitsMax = 8 * sizeof(value(size_t{}));
    const size_t begin = bytes_.size();
    bytes_.resize(begin + count * ((kBitsMax + 6) / 7));
    char* at = bytes_.data() + begin;
    for (size_t i = 0; i < count; ++i) {
      auto rest = value(i);
      static_assert(std::is_unsigned_v<decltype(rest)>);
      for (; rest >= 0x80; rest >>= 7) *at++ = static_cast<char>(rest | 0x80);
      *at++ = static_cast<char>(rest);
    }
    bytes_.resize(static_cast<size_t>(at - bytes_.data()));
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads them from bytes that anybody may have written. The first failure is kept, with its field;
// after it nothing is read and numbers are 0.
class ColumnReader {
 public:
  explicit ColumnReader(std::string_view bytes)
      : at_(reinterpret_cast<const uint8_t*>(bytes.data())), end_(at_ + bytes.size()) {}

  // At most `max`; `remedy` goes into the error.
  uint64_t Number(std::string_view field, uint64_t max, std::string_view remedy);
  std::string_view Text(std::string_view field, size_t size);
  // `take(i, value)` for i below `count`; false refuses the value, for the reason `what`.
  template <typename Take>
  void Column(std::string_view field, size_t count, std::string_view what, Take take) {
    if (!ok()) return;
    const uint8_t* at = at_;
    const uint8_t* const end = end_;
    for (size_t i = 0; i < count; ++i) {
      uint64_t value = 0;
      if (!Varint(at, end, value)) [[unlikely]]
        return FailAt(field, i, "is cut off or longer than 64 bits");
      if (!take(i, value)) [[unlikely]]
        return FailAt(field, i, what, value);
    }
    at_ = at;
  }
  void Fail(std::string error);

  bool ok() const { return error_.empty(); }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  // OK if nothing failed and no bytes are left.
  Status Finish();

 private:
  static bool Varint(const uint8_t*& at, const uint8_t* end, uint64_t& value) {
    if (at != end && *at < 0x80) [[likely]] {
      value = *at++;
      return true;
    }
    for (int shift = 0; at != end && shift < 64; shift += 7) {
      const uint8_t byte = *at++;
      if (shift == 63 && byte > 1) return false;
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  void FailAt(std::string_view field, size_t index, std::string_view what);
  void FailAt(std::string_view field, size_t index, std::string_view what, uint64_t value);

  const uint8_t* at_;
  const uint8_t* end_;
  std::string error_;
};

}  // namespace bellrock::metrics
