// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/routing/v1/settings.pb.h"
#include "routing/table.h"

namespace bellrock::routing::locality {

// How far an instance is from a caller (QQ-022, ZY-046, KESS-027).
inline constexpr size_t kLevels = 4;
enum class Level : uint8_t { kUnit = 0, kSite = 1, kRegion = 2, kFar = 3 };
// "unit", "site", "region", "all".
std::string_view NameOf(Level level);

// The instance's own label, else by its site; "" = not known.
std::string_view RegionOf(const v1::LocalitySettings& settings, const InstanceSpec& instance);
// A caller without a site has everybody far: all are alike.
Level LevelOf(const v1::LocalitySettings& settings, const v1::Place& caller,
              const InstanceSpec& instance);

// One instance of a pool as locality sees it.
struct Member {
  Level level = Level::kFar;
  std::string_view site;
  double full_weight = 0;  // static x warm-up x dynamic; 0: gets no calls in any case
  double weight = 0;       // the same x its shield's factor
  // Neither shielded nor unreachable nor on trial. Who is not and has a weight is on trial.
  bool healthy = true;
};

struct Sharing {
  std::array<double, kLevels> level_shares{};
  std::string reason;  // why a level beyond the nearest gets calls; "" if none does
};

// Which share of a pool's calls each member gets; they add up to 1, or to 0 if no weight is
// positive. Nearest level first; a level whose healthy share x overprovision is below 1 passes the
// rest on to the next, before it is empty; if all levels together have less than 1, each gets more
// in proportion (Envoy's priority levels). The healthy share of a level is the weights of its
// healthy members to the full weights of all, so that a site comes back as gradually as its
// shields open; of a level with nobody healthy those on trial get a little, else it would never be
// known that it is well again. With nobody healthy anywhere all are tried by weight. A level that
// gets nothing has shares of exactly 0, and within a level each member keeps its proportion.
Sharing ShareOut(const v1::LocalitySettings& settings, std::span<const Member> members,
                 std::span<double> shares);

}  // namespace bellrock::routing::locality
