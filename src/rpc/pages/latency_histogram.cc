// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/latency_histogram.h"

#include <algorithm>

namespace bellrock::rpc {

void LatencyHistogram::Add(const LatencyCounts& latencies) {
  latencies.ForEach([this](uint64_t us, uint64_t calls) {
    const auto bound = std::lower_bound(kLatencyBoundsUs.begin(), kLatencyBoundsUs.end(), us);
    counts[static_cast<size_t>(bound - kLatencyBoundsUs.begin())] += calls;
    sum_us += us * calls;
  });
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum_us += other.sum_us;
}

}  // namespace bellrock::rpc
