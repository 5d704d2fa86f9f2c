// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "metrics/card.h"

namespace bellrock::metrics {

// One finished call as the client's buffers keep it.
struct RawCall {
  uint32_t set;  // dense number of its dimension set
  uint32_t latency_us;
};

// Makes cards of raw calls: partition by dimension set, sort each part while it lies in the cache,
// run-length (DESIGN: sort, not hash maps). `sets` is one more than the largest set number. `each`
// is called once per set that has calls.
void FoldCalls(std::span<const RawCall> calls, uint32_t sets,
               const std::function<void(uint32_t set, Card card)>& each);

}  // namespace bellrock::metrics
