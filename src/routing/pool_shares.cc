// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/pool_shares.h"

#include <algorithm>
#include <cstddef>

#include "routing/locality/ratio_moves.h"

namespace bellrock::routing {
namespace {

void Join(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty()) text += "; ";
  text += more;
}

}  // namespace

PoolShares ShareOutPool(const v1::RouteSettings& settings, std::span<const Standing> standings,
                        std::span<const uint32_t> members, int64_t now_unix_ms) {
  PoolShares out;
  out.shares.assign(standings.size(), 0);
  const bool none_usable = std::none_of(members.begin(), members.end(), [&](uint32_t slot) {
    return standings[slot].use == Standing::Use::kUsable;
  });
  const Standing::Use wanted = none_usable ? Standing::Use::kUnreachable : Standing::Use::kUsable;
  std::vector<locality::Member> sharing;
  std::vector<uint32_t> slots;
  double full = 0;
  double sum = 0;
  for (const uint32_t slot : members) {
    const Standing& standing = standings[slot];
    // The unreachable stay members of their level: they are what it lacks.
    const bool takes = standing.use == wanted;
    if (!takes && standing.use != Standing::Use::kUnreachable) continue;
    locality::Member& member = sharing.emplace_back();
    slots.push_back(slot);
    member.level = standing.level;
    member.site = standing.site;
    member.full_weight = standing.full_weight;
    member.weight = takes ? standing.full_weight * standing.factor : 0;
    member.healthy = takes && standing.healthy;
    if (takes) full += member.full_weight;
    sum += member.weight;
  }
  if (full <= 0) return out;
  if (none_usable) {
    out.last_resort = true;
    out.protection = "no instance is usable by the registry's word; the unreachable ones are tried";
  }
  if (sum <= 0) {
    Join(out.protection, "every instance is shielded; all are tried by weight");
    for (size_t k = 0; k < sharing.size(); ++k) {
      if (standings[slots[k]].use != wanted) continue;
      sharing[k].weight = sharing[k].full_weight;
    }
  }
  std::vector<double> shares(sharing.size(), 0);
  locality::Sharing sharing_out = locality::ShareOut(settings.locality(), sharing, shares);
  out.level_shares = sharing_out.level_shares;
  out.level_reason = std::move(sharing_out.reason);
  std::string moved;
  locality::ApplyMoves(settings.ratio_moves(), now_unix_ms, sharing, shares, moved);
  Join(out.level_reason, moved);
  for (size_t k = 0; k < slots.size(); ++k) out.shares[slots[k]] = shares[k];
  return out;
}

}  // namespace bellrock::routing
