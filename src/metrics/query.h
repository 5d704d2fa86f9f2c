// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/window.h"

// Answers over a window; pure functions. A failure is any code but OK. "code" groups by its name
// ("UNAVAILABLE"). Percentiles are exact over what a point or row covers: made from the sum of its
// cards, never from other percentiles (OCTO-055, OCTO-058). A bad field is kInvalidArgument with
// the values that would do.
namespace bellrock::metrics {

Result<v1::SeriesReply> Series(const Window& window, const v1::SeriesRequest& request);
Result<v1::TableReply> Table(const Window& window, const v1::TableRequest& request);

}  // namespace bellrock::metrics
