// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/kind.h"

#include <array>
#include <cstddef>

namespace bellrock::routing::policy {
namespace {

// By Kind.
constexpr std::array<std::string_view, 9> kNames = {
    "l5",     "weighted_round_robin", "p2c",  "least_request", "ring",
    "maglev", "bounded_ring",         "jump", "unit"};

}  // namespace

std::optional<Kind> KindOf(std::string_view name) {
  if (name.empty()) return Kind::kL5;
  for (size_t k = 0; k < kNames.size(); ++k) {
    if (kNames[k] == name) return static_cast<Kind>(k);
  }
  return std::nullopt;
}

std::string_view NameOf(Kind kind) {
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace bellrock::routing::policy
