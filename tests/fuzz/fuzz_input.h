// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bellrock::fuzz {

// What libFuzzer hands over, read from the front: small numbers that choose, then bytes. Zeroes and
// nothing when it is used up.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  uint32_t Short() {
    const uint32_t low = Byte();
    return low | uint32_t{Byte()} << 8;
  }
  // Copied to the heap exactly, so that ASan sees a read beyond it.
  std::string Bytes(size_t count) {
    std::string bytes(rest_.substr(0, count));
    bytes.shrink_to_fit();
    rest_.remove_prefix(std::min(count, rest_.size()));
    return bytes;
  }
  std::string Rest() { return Bytes(rest_.size()); }

 private:
  std::string_view rest_;
};

}  // namespace bellrock::fuzz
