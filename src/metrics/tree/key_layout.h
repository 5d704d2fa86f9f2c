// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bellrock::metrics::tree {

// Bits that tell `values` values apart.
uint32_t BitsFor(size_t values);

// Where the values of a row's columns lie in one number: the first column highest, so that numbers
// ascend as rows do by their columns. The columns' numbers ascend with their texts.
class KeyLayout {
 public:
  static constexpr uint32_t kBitsMax = 64;

  KeyLayout() = default;
  // `columns` of a row that are in the key, most significant first; `bits` of each column of a row.
  KeyLayout(std::vector<size_t> columns, std::span<const uint32_t> bits);

  // Beyond kBitsMax keys cannot be made.
  uint32_t bits() const { return bits_; }
  const std::vector<size_t>& columns() const { return columns_; }
  bool Has(size_t column) const;

  // What columns()[i] with this value adds to a key.
  uint64_t Part(uint64_t value, size_t i) const {
    return shifts_[i] < kBitsMax ? value << shifts_[i] : 0;
  }
  uint32_t shift(size_t i) const { return shifts_[i]; }
  uint64_t mask(size_t i) const { return masks_[i]; }
  // The value of columns()[i].
  uint32_t Value(uint64_t key, size_t i) const {
    return shifts_[i] < kBitsMax ? static_cast<uint32_t>(key >> shifts_[i] & masks_[i]) : 0;
  }

 private:
  std::vector<size_t> columns_;
  std::vector<uint32_t> shifts_;
  std::vector<uint64_t> masks_;
  uint32_t bits_ = 0;
};

// Makes keys of a layout from keys of another that has all its columns. Columns that lie side by
// side in both are moved at once.
class Projection {
 public:
  Projection(const KeyLayout& from, const KeyLayout& to);

  uint64_t operator()(uint64_t key) const {
    uint64_t out = 0;
    for (const Step& step : steps_) out |= (key >> step.down & step.mask) << step.up;
    return out;
  }

 private:
  struct Step {
    uint32_t down;
    uint32_t up;
    uint64_t mask;
  };
  std::vector<Step> steps_;
};

}  // namespace bellrock::metrics::tree
