// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "bellrock/metrics/v1/dashboards.pb.h"
#include "bellrock/status.h"

namespace bellrock::metrics::server {

inline constexpr size_t kDashboardsMax = 500;
inline constexpr size_t kDashboardBytesMax = size_t{31} << 10;  // of one, as it is kept
inline constexpr int kDashboardChartsMax = 40;
inline constexpr int kChartConditionsMax = 10;
inline constexpr size_t kDashboardTextMax = 256;          // bytes of a title or a value
inline constexpr int64_t kDashboardSpanMax = 90 * 86400;  // seconds

// kInvalidArgument names the first bad field, its value and the remedy. Pure.
Status CheckDashboard(const v1::Dashboard& dashboard);

}  // namespace bellrock::metrics::server
