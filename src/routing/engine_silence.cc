// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "routing/engine.h"

// What an engine does about instances that take calls and answer none.
namespace bellrock::routing {
namespace {

int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

// After shields were granted: those whose calls failed are not suspected, but known.
void RouteEngine::WatchSilence(Time now) {
  std::vector<SilenceFigures*> figures;
  size_t eligible = 0;
  size_t out = 0;
  for (const EntryPointer& entry : entries_) {
    if (!entry) continue;
    const bool counts = Eligible(*entry);
    entry->silence.may_judge = counts && TakesPart(*entry) && !options_.shield.off;
    // A trial begins without what was on its way before.
    if (entry->shield.phase() == ShieldPhase::kShielded) entry->silence.Forget();
    eligible += counts;
    out += counts && !TakesPart(*entry);
    figures.push_back(&entry->silence);
  }
  const auto cap =
      static_cast<size_t>(static_cast<double>(eligible) * options_.shield.shielded_share_max);
  silence_.Step(figures, cap - std::min(cap, out), now);
  for (const EntryPointer& entry : entries_) {
    if (entry) entry->shield.SetSilent(ProvenSilence(*entry, now));
  }
}

// A trial need not wait until its calls run out of time, for none of its others would be answered
// either; an instance that gets its share is given that long.
std::string RouteEngine::ProvenSilence(const Entry& entry, Time now) const {
  const bool on_trial = entry.shield.phase() == ShieldPhase::kTrial;
  const bool proven = on_trial ? silence_.Silent(entry.silence, now) && !options_.shield.off
                               : entry.silence.suspect() && entry.silence.failed_too;
  if (!proven) return "";
  const Time since = on_trial ? entry.silence.since : entry.silence.silent_since;
  return fmt::format("{}no answer for {} ms", on_trial ? "trial: " : "", Milliseconds(now - since));
}

// Less the more calls there are, for a few tell as much.
double RouteEngine::Trickle(const Entry& entry) const {
  const double expected = calls_per_s_ * entry.expected_share;
  const double wanted = options_.shield.trial_calls / std::max(expected, 1e-3);
  return std::clamp(wanted, std::min(options_.shield.trial_factor_min, given_.silence.trickle),
                    given_.silence.trickle);
}

std::string RouteEngine::ReasonOf(const Entry& entry, Time now) {
  std::string reason = entry.shield.reason();
  if (!entry.silence.suspect()) return reason;
  std::string suspicion = fmt::format("suspect: {} call{} in flight, no answer for {} ms",
                                      entry.silence.open, entry.silence.open == 1 ? "" : "s",
                                      Milliseconds(now - entry.silence.silent_since));
  return reason.empty() ? suspicion : suspicion + "; " + reason;
}

}  // namespace bellrock::routing
