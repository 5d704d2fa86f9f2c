// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"
#include "routing/locality/levels.h"

namespace bellrock::routing::locality {

// What the move amounts to now: grows from 0 to its share over its duration (KESS-029).
double ShareOf(const v1::RatioMove& move, int64_t now_unix_ms);

// Takes the moves' part of what goes to each from_site and gives it to the healthy members of
// to_site, by weight. Each part is of what from_site would get before all moves; if those of one
// site are more than 1 together, they are made 1 in proportion. A move whose target has no healthy
// member does nothing. `reason` is added to: what is moved, for people.
void ApplyMoves(const google::protobuf::RepeatedPtrField<v1::RatioMove>& moves, int64_t now_unix_ms,
                std::span<const Member> members, std::span<double> shares, std::string& reason);

// Whether the target carries what a move would bring, by the calls that sites get now (calls/s) and
// what they can carry (0 or absent: not known; then by the target's calls per instance after the
// move against the highest that any site has now).
struct SiteLoad {
  double calls_per_s = 0;
  int32_t instances = 0;
};
v1::PreviewMoveReply Preview(const v1::RouteSettings& settings, const v1::RatioMove& move,
                             const std::map<std::string, SiteLoad>& sites);

}  // namespace bellrock::routing::locality
