// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/query/source.h"

// Where an alarm comes from: which instance, site, caller, method and error type moved most
// (KESS-047). Parts of what changed are counted from cards, so they add up to the whole change
// exactly: failures for success rates, calls for calls, calls slower than before for latencies.
// Pure.
namespace bellrock::metrics::alarm {

// One dimension's share of it: the window that fired, and the one it is held against.
struct SplitQuestion {
  Dimension dimension = Dimension::kCallee;
  query::Question now;
  query::Question past;
};
struct Split {
  Dimension dimension = Dimension::kCallee;
  query::Answer now;
  query::Answer past;
};

// Empty for an alarm that has nothing to break down: no data.
std::vector<SplitQuestion> PlanBreakdown(const v1::AlarmRule& rule, const v1::AlarmFiring& firing);
v1::AlarmBreakdown BreakDown(const v1::AlarmFiring& firing, const std::vector<Split>& splits);

}  // namespace bellrock::metrics::alarm
