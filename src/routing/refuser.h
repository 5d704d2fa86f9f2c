// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bellrock/service.h"

namespace bellrock::routing {

// Chooses which calls a share of refused ones falls on: background calls first, then normal,
// critical ones last (OCTO-027). Of one kind, evenly spaced. One per thread and service, used by
// that thread only; no random numbers, no clock, no lock.
class Refuser {
 public:
  // `share` of all calls, 0..1. While it is 0 nothing is counted.
  bool Refuse(double share, Qos qos) {
    if (share <= 0) return false;
    if (share != share_ || calls_ >= kRenewAfter) Renew(share);
    const auto kind = static_cast<size_t>(qos) % kKinds;
    ++calls_;
    ++counted_[kind];
    debt_[kind] += rate_[kind];
    if (debt_[kind] < kWhole) return false;
    debt_[kind] -= kWhole;
    return true;
  }

 private:
  static constexpr size_t kKinds = 3;
  static constexpr uint32_t kWhole = 1u << 16;
  static constexpr uint32_t kRenewAfter = 64;

  // The kinds' parts of the calls are those of the last hundred or so.
  void Renew(double share);

  double share_ = 0;
  uint32_t calls_ = 0;  // since the last renewal by count
  std::array<uint32_t, kKinds> counted_{1, 0, 0};
  std::array<uint32_t, kKinds> rate_{};  // refused of a kind, of kWhole
  std::array<uint32_t, kKinds> debt_{};
};

}  // namespace bellrock::routing
