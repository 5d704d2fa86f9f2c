// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_clock.h"

#include <algorithm>

namespace bellrock::testing {

void SimClock::AdvanceTo(Time when) {
  now_ = std::max(now_, when);
}

uint64_t SimRandom::Between(uint64_t min, uint64_t max) {
  const uint64_t span = max - min + 1;
  return span == 0 ? Next() : min + Next() % span;
}

}  // namespace bellrock::testing
