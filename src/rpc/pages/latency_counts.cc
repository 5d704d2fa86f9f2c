// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/latency_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace bellrock::rpc {

void LatencyCounts::AddLong(uint64_t us, uint64_t count) {
  if (long_.size() < kLongMax || long_.contains(us)) {
    long_[us] += count;
    return;
  }
  inexact_ += count;
  uint64_t above = max();
  for (const auto& [kept, calls] : long_) {
    if (kept >= us && kept < above) above = kept;
  }
  long_[above] += count;
}

void LatencyCounts::Merge(const LatencyCounts& other) {
  total_ += other.total_;
  inexact_ += other.inexact_;
  if (other.direct_ != nullptr) {
    if (direct_ == nullptr) direct_ = std::make_unique<uint32_t[]>(kDirectUs);
    for (uint32_t us = 0; us < kDirectUs; ++us) direct_[us] += other.direct_[us];
  }
  for (const auto& [us, count] : other.long_) AddLong(us, count);
}

void LatencyCounts::Clear() {
  total_ = 0;
  inexact_ = 0;
  if (direct_ != nullptr) std::fill_n(direct_.get(), kDirectUs, 0);
  long_.clear();
}

uint64_t LatencyCounts::Quantile(double share) const {
  if (total_ == 0) return 0;
  const auto rank = std::max<uint64_t>(
      1, static_cast<uint64_t>(std::ceil(share * static_cast<double>(total_) - 1e-9)));
  uint64_t seen = 0;
  if (direct_ != nullptr) {
    for (uint32_t us = 0; us < kDirectUs; ++us) {
      seen += direct_[us];
      if (seen >= rank) return us;
    }
  }
  std::vector<std::pair<uint64_t, uint64_t>> sorted(long_.begin(), long_.end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [us, count] : sorted) {
    seen += count;
    if (seen >= rank) return us;
  }
  return max();
}

uint64_t LatencyCounts::max() const {
  if (!long_.empty()) {
    const auto longest = std::max_element(
        long_.begin(), long_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return longest->first;
  }
  if (direct_ == nullptr) return 0;
  for (uint32_t us = kDirectUs; us > 0; --us) {
    if (direct_[us - 1] > 0) return us - 1;
  }
  return 0;
}

}  // namespace bellrock::rpc
