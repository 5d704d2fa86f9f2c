// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/card_table.h"

namespace bellrock::metrics {

// Makes a table row by row, in the order in which rows and names come. Not thread-safe.
class TableBuilder {
 public:
  explicit TableBuilder(std::vector<Dimension> dimensions);

  // The number of a name, to be kept by who adds many rows with the same.
  uint32_t Name(std::string_view text);
  // `key`: numbers of Name(), one for each dimension. `buckets` as in a Card.
  void Add(std::span<const uint32_t> key, int64_t second, std::span<const Card::Bucket> buckets);
  void Add(std::span<const std::string_view> key, int64_t second,
           std::span<const Card::Bucket> buckets);

  size_t rows() const { return table_.rows(); }
  // Begins anew, with the same dimensions.
  CardTable Take();

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  CardTable table_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<uint32_t> key_;
};

}  // namespace bellrock::metrics
