// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "routing/policy/load.h"

namespace bellrock::routing::policy {

// Policy least_request: of two candidates the one with fewer of this process's calls in flight, for
// its weight (as in P2cScore). Needs no clock. Equal: the first, so that the sequence decides while
// nothing is known.
inline double LeastRequestScore(const Load& load, double weight = 1) {
  return load.in_flight / weight;
}

}  // namespace bellrock::routing::policy
