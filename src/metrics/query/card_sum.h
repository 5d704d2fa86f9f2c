// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics::query {

// The sum of some cards, from which cards can be taken away again: a window that slides over a
// service's cards adds one at its head and takes one at its tail, and stays exact. A value.
class CardSum {
 public:
  struct Count {
    uint32_t latency_us;
    uint64_t calls;
    friend bool operator==(const Count&, const Count&) = default;
  };

  void Add(const Card& card);
  void Add(const CardSum& other);
  // `card` must have been added before.
  void Subtract(const Card& card);

  uint64_t calls() const { return calls_; }
  uint64_t sum_us() const { return sum_us_; }
  // Ascending by latency, none without calls.
  const std::vector<Count>& counts() const { return counts_; }
  // The latency of the call at the nearest rank: the smallest k with k >= q * calls, at least 1, so
  // a latency that some call really had. `q` within [0, 1], taken to a billionth; 0 without calls.
  uint32_t PercentileUs(double q) const;
  uint64_t CallsUpTo(uint64_t latency_us) const;

  friend bool operator==(const CardSum&, const CardSum&) = default;

 private:
  std::vector<Count> counts_;
  uint64_t calls_ = 0;
  uint64_t sum_us_ = 0;
};

}  // namespace bellrock::metrics::query
