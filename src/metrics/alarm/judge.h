// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "metrics/alarm/planner.h"

namespace bellrock::metrics::alarm {

enum class Verdict : uint8_t {
  kFine,
  kBreach,
  kTooFew,    // calls, to say anything: nothing to wake anybody for
  kUnjudged,  // it cannot be known: nothing changes
};

struct Judgement {
  GroupKey key;
  Verdict verdict = Verdict::kUnjudged;
  double value = 0;
  double baseline = 0;  // of a change
  uint64_t calls = 0;
};

// What a window says about every group that has calls, had some in the window it is compared with,
// or is in `remembered`; for a single service also without any of these. `past` is needed by rules
// that compare; nullptr: it is no longer kept. Pure.
std::vector<Judgement> Judge(const v1::AlarmRule& rule, const query::Answer& now,
                             const query::Answer* past, const std::set<GroupKey>& remembered);

}  // namespace bellrock::metrics::alarm
