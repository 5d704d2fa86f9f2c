// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/refuser.h"

#include <algorithm>
#include <cmath>

namespace bellrock::routing {
namespace {

constexpr Qos kFirstRefusedFirst[] = {Qos::kBackground, Qos::kNormal, Qos::kCritical};

}  // namespace

void Refuser::Renew(double share) {
  share_ = std::min(share, 1.0);
  uint32_t calls = 0;
  for (const uint32_t count : counted_) calls += count;
  double left = share_ * calls;
  for (const Qos qos : kFirstRefusedFirst) {
    const auto kind = static_cast<size_t>(qos);
    const double count = counted_[kind];
    const double refused = std::min(left, count);
    // A kind of which there was none would be refused whole while anything is left to refuse.
    const double rate = count > 0 ? refused / count : (left > 0 ? 1.0 : 0.0);
    rate_[kind] = static_cast<uint32_t>(std::lround(rate * kWhole));
    left -= refused;
  }
  if (calls_ < kRenewAfter) return;
  calls_ = 0;
  for (uint32_t& count : counted_) count /= 2;
}

}  // namespace bellrock::routing
