// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/hybrid_clock.h"

#include <algorithm>

namespace bellrock::naming::replica {
namespace {

constexpr int64_t kUnixMsMax = (int64_t{1} << 47) - 1;  // leaves room for kDriftMsMax

Hlc OfWall(int64_t unix_ms) {
  return Hlc{static_cast<uint64_t>(std::clamp<int64_t>(unix_ms, 0, kUnixMsMax)) << 16};
}

}  // namespace

Hlc HybridClock::Stamp(int64_t unix_ms, Hlc after) {
  // A count that overflows its 16 bits carries into the milliseconds, which keeps the order.
  const uint64_t counted = std::max(last_, after).value + 1;
  const Hlc stamp{std::max(counted, OfWall(unix_ms).value)};
  // Only what is near enough to the wall clock is remembered as ours.
  if (after <= OfWall(unix_ms + kDriftMsMax)) {
    last_ = stamp;
  } else {
    last_ = std::max(Hlc{last_.value + 1}, OfWall(unix_ms));
  }
  return stamp;
}

bool HybridClock::Observe(Hlc seen, int64_t unix_ms) {
  if (seen <= last_) return true;
  if (seen > OfWall(unix_ms + kDriftMsMax)) {
    ++refused_;
    return false;
  }
  last_ = seen;
  return true;
}

}  // namespace bellrock::naming::replica
