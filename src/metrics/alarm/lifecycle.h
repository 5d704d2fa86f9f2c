// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/judge.h"

// The life of an alarm: inactive -> pending -> firing -> inactive, one window at a time. Windows
// are judged once, so calls that come late change nothing of what was said. Pure.
namespace bellrock::metrics::alarm {

enum class Transition : uint8_t { kNone, kFired, kResolved };

struct Step {
  int64_t window_end = 0;
  // Calls are missing and that does not last: a fine window proves nothing, a breached one does.
  bool doubtful = false;
};

// Never kFired twice without kResolved between.
Transition Advance(const v1::AlarmRule& rule, const Judgement& judgement, const Step& step,
                   v1::AlarmTrack& track);
// How many fine windows resolve what fires now: more if it fired often lately.
uint32_t WindowsToRecover(const v1::AlarmRule& rule, const v1::AlarmTrack& track);
// Nothing in it matters after this window.
bool Forgettable(const v1::AlarmRule& rule, const v1::AlarmTrack& track, int64_t window_end);

}  // namespace bellrock::metrics::alarm
