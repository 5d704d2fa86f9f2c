// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bellrock::routing::proxy {

// The slots that one request or connection has used up.
class Tried {
 public:
  static constexpr size_t kMax = 8;

  void Add(uint32_t slot) {
    if (count_ < kMax) slots_[count_++] = slot;
  }
  std::span<const uint32_t> slots() const { return {slots_.data(), count_}; }

 private:
  std::array<uint32_t, kMax> slots_{};
  size_t count_ = 0;
};

}  // namespace bellrock::routing::proxy
