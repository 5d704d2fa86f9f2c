// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "metrics/card.h"

// Who has how much of a change, whatever is counted: for alarms and for the top movers. Pure.
namespace bellrock::metrics::query {

// Calls that took longer.
uint64_t CallsOver(const Card& card, uint64_t latency_us);

// Of one value of a dimension.
struct Moved {
  double change = 0;
  double calls_now = 0;
  double calls_past = 0;
};

struct MovedPart {
  std::string value;
  double change = 0;
  double share = 0;        // of the whole change; 0 if there is none
  double calls_share = 0;  // of the calls of now, or of those of before if none are left
};
struct Movement {
  double change = 0;
  std::vector<MovedPart> parts;  // ascending by value
};

Movement MovementOf(const std::map<std::string, Moved>& moved);

}  // namespace bellrock::metrics::query
