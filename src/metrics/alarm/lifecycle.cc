// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/lifecycle.h"

#include <algorithm>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/rule_terms.h"

namespace bellrock::metrics::alarm {
namespace {

void ForgetOldFirings(int64_t window_end, v1::AlarmTrack& track) {
  auto& fired = *track.mutable_fired_lately();
  fired.erase(std::remove_if(fired.begin(), fired.end(),
                             [&](int64_t at) { return at <= window_end - kFlapSeconds; }),
              fired.end());
}

Transition Breach(const v1::AlarmRule& rule, const Step& step, v1::AlarmTrack& track) {
  track.set_fine_windows(0);
  if (track.breached_windows() == 0) track.set_since(step.window_end - WindowSeconds(rule));
  if (track.fired_at() != 0) return Transition::kNone;
  track.set_breached_windows(track.breached_windows() + 1);
  if (track.breached_windows() < ForWindows(rule)) return Transition::kNone;
  track.set_fired_at(step.window_end);
  track.add_fired_lately(step.window_end);
  // The newest are enough to know the most that recovery can take.
  if (track.fired_lately_size() > static_cast<int>(kFlapDoublingsMax) + 1) {
    track.mutable_fired_lately()->erase(track.fired_lately().begin());
  }
  return Transition::kFired;
}

Transition Fine(const v1::AlarmRule& rule, const Step& step, v1::AlarmTrack& track) {
  if (step.doubtful) return Transition::kNone;
  if (track.fired_at() == 0) {
    track.set_breached_windows(0);
    track.set_since(0);
    return Transition::kNone;
  }
  track.set_fine_windows(track.fine_windows() + 1);
  if (track.fine_windows() < WindowsToRecover(rule, track)) return Transition::kNone;
  track.set_fired_at(0);
  track.set_fine_windows(0);
  track.set_breached_windows(0);
  track.set_since(0);
  return Transition::kResolved;
}

}  // namespace

uint32_t WindowsToRecover(const v1::AlarmRule& rule, const v1::AlarmTrack& track) {
  const auto others = static_cast<uint32_t>(std::max(0, track.fired_lately_size() - 1));
  return RecoverWindows(rule) << std::min(others, kFlapDoublingsMax);
}

Transition Advance(const v1::AlarmRule& rule, const Judgement& judgement, const Step& step,
                   v1::AlarmTrack& track) {
  ForgetOldFirings(step.window_end, track);
  if (judgement.calls > 0) track.set_calls_seen_at(step.window_end);
  switch (judgement.verdict) {
    case Verdict::kBreach:
      return Breach(rule, step, track);
    case Verdict::kFine:
    case Verdict::kTooFew:
      return Fine(rule, step, track);
    case Verdict::kUnjudged:
      break;
  }
  return Transition::kNone;
}

bool Forgettable(const v1::AlarmRule& rule, const v1::AlarmTrack& track, int64_t window_end) {
  const bool known = rule.condition().kind() != v1::AlarmCondition::KIND_NO_DATA;
  const bool idle = track.fired_at() == 0 && track.breached_windows() == 0;
  if (!MindsSilence(rule) || (known && IsOfOneService(rule))) {
    return idle && track.fired_lately_size() == 0;
  }
  return track.calls_seen_at() <= window_end - kNoDataForgetSeconds;
}

}  // namespace bellrock::metrics::alarm
