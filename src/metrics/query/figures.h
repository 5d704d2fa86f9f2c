// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query {

inline constexpr int32_t kLinesDefault = 100;
inline constexpr int32_t kLinesMax = 10'000;
inline constexpr int kQuantilesMax = 32;
inline constexpr int kEarlierMax = 8;

// The figures that a request asks for. A call fails if its result is not "OK". Blocks the fiber as
// the source does. kInvalidArgument names the field, the value and the remedy; other errors are the
// source's.
Result<v1::FiguresReply> FiguresOf(Source& source, const v1::FiguresRequest& request);

}  // namespace bellrock::metrics::query
