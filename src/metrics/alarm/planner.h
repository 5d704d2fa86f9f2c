// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/figure.h"
#include "metrics/query/source.h"

// Which questions a rule asks, and what their answers say. Windows lie at multiples of their
// length, so that every evaluator looks at the same ones. Pure.
namespace bellrock::metrics::alarm {

// Of one window of one rule.
struct Asked {
  std::string rule;
  int64_t window_end = 0;
  query::Question now;
  std::optional<query::Question> past;  // what it is compared with
};

Asked PlanWindow(const v1::AlarmRule& rule, int64_t window_end);
// The end of the newest window that may be asked for; at or before `now`.
int64_t NewestWindowEnd(const v1::AlarmRule& rule, int64_t now);

// The service, then the values of the rule's group_by.
using GroupKey = std::vector<std::string>;
using Readings = std::map<GroupKey, Reading>;
// Results of a group are put together.
Readings ReadAnswer(const v1::AlarmRule& rule, const query::Answer& answer);
// Of the window; 1 when nothing is known to miss.
double CompletenessOf(const query::Answer& answer);
// What the rule counts, as matches; those of one group as well, if there is a key.
std::vector<query::Match> MatchesOf(const v1::AlarmRule& rule);
void NarrowToKey(const v1::AlarmRule& rule, const GroupKey& key,
                 std::vector<query::Match>& matches);

}  // namespace bellrock::metrics::alarm
