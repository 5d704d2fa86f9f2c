// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/dimension.h"

namespace bellrock::metrics::tree {

// Folds cards of calls into cards of every dimension set (OCTO-064..071): each set from the
// smallest one already folded that holds all its dimensions, by partition, sort and run-length.
// What comes out depends on the calls alone: not on the order in which tables came, nor on how they
// were cut. Not thread-safe.
class Fold {
 public:
  // `window_seconds`: rows of the same window (60: a minute) become one.
  Fold(std::vector<DimensionSet> sets, int64_t window_seconds);
  ~Fold();
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;

  // Takes a table of calls, as an agent sent it: with all dimensions, seconds as rows have them.
  // A dimension the table does not carry counts as "".
  void Add(const CardTable& calls);
  // About what is held, to be bounded by the caller.
  size_t bytes() const;
  uint64_t calls() const;

  // One table for each set, in the order of the sets; empty ones included. Begins anew.
  std::vector<CardTable> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bellrock::metrics::tree
