// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/silence.h"

#include <algorithm>
#include <cmath>

namespace bellrock::routing {
namespace {

// Between ticks that are far apart, nothing is known of when calls began.
constexpr Duration kTickMost = std::chrono::milliseconds(200);
// An instance answers if it did within so many ticks' time.
constexpr Duration kAnswersWithin = std::chrono::milliseconds(300);
// What is left of the service's counts after a tick.
constexpr double kFade = 0.9;

}  // namespace

Duration SilenceWatch::usual() const {
  const double mean_ns = ok_ > 0 ? 1000 * latency_us_ / ok_ : 0;
  const Duration by_mean(std::llround(options_.mean_multiple * mean_ns));
  return std::max({options_.floor, by_mean, learnt_});
}

void SilenceWatch::Fade(Time now) {
  ok_ *= kFade;
  latency_us_ *= kFade;
  const double fades = std::chrono::duration<double>(now - stepped_) / options_.learnt_fades;
  learnt_ = Duration(std::llround(static_cast<double>(learnt_.count()) * std::exp(-fades)));
}

// One that answers was silent until some time after the last tick. If that was longer than is
// usual, it was suspected wrongly, and the next such silence shall not be; but usual is at most
// doubled, for it may have been a process that was stopped.
void SilenceWatch::Learn(const SilenceFigures& figures) {
  const Time since = figures.silent_since != Time{} ? figures.silent_since : figures.since;
  if (since == Time{} || stepped_ <= since) return;
  Duration silence = stepped_ - since;
  if (figures.open < options_.calls_together) silence /= 2;
  const Duration usual_now = usual();
  if (silence >= usual_now) silence = std::min(silence * 3 / 2, usual_now * 2);
  learnt_ = std::max(learnt_, std::min(silence, options_.learnt_max));
}

void SilenceWatch::Take(SilenceFigures& figures, Time now) {
  ok_ += static_cast<double>(figures.ok);
  latency_us_ += static_cast<double>(figures.latency_us);
  const int64_t started = figures.started;
  if (figures.ok > 0) {
    Learn(figures);
    figures.Forget();
    figures.silent_since = Time{};
    figures.answered = now;
  } else {
    figures.open += started - static_cast<int64_t>(figures.failed);
    figures.failed_too |= figures.suspect() && figures.failed > 0;
  }
  figures.open = std::max<int64_t>(figures.open, 0);
  if (figures.open == 0) {
    figures.since = Time{};
  } else if (figures.since == Time{}) {
    // Of calls that began at any moment since the last tick, the first.
    const Duration tick = std::min<Duration>(now - stepped_, kTickMost);
    figures.since = now - tick * figures.open / (figures.open + 1);
  }
  figures.started = 0;
  figures.ok = 0;
  figures.failed = 0;
  figures.latency_us = 0;
}

Duration SilenceWatch::Allowed(const SilenceFigures& figures) const {
  return figures.open >= options_.calls_together ? usual() : 2 * usual();
}

bool SilenceWatch::Silent(const SilenceFigures& figures, Time now) const {
  return figures.since != Time{} && ok_ >= options_.calls_min &&
         now - figures.since >= Allowed(figures);
}

void SilenceWatch::Step(std::span<SilenceFigures*> instances, size_t suspects_max, Time now) {
  if (stepped_ == Time{}) stepped_ = now;
  Fade(now);
  for (SilenceFigures* figures : instances) Take(*figures, now);
  stepped_ = now;
  size_t answering = 0;
  size_t silent = 0;
  for (SilenceFigures* figures : instances) {
    answering += figures->answered != Time{} && now - figures->answered <= kAnswersWithin;
    const bool held = figures->suspect() && now - figures->suspect_since >= options_.hold;
    if (held || (figures->suspect() && !figures->may_judge)) figures->Forget();
    silent += figures->suspect() || (figures->may_judge && Silent(*figures, now));
  }
  const bool common = silent > suspects_max || silent > answering || ok_ < options_.calls_min;
  for (SilenceFigures* figures : instances) {
    if (common) {
      figures->suspect_since = Time{};
      figures->failed_too = false;
    } else if (figures->may_judge && !figures->suspect() && Silent(*figures, now)) {
      figures->suspect_since = now;
      figures->silent_since = figures->since;
    }
  }
}

}  // namespace bellrock::routing
