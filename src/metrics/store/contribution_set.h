// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// Which contributions a merged block holds, as runs of consecutive cuts of a partition: a day holds
// what a thousand cuts gave to it, most of them without a gap. A value.
class ContributionSet {
 public:
  bool Contains(const Contribution& contribution) const;
  // Nothing if it is in already.
  void Insert(const Contribution& contribution);
  size_t runs() const { return runs_.size(); }
  uint64_t size() const;  // contributions
  bool empty() const { return runs_.empty(); }

  // A version byte, then 20 bytes a run, ascending, big end first. Nothing for none.
  std::string Encode() const;
  // kDataLoss: not what Encode() gives.
  static Result<ContributionSet> Decode(std::string_view bytes);

  friend bool operator==(const ContributionSet&, const ContributionSet&) = default;

 private:
  struct Run {
    Contribution first;
    uint64_t count = 0;  // the cuts from first.cut on

    bool Contains(const Contribution& contribution) const;
    bool IsFollowedBy(const Contribution& contribution) const;
    friend bool operator==(const Run&, const Run&) = default;
  };
  using Runs = std::vector<Run>;

  // The run behind the one that `contribution` would lie in.
  Runs::const_iterator Behind(const Contribution& contribution) const;

  Runs runs_;  // ascending, with a gap between each two
};

}  // namespace bellrock::metrics::store
