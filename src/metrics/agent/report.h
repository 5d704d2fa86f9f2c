// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/metrics/v1/report.pb.h"
#include "bellrock/status.h"

namespace bellrock::metrics::agent {

inline constexpr int kReportItemsMax = 10'000;    // counters, gauges, values and calls of a push
inline constexpr int kReportValuesMax = 1 << 20;  // of all distributions and calls of a push

// The cards of what a program reported, under `host` where it names no instance, in `now` (unix
// second) where it names no second. Pure. kInvalidArgument names the field, the value and the
// remedy. Source, epoch, sequence and calls_total are left to the caller.
Result<v1::PushRequest> CardsOf(const v1::ReportRequest& report, const std::string& host,
                                int64_t now);

// Of services.
uint64_t CallsOf(const v1::ReportRequest& report);

}  // namespace bellrock::metrics::agent
