// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"

// What of a state must outlive the node that evaluates: what fires, who was told, what is about to
// be sent. It is small, so that it can be where every server of the site finds it. The rest comes
// again from the calls: whoever takes over judges the newest windows once more. Pure.
namespace bellrock::metrics::alarm {

// Without what is remembered of groups that are fine, and with so many of the alarms that are over
// and told, the newest ones.
v1::AlarmState SharedPart(const v1::AlarmState& state, size_t history);
// Without what can be worked out anew.
void DropBreakdowns(v1::AlarmState& state);
// The same for two states if whoever takes over would tell the same to the same.
std::string EssenceOf(const v1::AlarmState& state);
// What the next evaluator begins with: `shared`, which the one before left to all, with what only
// this node remembers of alarms that are over; or its `own`, if that is newer.
v1::AlarmState Joined(const v1::AlarmState& shared, const v1::AlarmState& own);

}  // namespace bellrock::metrics::alarm
