// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"

// Whether alarm settings make sense: kInvalidArgument naming each bad field with its value and the
// remedy, at most kProblemsNamed of them. To be asked before they are kept: evaluators bear bad
// ones, but nobody would learn why they do nothing. Pure.
namespace bellrock::metrics::alarm {

inline constexpr size_t kProblemsNamed = 16;
Status CheckAlarmSettings(const v1::AlarmSettings& settings);
Status CheckAlarmRule(const v1::AlarmRule& rule);

}  // namespace bellrock::metrics::alarm
