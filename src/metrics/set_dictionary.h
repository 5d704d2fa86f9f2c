// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics {

// Numbers dimension sets, so that a card is found by a small number and a name is kept once. A set
// lives while cards refer to it. At the bound a new set counts under "(more)" with its own code and
// side, so that totals and success rates stay exact; these overflow sets always exist and have the
// numbers 0..33. Not thread-safe.
class SetDictionary {
 public:
  explicit SetDictionary(size_t sets_max);

  // The number of the set, or of the overflow set of its code. Takes no reference.
  uint32_t Intern(const Dimensions& dimensions);
  bool Knows(const Dimensions& dimensions) const { return numbers_.contains(dimensions); }
  void Refer(uint32_t set) { ++entries_[set].references; }
  // Forgets the set with its last reference.
  void Release(uint32_t set);

  // Bound of set numbers; `at` of a forgotten number gives nullptr.
  uint32_t end() const { return static_cast<uint32_t>(entries_.size()); }
  const Dimensions* at(uint32_t set) const {
    return entries_[set].live ? &entries_[set].dimensions : nullptr;
  }
  size_t live() const { return numbers_.size(); }
  uint64_t overflowed() const { return overflowed_; }

 private:
  struct Entry {
    Dimensions dimensions;
    uint32_t references = 0;
    bool live = false;
  };

  size_t sets_max_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;
  std::unordered_map<Dimensions, uint32_t, DimensionsHash> numbers_;
  uint64_t overflowed_ = 0;
};

}  // namespace bellrock::metrics
