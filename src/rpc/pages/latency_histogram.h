// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/latency_bounds.h"
#include "rpc/pages/latency_counts.h"

namespace bellrock::rpc {

// Latencies since the start in the few buckets that monitoring systems scrape: what remains of
// exact counts that are too old to show. Pure; mergeable in any order.
struct LatencyHistogram {
  void Add(const LatencyCounts& counts);
  void Merge(const LatencyHistogram& other);

  std::array<uint64_t, kLatencyBoundsUs.size() + 1> counts{};  // the last: above all bounds
  uint64_t sum_us = 0;
};

}  // namespace bellrock::rpc
