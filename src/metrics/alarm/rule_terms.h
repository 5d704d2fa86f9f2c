// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/quantile.h"

// What a rule means where it says nothing, and what follows from what it says. Pure.
namespace bellrock::metrics::alarm {

// "name@service": what tells rules apart.
std::string RuleId(const v1::AlarmRule& rule);

int64_t WindowSeconds(const v1::AlarmRule& rule);
uint32_t ForWindows(const v1::AlarmRule& rule);
uint32_t RecoverWindows(const v1::AlarmRule& rule);
uint64_t CallsMin(const v1::AlarmRule& rule);
double CompletenessMin(const v1::AlarmRule& rule);
Quantile QuantileOf(const v1::AlarmFigure& figure);

// A number of calls; others are properties of calls, and have no value where there are none.
bool IsCount(const v1::AlarmFigure& figure);
// Reads the results of calls.
bool NeedsResults(const v1::AlarmFigure& figure);
bool ComparesWithPast(const v1::AlarmRule& rule);
// How long before a window the one begins that it is compared with.
int64_t PastSeconds(const v1::AlarmRule& rule);
// No calls at all can be a breach, so that groups are remembered after their last call.
bool MindsSilence(const v1::AlarmRule& rule);
// There is one group, which is known without an answer.
bool IsOfOneService(const v1::AlarmRule& rule);

}  // namespace bellrock::metrics::alarm
