// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/matcher.h"

// Where an alarm goes: the first route that matches, and further ones where routes say so. Pure.
namespace bellrock::metrics::alarm {

// One receiver by one route. The pointers are into the settings.
struct Target {
  const v1::AlarmRoute* route = nullptr;
  const v1::AlarmReceiver* receiver = nullptr;
  Labels group_labels;
  std::string group_key;  // of alarms that share messages
};

// At most kTargetsMax, no receiver twice.
std::vector<Target> TargetsOf(const v1::AlarmSettings& settings, const Labels& labels);

int64_t GroupWaitSeconds(const v1::AlarmRoute& route);
int64_t GroupIntervalSeconds(const v1::AlarmRoute& route);
int64_t RepeatIntervalSeconds(const v1::AlarmRoute& route);

}  // namespace bellrock::metrics::alarm
