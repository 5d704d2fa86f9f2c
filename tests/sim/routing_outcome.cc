// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "routing_scenes.h"

namespace bellrock::routing::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kStep = milliseconds(500);

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Calls per second to all of them.
double Rate(const Recording& recording, std::span<const size_t> callees, Span span) {
  uint64_t sent = 0;
  for (size_t callee : callees) sent += recording.Sent(callee, span);
  return static_cast<double>(sent) / Seconds(span.to - span.from);
}

// From `from` on, how long until each window of `window` up to `to` is good.
template <typename Good>
double UntilGood(Duration from, Duration to, Duration window, Good&& good) {
  Duration since = from;
  for (Duration at = from; at + window <= to; at += kStep) {
    if (!good(Span{at, at + window})) since = at + kStep;
  }
  return Seconds(since - from);
}

std::vector<size_t> HurtOf(const Scene& scene, const Recording& recording) {
  if (!scene.hurt.empty()) return scene.hurt;
  std::vector<size_t> all(recording.callees());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Where the fault is not a single instance's, nobody is to be suspected for it.
double SuspectedWell(const Scene& scene, const Recording& recording) {
  const bool of_some = scene.hurt.size() < recording.callees();
  std::vector<size_t> well;
  for (size_t k = 0; k < recording.callees(); ++k) {
    const bool hurt = std::find(scene.hurt.begin(), scene.hurt.end(), k) != scene.hurt.end();
    if (!hurt || !of_some) well.push_back(k);
  }
  return recording.Suspected(well, scene.options.callers, {scene.before.from, scene.length});
}

void JudgeFault(const Scene& scene, const Recording& recording, Outcome& outcome) {
  const bool calm = scene.fault.from == scene.fault.to;
  const Span span = calm ? scene.before : scene.fault;
  const Recording::Step sum = recording.Sum(span);
  outcome.failed = sum.failed;
  outcome.refused = sum.refused;
  outcome.failed_share = recording.FailedShare(span);
  outcome.p50_ms = recording.LatencyMs(0.5, span);
  outcome.p99_ms = recording.LatencyMs(0.99, span);
  // The first two seconds are for noticing.
  const Span noticed{std::min(span.from + seconds(2), span.to), span.to};
  outcome.goodput = static_cast<double>(recording.Served(noticed)) /
                    static_cast<double>(recording.Capacity(noticed));
  if (calm) return;
  const std::vector<size_t> hurt = HurtOf(scene, recording);
  const double usual = Rate(recording, hurt, scene.before);
  outcome.quiet_s = UntilGood(scene.fault.from, scene.fault.to, seconds(1), [&](Span window) {
    return Rate(recording, hurt, window) <= usual / 4;
  });
  outcome.quiet_load =
      Rate(recording, hurt, {scene.fault.from + seconds(1), scene.fault.to}) / usual;
}

void JudgeReturn(const Scene& scene, const Recording& recording, Outcome& outcome) {
  if (scene.fault.to >= scene.length) return;
  const std::vector<size_t> hurt = HurtOf(scene, recording);
  outcome.served_again_s = UntilGood(scene.fault.to, scene.length, seconds(1), [&](Span window) {
    return recording.FailedShare(window) < 0.002;
  });
  outcome.shared_again_s = UntilGood(scene.fault.to, scene.length, seconds(3), [&](Span window) {
    const double load = recording.LoadOf(hurt, window);
    return load >= 0.8 && load <= 1.2;
  });
  for (size_t callee : hurt) {
    for (Duration at = scene.fault.to; at + seconds(3) <= scene.length; at += kStep) {
      outcome.return_peak =
          std::max(outcome.return_peak, recording.LoadOf(callee, {at, at + seconds(3)}));
    }
    outcome.return_queue = std::max(outcome.return_queue,
                                    recording.LongestQueue(callee, {scene.fault.to, scene.length}));
  }
}

}  // namespace

Outcome Judge(const Scene& scene, const Recording& recording) {
  Outcome outcome;
  outcome.load_error = recording.LoadError(scene.before);
  outcome.mean_load_error = recording.MeanLoadError(scene.before);
  outcome.swing = recording.Swing(scene.before, false);
  outcome.swing_of_one = recording.Swing(scene.before, true);
  JudgeFault(scene, recording, outcome);
  JudgeReturn(scene, recording, outcome);
  outcome.suspected = SuspectedWell(scene, recording);
  return outcome;
}

}  // namespace bellrock::routing::sim
