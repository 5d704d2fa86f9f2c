// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "metrics/card.h"

namespace bellrock::metrics {

// Ascending. A radix sort by 11 bits a pass where it pays: latencies of one second differ in 14 to
// 20 bits, so two passes over a part that lies in the cache do what a comparison sort does in a
// dozen.
void SortLatencies(std::span<uint32_t> latencies_us);
// The same by latency, and stable: continued buckets stay in their order.
void SortBuckets(std::span<Card::Bucket> buckets);

}  // namespace bellrock::metrics
