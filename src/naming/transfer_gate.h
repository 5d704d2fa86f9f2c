// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "bellrock/time.h"

namespace bellrock::naming {

// How many full states are under way at a time (VIN-065): those beyond wait, so that ten thousand
// watchers that come back together keep neither the loop nor the network from heartbeats. A place
// is held for kHoldMax at most: a reader that is slow takes little, and must not keep others out.
// Pure; whoever gets no place tries again when one was left or NextFree() has come.
class TransferGate {
 public:
  static constexpr size_t kUnderWayMax = 64;
  static constexpr Duration kHoldMax = std::chrono::seconds(2);

  // A place, or nothing while there is none.
  std::optional<uint64_t> TryEnter(Time now);
  // Giving back what has run out by itself is fine.
  void Leave(uint64_t place) { held_.erase(place); }
  // When the first place runs out; kNever while none is held.
  Time NextFree() const { return held_.empty() ? kNever : held_.begin()->second + kHoldMax; }
  size_t under_way() const { return held_.size(); }

 private:
  std::map<uint64_t, Time> held_;  // places, numbered in the order of entering
  uint64_t last_ = 0;
};

}  // namespace bellrock::naming
