// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/dimension.h"

namespace bellrock::metrics::tree {

// Folds cards of calls into cards of every dimension set (OCTO-064..071): each set from the
// smallest one already folded that holds all its dimensions, by partition, sort and run-length
// (docs/design/metrics.md, "The fold"). What comes out are canonical tables that depend on the
// calls alone: not on the order in which tables came, nor on how they were cut. Not thread-safe.
class Fold {
 public:
  // `window_seconds`: rows of the same window (60: a minute) become one. Each set begins with
  // callee.
  Fold(std::vector<DimensionSet> sets, int64_t window_seconds);
  ~Fold();
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;

  // Takes a table of calls, as an agent sent it: with all dimensions, seconds as rows have them.
  // A dimension the table does not carry counts as "".
  void Add(const CardTable& calls);
  // About what is held, to be bounded by the caller: some 45 bytes a row and 8 a bucket.
  size_t bytes() const;
  uint64_t calls() const;

  // One table for each callee and set, callees ascending; none without calls. A table is the
  // caller's: who lets go of each before the next comes needs room for one. Begins anew.
  void Finish(const std::function<void(size_t set, CardTable table)>& each);
  // One table for each set, in the order of the sets; empty ones included. Begins anew.
  std::vector<CardTable> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bellrock::metrics::tree
