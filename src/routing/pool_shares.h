// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "routing/locality/levels.h"

namespace bellrock::routing {

// One slot of a service at one moment: what decides its share.
struct Standing {
  enum class Use : uint8_t {
    kNone,         // free, withheld, or of weight 0
    kUnreachable,  // by the registry's word: only when a pool has nobody usable
    kUsable,
  };
  Use use = Use::kNone;
  locality::Level level = locality::Level::kFar;
  std::string_view site;
  double full_weight = 0;  // static x warm-up x dynamic
  double factor = 1;       // its shield's
  bool healthy = true;     // takes part in a level's healthy share
};

// How the calls of one pool are shared among its members.
struct PoolShares {
  std::vector<double> shares;  // by slot; they add up to 1, or are all 0
  std::array<double, locality::kLevels> level_shares{};
  std::string level_reason;
  std::string protection;
  bool last_resort = false;  // nobody is usable: shared among the unreachable

  friend bool operator==(const PoolShares&, const PoolShares&) = default;
};

// Levels, moves and weights in their order; a pool whose members are all shielded is shared out as
// if none were. `standings` are all slots of the service, `members` the pool's. Pure.
PoolShares ShareOutPool(const v1::RouteSettings& settings, std::span<const Standing> standings,
                        std::span<const uint32_t> members, int64_t now_unix_ms);

}  // namespace bellrock::routing
