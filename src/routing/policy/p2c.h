// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "routing/policy/load.h"

namespace bellrock::routing::policy {

// Policy p2c: of two candidates the one whose next call will probably end sooner, by peak EWMA and
// calls in flight (kin.md row 10; Finagle's PeakEwma: cost * (pending + 1)). `weight`: of the
// instance, as a multiple of the mean; one that is twice as strong carries twice the calls at the
// same cost. It divides the calls in flight only: the latency of a strong instance is not lower for
// being strong, and the candidates are drawn by weight already.
inline double P2cScore(const Load& load, const LoadOptions& options, Time now, double weight = 1) {
  // Nothing known: better than anything known, so that it is tried; yet one call at a time until
  // its first answer.
  constexpr double kUntried = 1e12;
  if (load.ewma_us <= 0 && load.in_flight > 0) return kUntried + load.in_flight;
  const double ewma_us = std::max(EwmaUs(load, options, now), 1.0);
  return ewma_us * (1 + load.in_flight / weight);
}

}  // namespace bellrock::routing::policy
