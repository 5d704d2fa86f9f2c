// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/time.h"

namespace bellrock::routing {

// Overload protection at the caller (ZY-039..042): which share of a service's calls is refused
// before it is sent, so that the callee gets only what it can carry. Adaptive throttling ("Handling
// Overload", Site Reliability Engineering, ch. 21): from what was asked for and what was served
// lately; it ends by itself when the callee serves again. Calls to shielded instances must not be
// added: a shield acts per instance, this on the service as a whole. Pure; one per service.
class Overload {
 public:
  void Configure(const v1::OverloadSettings& settings);
  // Since the last time: calls that were sent and ended, well or not, and those refused here.
  struct Counts {
    uint64_t served = 0;
    uint64_t failed = 0;
    uint64_t refused = 0;
  };
  void Add(const Counts& counts, Time now);
  // Each tick. 0..1.
  double RefusedShare(Time now);
  // "" while nothing is refused.
  std::string reason() const;
};

}  // namespace bellrock::routing
