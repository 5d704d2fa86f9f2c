// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bellrock::bench {

// Jute, in which ZooKeeper's messages are written: numbers in network order, texts and lists behind
// their length.
class JuteWriter {
 public:
  JuteWriter& Int(int32_t value) { return Number(static_cast<uint32_t>(value), 4); }
  JuteWriter& Long(int64_t value) { return Number(static_cast<uint64_t>(value), 8); }
  JuteWriter& Bool(bool value) { return Number(value ? 1 : 0, 1); }
  JuteWriter& Text(std::string_view value) {
    Int(static_cast<int32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  JuteWriter& Number(uint64_t value, int bytes) {
    while (bytes-- > 0) bytes_ += static_cast<char>(value >> 8 * bytes & 255);
    return *this;
  }

  std::string bytes_;
};

// What is missing reads as zero and leaves ok() false.
class JuteReader {
 public:
  explicit JuteReader(std::string_view bytes) : rest_(bytes) {}

  int32_t Int() { return static_cast<int32_t>(Number(4)); }
  int64_t Long() { return static_cast<int64_t>(Number(8)); }
  std::string_view Text() {
    const int32_t length = Int();
    if (length <= 0) return {};  // -1 is no text at all
    return Take(static_cast<size_t>(length));
  }
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view Take(size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint64_t Number(size_t bytes) {
    uint64_t value = 0;
    for (char byte : Take(bytes)) value = value << 8 | static_cast<uint8_t>(byte);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace bellrock::bench
