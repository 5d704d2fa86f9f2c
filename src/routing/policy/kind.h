// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bellrock::routing::policy {

// How an instance is taken from those that a pool shares its calls among.
enum class Kind : uint8_t {
  kL5,                  // next of the sequence; weights by the callers' results (ZY-021)
  kWeightedRoundRobin,  // next of the sequence; static weights
  kP2c,  // the better of two from the sequence, by peak EWMA of latency and calls in flight
  kLeastRequest,  // the better of two, by calls in flight
  kRing,
  kMaglev,
  kBoundedRing,
  kJump,
  kUnit,
};

// "" is l5; nullopt: no such policy.
std::optional<Kind> KindOf(std::string_view name);
std::string_view NameOf(Kind kind);
constexpr bool Keyed(Kind kind) {
  return kind >= Kind::kRing;
}
constexpr bool LooksAtLoad(Kind kind) {
  return kind == Kind::kP2c || kind == Kind::kLeastRequest || kind == Kind::kBoundedRing;
}
constexpr bool Sampled(Kind kind) {
  return kind == Kind::kP2c || kind == Kind::kLeastRequest;
}

}  // namespace bellrock::routing::policy
