// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "bellrock/metrics/v1/alarms.pb.h"

// What there is to see of alarms, from what an evaluator remembers. Pure.
namespace bellrock::metrics::alarm_server {

inline constexpr size_t kAlarmsListedDefault = 1000;
inline constexpr size_t kAlarmsListedMax = 10'000;

v1::ListAlarmsReply ListAlarms(const v1::AlarmState& state, const v1::AlarmSettings& settings,
                               const v1::ListAlarmsRequest& request, int64_t now);

}  // namespace bellrock::metrics::alarm_server
