// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/branch_plan.h"
#include "metrics/query/promql/demand.h"
#include "metrics/query/promql/query_notes.h"
#include "metrics/query/promql/value.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

// What of a counter is wanted.
enum class Reading : uint8_t {
  kValue,     // at a time: its running sum since midnight (UTC); a gauge's value
  kIncrease,  // over the range
  kRate,      // over the range, per second
  kLast,      // over the newest window of the range
  kLastRate,  // the same, per second
};

struct SelectorQuestion {
  const SelectorNode* selector = nullptr;
  TimeGrid grid;  // offset and @ already applied
  Reading reading = Reading::kValue;
  bool as_cards = false;  // a histogram's cards instead of its buckets
  Demand demand;
};

// Length of the windows that a range is made of: whole minutes if it is, else seconds. Times are
// rounded down to it.
int64_t GrainSeconds(int64_t range_seconds);

// A Vector, or a CardVector of cards. Of a gauge only kValue. `families`: FamiliesOf its matches.
Result<Value> ReadSelectorSeries(Source& source, const SelectorQuestion& question,
                                 const std::vector<const Family*>& families, QueryNotes& notes);

}  // namespace bellrock::metrics::query::promql
