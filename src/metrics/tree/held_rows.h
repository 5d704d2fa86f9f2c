// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics::tree {

// One callee's rows as they came, each with a number in every column. A value.
class HeldRows {
 public:
  explicit HeldRows(size_t columns) : stride_(columns + 1) {}

  static size_t BytesFor(size_t columns, size_t buckets) {
    return (columns + 1) * sizeof(uint32_t) + buckets * sizeof(Card::Bucket);
  }

  void Add(std::span<const uint32_t> row, std::span<const Card::Bucket> buckets) {
    cells_.insert(cells_.end(), row.begin(), row.end());
    cells_.push_back(static_cast<uint32_t>(buckets.size()));
    buckets_.insert(buckets_.end(), buckets.begin(), buckets.end());
  }

  size_t rows() const { return cells_.size() / stride_; }
  const uint32_t* row(size_t row) const { return cells_.data() + row * stride_; }
  uint32_t buckets_of(size_t at) const { return row(at)[stride_ - 1]; }
  std::span<const Card::Bucket> buckets() const { return buckets_; }

 private:
  size_t stride_;
  std::vector<uint32_t> cells_;
  std::vector<Card::Bucket> buckets_;
};

}  // namespace bellrock::metrics::tree
