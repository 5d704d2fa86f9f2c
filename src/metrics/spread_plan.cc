// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/spread_plan.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bellrock::metrics {

void SpreadPlan::Count(const std::string& callee, uint64_t entries) {
  total_ += entries;
  if (const auto found = entries_.find(callee); found != entries_.end()) {
    found->second += entries;
  } else if (entries_.size() < kServicesMax) {
    entries_.emplace(callee, entries);
  }
}

uint32_t SpreadPlan::Wanted(uint64_t entries) const {
  if (total_ < kEntriesMin) return 1;
  const double fair = static_cast<double>(total_) / partitions_;
  const double over = static_cast<double>(entries) / (fair * kHotShare);
  if (over <= 1) return 1;
  return std::min(partitions_, std::bit_ceil(static_cast<uint32_t>(std::ceil(over))));
}

void SpreadPlan::EndPeriod() {
  for (const auto& [callee, entries] : entries_) {
    const uint32_t wanted = Wanted(entries);
    const auto found = spreads_.find(callee);
    const uint32_t now = found == spreads_.end() ? 1 : found->second;
    if (wanted > now) spreads_[callee] = wanted;
    if (wanted >= now) calm_.erase(callee);
  }
  Cool();
  entries_.clear();
  total_ = 0;
}

void SpreadPlan::Cool() {
  for (auto spread = spreads_.begin(); spread != spreads_.end();) {
    const auto counted = entries_.find(spread->first);
    const uint32_t wanted = counted == entries_.end() ? 1 : Wanted(counted->second);
    if (wanted < spread->second && ++calm_[spread->first] >= kCoolPeriods) {
      calm_.erase(spread->first);
      spread->second /= 2;
    }
    spread = spread->second <= 1 ? spreads_.erase(spread) : std::next(spread);
  }
}

}  // namespace bellrock::metrics
