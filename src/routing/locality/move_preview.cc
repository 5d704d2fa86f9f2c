// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "routing/locality/ratio_moves.h"

namespace bellrock::routing::locality {
namespace {

using Sites = std::map<std::string, SiteLoad>;

struct Judgement {
  bool headroom = false;
  std::string verdict;
};

Judgement No(std::string verdict) {
  return {.headroom = false, .verdict = std::move(verdict)};
}

// What speaks against the move before any figure does; "" if nothing.
std::string Objection(const v1::RatioMove& move, const Sites& sites) {
  if (!(move.share() > 0 && move.share() <= 1)) {
    return fmt::format("share {} is not a part: more than 0, at most 1", move.share());
  }
  if (move.from_site().empty() || move.to_site().empty()) {
    return "from_site and to_site are both needed";
  }
  if (move.from_site() == move.to_site()) {
    return fmt::format("from_site and to_site are both {}", move.to_site());
  }
  const auto to = sites.find(move.to_site());
  if (to == sites.end() || to->second.instances <= 0) {
    return fmt::format("{} has no instance that takes calls", move.to_site());
  }
  return {};
}

// The share that fits into `room`, if the move's own brings `brought`; rounded down.
std::string Remedy(const v1::RatioMove& move, double room, double brought) {
  const double fits = std::floor(100 * move.share() * room / brought) / 100;
  return fits > 0 ? fmt::format("a share of {:.2f} fits", fits)
                  : fmt::format("nothing more fits into {}", move.to_site());
}

Judgement AgainstCapacity(const v1::RatioMove& move, const SiteLoad& target, double brought,
                          double capacity) {
  const double after = target.calls_per_s + brought;
  std::string verdict = fmt::format(
      "{} would get {:.0f} calls/s ({:.0f} now, {:.0f} from {}), {:.0f} % of the {:.0f} that it "
      "carries",
      move.to_site(), after, target.calls_per_s, brought, move.from_site(), 100 * after / capacity,
      capacity);
  if (after <= capacity) return {.headroom = true, .verdict = std::move(verdict)};
  return No(verdict + "; " + Remedy(move, capacity - target.calls_per_s, brought));
}

// Nobody has said what the site carries: what instances elsewhere get now, its own get as well.
Judgement AgainstBusiest(const v1::RatioMove& move, const SiteLoad& target, double brought,
                         const Sites& sites) {
  double most = 0;
  std::string_view busiest;
  for (const auto& [name, site] : sites) {
    if (site.instances <= 0 || site.calls_per_s / site.instances <= most) continue;
    most = site.calls_per_s / site.instances;
    busiest = name;
  }
  const double after = (target.calls_per_s + brought) / target.instances;
  std::string verdict = fmt::format(
      "{} would get {:.1f} calls/s per instance ({} of them); the most that any site has now is "
      "{:.1f}, in {}; site_capacity of {} is not set",
      move.to_site(), after, target.instances, most, busiest, move.to_site());
  if (after <= most) return {.headroom = true, .verdict = std::move(verdict)};
  return No(verdict + "; " + Remedy(move, most * target.instances - target.calls_per_s, brought));
}

Judgement Judge(const v1::RouteSettings& settings, const v1::RatioMove& move, const Sites& sites,
                double brought) {
  if (std::string objection = Objection(move, sites); !objection.empty()) {
    return No(std::move(objection));
  }
  if (brought <= 0) {
    return {
        .headroom = true,
        .verdict = fmt::format("nothing goes to {} now, so nothing would move", move.from_site())};
  }
  const SiteLoad& target = sites.at(move.to_site());
  const auto capacity = settings.site_capacity().find(move.to_site());
  return capacity != settings.site_capacity().end() && capacity->second > 0
             ? AgainstCapacity(move, target, brought, capacity->second)
             : AgainstBusiest(move, target, brought, sites);
}

// Its figures are what is left after the moves that hold already.
bool OthersMoveFrom(const v1::RouteSettings& settings, const v1::RatioMove& move) {
  return std::any_of(
      settings.ratio_moves().begin(), settings.ratio_moves().end(),
      [&](const v1::RatioMove& other) { return other.from_site() == move.from_site(); });
}

}  // namespace

v1::PreviewMoveReply Preview(const v1::RouteSettings& settings, const v1::RatioMove& move,
                             const std::map<std::string, SiteLoad>& sites) {
  const auto from = sites.find(move.from_site());
  const double share = move.share() > 0 ? std::min(move.share(), 1.0) : 0;
  const double brought = from == sites.end() ? 0 : from->second.calls_per_s * share;
  Judgement judgement = Judge(settings, move, sites, brought);
  if (brought > 0 && OthersMoveFrom(settings, move)) {
    judgement.verdict += fmt::format(
        "; ratio moves from {} hold already, the figures are of what "
        "still goes there",
        move.from_site());
  }
  v1::PreviewMoveReply reply;
  reply.set_headroom(judgement.headroom);
  reply.set_verdict(std::move(judgement.verdict));
  const bool moves = move.from_site() != move.to_site();
  for (const auto& [name, load] : sites) {
    v1::PreviewMoveReply::Site& site = *reply.add_sites();
    site.set_site(name);
    site.set_calls_per_s(load.calls_per_s);
    double after = load.calls_per_s;
    if (moves && name == move.from_site()) after -= brought;
    if (moves && name == move.to_site()) after += brought;
    site.set_after_calls_per_s(after);
    site.set_instances(load.instances);
    const auto capacity = settings.site_capacity().find(name);
    if (capacity != settings.site_capacity().end()) site.set_capacity(capacity->second);
  }
  return reply;
}

}  // namespace bellrock::routing::locality
