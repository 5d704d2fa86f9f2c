// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/tree/entries.h"
#include "metrics/tree/fold_plan.h"
#include "metrics/tree/held_rows.h"

namespace bellrock::metrics::tree {

// A set's cards of one callee. Its keys are still the numbers of names, its seconds those of
// windows; `names` are those it uses, with repetitions.
struct FoldedSet {
  size_t set = 0;
  CardTable table;
  std::vector<uint32_t> names;
};

// Folds callees one after another, each while it lies in the cache. Numbers of a column's values
// become small ones of this callee, ascending as the values do, so that a key fits 64 bits: then
// one stream of entries serves all sets. Where it does not, each set has a stream of its own.
// Scratch is kept between callees. Not thread-safe.
class CalleeFold {
 public:
  // `name_ranks`, `window_ranks`: [number] the place in ascending order. All are borrowed.
  CalleeFold(const FoldPlan& plan, const std::vector<uint32_t>& name_ranks,
             const std::vector<uint32_t>& window_ranks);

  void Run(uint32_t callee, const HeldRows& rows, const std::function<void(FoldedSet)>& each);

 private:
  using Set = FoldPlan::Set;

  void NumberValues(const HeldRows& rows);
  void ForgetValues();
  uint32_t Local(const HeldRows& rows, size_t row, size_t column) const {
    return local_[column][rows.row(row)[column]];
  }
  Stream StreamOf(const HeldRows& rows, KeyLayout layout);
  template <typename KeyOf>
  std::vector<Entry> EntriesOf(const HeldRows& rows, KeyOf key_of);

  void FoldShared(const HeldRows& rows, KeyLayout layout);
  const Stream& SmallestWith(const Set& set) const;
  void KeepIfSmaller(size_t place, const Stream& from, const KeyLayout& layout,
                     const FoldedSet& folded, std::span<const uint64_t> row_keys);
  void FoldApart(const HeldRows& rows, const Set& set);
  void FoldRanked(const HeldRows& rows, const Set& set);
  template <typename ValueOf>
  void Emit(const Set& set, FoldedSet folded, size_t rows, ValueOf value_of);
  FoldedSet Begin(const Set& set) const;

  const FoldPlan& plan_;
  const std::vector<uint32_t>& name_ranks_;
  const std::vector<uint32_t>& window_ranks_;
  std::vector<std::vector<uint32_t>> local_;   // [column][number]: the callee's own number
  std::vector<std::vector<uint32_t>> values_;  // [column][own number]: number
  std::vector<uint32_t> bits_;                 // [column]
  EntrySorter sorter_;
  std::vector<Stream> streams_;
  uint32_t callee_ = 0;
  const std::function<void(FoldedSet)>* each_ = nullptr;
};

}  // namespace bellrock::metrics::tree
