// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

// Zhiyun's l5 formula, exactly (ZY-021..030). Per period and per instance k:
//   W(k)          = Ws(k) * Wd(k)                                    ZY-024
//   Wd(k)         = 1 / load(k)                                      ZY-025
//   load(k)       = delay_load(k) * kd + ok_load(k) * ko             ZY-026
//   delay_load(k) = delay(k) / min(delay(0) .. delay(n))             ZY-027
//   ok_load(k)    = max(ok_rate(0) .. ok_rate(n)) / ok_rate(k)       ZY-028
// Pure functions over arrays; nothing is kept here.
namespace bellrock::routing {

struct L5Options {
  // kd and ko of ZY-026. Halves, so that an instance as good as the best has load 1.
  double delay_multiplier = 0.5;
  double ok_multiplier = 0.5;
  // Success rates below this count as this, so that a rate of 0 has a finite load.
  double ok_rate_floor = 0.01;
  // What is left of an instance's distance from load 1 after a period without calls.
  double fade = 0.8;
  // A delay rests on at least so many calls: a period that had fewer keeps as much of what was
  // known before as makes up for them (NLB: 10 per period). With two calls the best delay of a
  // hundred instances is luck, and weights that follow luck make queues.
  double calls_min = 20;
  // What is left after each period of the calls kept from earlier ones: old news fades.
  double kept_fade = 0.85;
  // delay_load goes this far (as a power) towards what the period says, and changes at most by this
  // factor. Callers who all act alike on figures of the last period otherwise swing: what was fast
  // is flooded, is slow, is left alone, is fast. Failures count at once and in full.
  double damping = 0.4;
  double change_max = 2;
};

// The formula alone, as published: figures of the last period only, in effect at once.
inline constexpr L5Options kL5AsPublished{.calls_min = 0, .damping = 1, .change_max = 1e9};

// What happened at one instance in one period. `latency_us` is the sum over the successful calls
// only: how fast an instance fails says nothing about how fast it serves.
struct L5Sample {
  uint64_t ok = 0;
  uint64_t failed = 0;
  uint64_t latency_us = 0;

  uint64_t calls() const { return ok + failed; }
};

// What is known of one instance. Begins neutral: a new instance gets its static share.
struct L5Figures {
  double delay_us = 0;  // mean, when there was a success last; 0 = never measured
  double ok_rate = 1;   // when there were calls last
  double delay_load = 1;
  double ok_load = 1;
  double dynamic_weight = 1;  // Wd
  // The successful calls on which the delay rests: of the last period, and of earlier ones if it
  // had few.
  double kept_ok = 0;
  double kept_latency_us = 0;
  double seen = 0;  // successful calls since it is known, up to calls_min
};

// Ends a period. Both spans have one element per instance. Instances with calls in the period are
// compared with each other; the loads of the others fade towards 1.
void EndL5Period(const L5Options& options, std::span<const L5Sample> samples,
                 std::span<L5Figures> figures);

}  // namespace bellrock::routing
