// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace bellrock {

// Upper bounds in microseconds of the buckets that monitoring systems are shown: on each program's
// /metrics and in the data centre's Prometheus series, so that one query serves both
// (docs/metrics-promql.md). Above the last one: +Inf.
inline constexpr std::array<uint64_t, 18> kLatencyBoundsUs = {
    100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,     50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};

}  // namespace bellrock
