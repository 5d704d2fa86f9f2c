// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/locality/ratio_moves.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace bellrock::routing::locality {
namespace {

struct Site {
  double share = 0;           // before all moves
  double healthy_weight = 0;  // of the members that can take moved calls
  double moved_away = 0;      // sum of the moves' parts, 0..1
  double gained = 0;          // of all the pool's calls
};
using Sites = std::map<std::string_view, Site>;

bool Takes(const Member& member) {
  return member.healthy && member.weight > 0;
}

Sites SumUp(std::span<const Member> members, std::span<const double> shares) {
  Sites sites;
  for (size_t m = 0; m < members.size(); ++m) {
    Site& site = sites[members[m].site];
    site.share += shares[m];
    if (Takes(members[m])) site.healthy_weight += members[m].weight;
  }
  return sites;
}

void Say(std::string& reason, std::string_view what) {
  if (!reason.empty()) reason += "; ";
  reason += what;
}

// A move that has something to move, and somebody to move it to.
struct Step {
  Site* from;
  Site* to;
  const v1::RatioMove* move;
  double part;  // of what goes to from_site
};

std::vector<Step> StepsOf(const google::protobuf::RepeatedPtrField<v1::RatioMove>& moves,
                          int64_t now_unix_ms, Sites& sites, std::string& reason) {
  std::vector<Step> steps;
  for (const v1::RatioMove& move : moves) {
    const double part = ShareOf(move, now_unix_ms);
    const auto from = sites.find(move.from_site());
    if (part <= 0 || from == sites.end() || from->second.share <= 0) continue;
    if (move.from_site() == move.to_site()) continue;
    const auto to = sites.find(move.to_site());
    if (to == sites.end() || to->second.healthy_weight <= 0) {
      Say(reason, fmt::format("ratio move {} -> {} does nothing: {} has no healthy instance",
                              move.from_site(), move.to_site(), move.to_site()));
      continue;
    }
    steps.push_back({&from->second, &to->second, &move, part});
    from->second.moved_away += part;
  }
  return steps;
}

bool Within(double value, double low, double high) {
  return value >= low && value <= high;  // false for NaN
}

}  // namespace

double ShareOf(const v1::RatioMove& move, int64_t now_unix_ms) {
  if (!Within(move.share(), 0, 1)) return 0;
  if (move.until_unix_ms() > 0 && now_unix_ms >= move.until_unix_ms()) return 0;
  const double age = static_cast<double>(now_unix_ms) - static_cast<double>(move.begun_unix_ms());
  if (age < 0) return 0;
  const auto duration = static_cast<double>(move.duration_ms());
  return age >= duration ? move.share() : move.share() * age / duration;
}

void ApplyMoves(const google::protobuf::RepeatedPtrField<v1::RatioMove>& moves, int64_t now_unix_ms,
                std::span<const Member> members, std::span<double> shares, std::string& reason) {
  if (moves.empty()) return;
  Sites sites = SumUp(members, shares);
  const std::vector<Step> steps = StepsOf(moves, now_unix_ms, sites, reason);
  for (const Step& step : steps) {
    const double part = step.part / std::max(step.from->moved_away, 1.0);
    step.to->gained += part * step.from->share;
    Say(reason, fmt::format("ratio move {} -> {}: {:.1f} % of {}'s calls", step.move->from_site(),
                            step.move->to_site(), 100 * part, step.move->from_site()));
  }
  if (steps.empty()) return;
  for (size_t m = 0; m < members.size(); ++m) {
    const Site& site = sites[members[m].site];
    shares[m] *= 1 - std::min(site.moved_away, 1.0);
    if (Takes(members[m])) shares[m] += site.gained * members[m].weight / site.healthy_weight;
  }
}

}  // namespace bellrock::routing::locality
