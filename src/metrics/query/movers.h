// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query {

inline constexpr int32_t kMoversDefault = 10;
inline constexpr int32_t kMoversMax = 1'000;

// Which values of the dimensions changed most between two windows (KESS-045, 047), counted from
// cards. A dimension that the source cannot tell says why; an error only if none can be told.
// Blocks the fiber as the source does. kInvalidArgument names the field, the value and the remedy;
// other errors are the source's.
Result<v1::MoversReply> MoversOf(Source& source, const v1::MoversRequest& request);

}  // namespace bellrock::metrics::query
