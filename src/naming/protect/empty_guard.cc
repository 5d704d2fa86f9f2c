// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/empty_guard.h"

#include <algorithm>

namespace bellrock::naming::protect {

bool EmptyGuard::MayTell(std::string_view service, const Counts& counts, Time now) {
  auto at = empty_.find(service);
  const bool by_operator = counts.unusable == 0 && counts.disabled > 0;
  if (counts.usable > 0 || by_operator) {
    if (at != empty_.end()) empty_.erase(at);
    return true;
  }
  const bool deregistered = counts.unusable == 0;
  if (at == empty_.end()) {
    // One that cannot be remembered would be held for ever.
    if (empty_.size() >= kServicesMax) return deregistered;
    at = empty_.emplace(service, Entry{now, now, false}).first;
  }
  Entry& entry = at->second;
  entry.asked = now;
  entry.told = deregistered && now - entry.since >= kDeregisteredFor;
  return entry.told;
}

EmptyGuard::Held EmptyGuard::HeldNow() const {
  Held held;
  for (const auto& [service, entry] : empty_) {
    if (entry.told) continue;
    ++held.services;
    held.since = std::min(held.since, entry.since);
  }
  return held;
}

void EmptyGuard::Sweep(Time now) {
  std::erase_if(empty_, [&](const auto& entry) { return now - entry.second.asked > kForgetAfter; });
}

}  // namespace bellrock::naming::protect
