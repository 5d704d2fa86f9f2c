// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::metrics {

// How finely a service's latencies are told apart. Whatever it is, a card holds microseconds, and a
// latency is cut to a multiple of the unit where it is counted, before any card is made: so cards
// of the same service stay mergeable without loss when its unit changes.
enum class Unit : uint8_t {
  kUs = 0,
  k10Us,
  k100Us,
  kMs,
  // 1 us below 10 ms, 10 us below 100 ms, 100 us below 1 s, 1 ms above: at most a thousandth is
  // cut off.
  kLadder,
};

// The latency that is counted: never more than the real one. Ascending latencies stay ascending, so
// a percentile is the real percentile, cut in the same way; what is cut once stays as it is.
uint32_t Quantise(Unit unit, uint32_t latency_us);

// "1us", "10us", "100us", "1ms", "ladder"; kInvalidArgument lists them.
Result<Unit> ParseUnit(std::string_view text);
std::string_view UnitName(Unit unit);

// Which service is counted in which unit.
struct Units {
  Unit standard = Unit::kUs;
  std::map<std::string, Unit, std::less<>> by_callee;

  Unit Of(std::string_view callee) const {
    const auto found = by_callee.find(callee);
    return found == by_callee.end() ? standard : found->second;
  }
  bool operator==(const Units&) const = default;
};

}  // namespace bellrock::metrics
