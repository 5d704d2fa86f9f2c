// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "bellrock/metrics/v1/alarms.pb.h"
#include "bellrock/status.h"
#include "metrics/query/source.h"

// Whether a rule would have fired lately: the same judging as in earnest, over windows of the past,
// told to nobody.
namespace bellrock::metrics::alarm_server {

inline constexpr int64_t kTrialSecondsDefault = 3600;
inline constexpr int64_t kTrialSecondsMax = int64_t{7} * 86'400;
inline constexpr size_t kTrialWindowsMax = 1000;
inline constexpr size_t kTrialGroupsMax = 1000;  // of the reply

// Windows that end at `now` or before. Asks the source for each, and blocks as it does. What does
// not answer for one window leaves it out.
Result<v1::TryRuleReply> TryRule(query::Source& source, const v1::TryRuleRequest& request,
                                 int64_t now);

}  // namespace bellrock::metrics::alarm_server
