// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rpc/pages/latency_counts.h"

namespace bellrock::rpc {

// Latencies since the start in the few buckets that monitoring systems scrape: what remains of
// exact counts that are too old to show. Pure; mergeable in any order.
struct LatencyHistogram {
  // Upper bounds in microseconds, those of the Prometheus series (docs/metrics-promql.md).
  static constexpr std::array<uint64_t, 18> kBoundsUs = {
      100,       250,       500,       1'000,      2'500,      5'000,
      10'000,    25'000,    50'000,    100'000,    250'000,    500'000,
      1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};

  void Add(const LatencyCounts& counts);
  void Merge(const LatencyHistogram& other);

  std::array<uint64_t, kBoundsUs.size() + 1> counts{};  // the last: above all bounds
  uint64_t sum_us = 0;
};

}  // namespace bellrock::rpc
