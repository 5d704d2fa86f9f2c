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
};

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
  double delay_us = 0;  // mean of the last period with a success; 0 = never measured
  double ok_rate = 1;   // of the last period with calls
  double delay_load = 1;
  double ok_load = 1;
  double dynamic_weight = 1;  // Wd
};

// Ends a period. Both spans have one element per instance. Instances with calls in the period are
// compared with each other; the loads of the others fade towards 1.
void EndL5Period(const L5Options& options, std::span<const L5Sample> samples,
                 std::span<L5Figures> figures);

}  // namespace bellrock::routing
