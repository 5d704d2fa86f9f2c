// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/card.h"

// The rows of a heat map: a range of latencies each, about as high as each other on a log scale.
// Pure.
namespace bellrock::metrics::query {

// Ascending and distinct; the first is at most `least_us`, the last above `most_us`; at most
// `rows` (5 or more) ranges between them. Preferred numbers (1, 2.2, 4.7, 10, ...), the finest
// series that is coarse enough, since people read them on an axis.
std::vector<uint64_t> LatencyRows(uint32_t least_us, uint32_t most_us, size_t rows);

// Calls of each range; all calls lie within the bounds.
std::vector<uint64_t> CountByRow(const Card& card, const std::vector<uint64_t>& bounds_us);

}  // namespace bellrock::metrics::query
