// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/time.h"
#include "naming/replica/hybrid_clock.h"
#include "naming/replica/version_vector.h"

namespace bellrock::naming::replica {

// The leadership under which a word was accepted: for people who look into a conflict. It does not
// decide one: a leader is not right because it leads.
struct Mandate {
  uint64_t term = 0;
  uint64_t island = 0;

  friend bool operator==(const Mandate&, const Mandate&) = default;
};

// When and where a word was accepted.
struct Stamp {
  Hlc time;
  Dot dot;  // the event that carries it
  Mandate mandate;

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// Both clocks of a node at one moment: for ages, and for timestamps.
struct Moment {
  Time now;
  int64_t unix_ms = 0;
};

}  // namespace bellrock::naming::replica
