// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "bellrock/time.h"

namespace bellrock::routing {

struct SilenceOptions {
  // Without any answer for so long, and for so many times the service's mean latency: three calls
  // together; one alone takes twice as long to be noticed, for single calls may be slow.
  Duration floor = std::chrono::milliseconds(50);
  double mean_multiple = 5;
  int64_t calls_together = 3;
  // What silences that ended well have taught is forgotten with this time constant, and is never
  // more than this: longer silences are left to the callers' deadlines.
  Duration learnt_fades = std::chrono::seconds(60);
  Duration learnt_max = std::chrono::seconds(2);
  // What a silent instance keeps of its share; a suspicion that nothing confirms ends after `hold`.
  double trickle = 0.02;
  Duration hold = std::chrono::seconds(2);
  // The service's mean rests on at least so many calls of about the last second.
  double calls_min = 20;
};

// What is known of one instance.
struct SilenceFigures {
  // Since the last tick: calls begun, less those whose callers went before they ended; results.
  int64_t started = 0;
  uint64_t ok = 0;
  uint64_t failed = 0;
  uint64_t latency_us = 0;

  int64_t open = 0;         // begun since the last good answer, and without any result
  Time since{};             // about when the first of them began; Time{}: none
  Time answered{};          // last
  Time suspect_since{};     // Time{}: not suspected
  Time silent_since{};      // of the last suspicion, until it answers
  bool failed_too = false;  // its calls failed while it was suspect
  bool may_judge = true;    // gets calls, and may be left alone

  bool suspect() const { return suspect_since != Time{}; }
  // Nobody is waited for any more.
  void Forget() {
    open = 0;
    since = Time{};
    suspect_since = Time{};
    failed_too = false;
  }
};

// Finds instances that take calls and answer none (a stopped process, a lost machine) long before
// the calls run out of time: calls are on their way to it, none has come back for longer than is
// usual in this service, and others do answer. A suspicion ends with the first good answer. Who
// waits longer than usual and then answers teaches how long is usual. Pure; one per service.
class SilenceWatch {
 public:
  explicit SilenceWatch(const SilenceOptions& options = {}) : options_(options) {}

  // Each tick. At most `suspects_max` are suspected at once; if more are silent, or more than
  // answer, the cause is what they have in common, and nobody is.
  void Step(std::span<SilenceFigures*> instances, size_t suspects_max, Time now);
  // How long three calls may be without an answer.
  Duration usual() const;
  // Calls are on their way to it, and have been for longer than is usual.
  bool Silent(const SilenceFigures& figures, Time now) const;

 private:
  void Fade(Time now);
  void Take(SilenceFigures& figures, Time now);
  void Learn(const SilenceFigures& figures);
  Duration Allowed(const SilenceFigures& figures) const;

  const SilenceOptions options_;
  Time stepped_{};
  double ok_ = 0;  // of about the last second
  double latency_us_ = 0;
  Duration learnt_{0};
};

}  // namespace bellrock::routing
