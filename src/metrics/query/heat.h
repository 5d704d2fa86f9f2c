// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query {

inline constexpr int32_t kHeatRowsDefault = 24;
inline constexpr int32_t kHeatRowsMin = 5;
inline constexpr int32_t kHeatRowsMax = 96;
inline constexpr int64_t kHeatColumnsMax = 1'000;

// How many calls took how long, over time: exact counts, read from cards. Blocks the fiber as the
// source does. kInvalidArgument names the field, the value and the remedy; other errors are the
// source's.
Result<v1::HeatReply> HeatOf(Source& source, const v1::HeatRequest& request);

}  // namespace bellrock::metrics::query
