// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/unit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace bellrock::metrics {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"1us", "10us", "100us", "1ms", "ladder"};

// Each rung begins at a multiple of its own step, so that cutting twice changes nothing.
uint32_t StepAt(uint32_t latency_us) {
  if (latency_us < 10'000) return 1;
  if (latency_us < 100'000) return 10;
  return latency_us < 1'000'000 ? 100 : 1000;
}

uint32_t StepOf(Unit unit, uint32_t latency_us) {
  switch (unit) {
    case Unit::kUs:
      return 1;
    case Unit::k10Us:
      return 10;
    case Unit::k100Us:
      return 100;
    case Unit::kMs:
      return 1000;
    case Unit::kLadder:
      break;
  }
  return StepAt(latency_us);
}

}  // namespace

uint32_t Quantise(Unit unit, uint32_t latency_us) {
  if (unit == Unit::kUs) return latency_us;
  return latency_us - latency_us % StepOf(unit, latency_us);
}

Result<Unit> ParseUnit(std::string_view text) {
  const auto found = std::find(kNames.begin(), kNames.end(), text);
  if (found == kNames.end()) {
    return InvalidArgumentError(
        fmt::format("unit \"{}\" is unknown; use one of {}", text, fmt::join(kNames, ", ")));
  }
  return static_cast<Unit>(found - kNames.begin());
}

std::string_view UnitName(Unit unit) {
  return kNames[static_cast<size_t>(unit)];
}

}  // namespace bellrock::metrics
