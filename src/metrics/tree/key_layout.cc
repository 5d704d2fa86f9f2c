// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/key_layout.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bellrock::metrics::tree {

uint32_t BitsFor(size_t values) {
  return values <= 1 ? 0 : static_cast<uint32_t>(std::bit_width(values - 1));
}

KeyLayout::KeyLayout(std::vector<size_t> columns, std::span<const uint32_t> bits)
    : columns_(std::move(columns)), shifts_(columns_.size()), masks_(columns_.size()) {
  for (size_t i = columns_.size(); i-- > 0;) {
    const uint32_t width = bits[columns_[i]];
    shifts_[i] = bits_;
    masks_[i] = (uint64_t{1} << width) - 1;
    bits_ += width;
  }
}

bool KeyLayout::Has(size_t column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

Projection::Projection(const KeyLayout& from, const KeyLayout& to) {
  for (size_t i = to.columns().size(); i-- > 0;) {
    if (to.mask(i) == 0) continue;
    const auto at = std::find(from.columns().begin(), from.columns().end(), to.columns()[i]);
    const uint32_t down = from.shift(static_cast<size_t>(at - from.columns().begin()));
    if (!steps_.empty()) {
      Step& lower = steps_.back();
      const auto lower_width = static_cast<uint32_t>(std::popcount(lower.mask));
      if (down == lower.down + lower_width) {
        lower.mask |= to.mask(i) << lower_width;
        continue;
      }
    }
    steps_.push_back({down, to.shift(i), to.mask(i)});
  }
}

}  // namespace bellrock::metrics::tree
