// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// Which contributions a merged block holds. A value.
class ContributionSet {
 public:
  bool Contains(const Contribution& contribution) const;
  // Nothing if it is in already.
  void Insert(const Contribution& contribution);
  size_t size() const { return sorted_.size(); }
  bool empty() const { return sorted_.empty(); }

  // 12 bytes each, ascending, big end first.
  std::string Encode() const;
  // kDataLoss: not what Encode() gives.
  static Result<ContributionSet> Decode(std::string_view bytes);

  friend bool operator==(const ContributionSet&, const ContributionSet&) = default;

 private:
  std::vector<Contribution> sorted_;
};

}  // namespace bellrock::metrics::store
