// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_log.h"

#include <fmt/format.h>

#include <optional>

namespace bellrock::naming::server {
namespace {

using cluster::ElectionEvent;
using cluster::LeaderClaim;
using cluster::MemberEvent;
using cluster::Membership;
using log::Level;

std::string Of(const std::string& name, const Membership& membership) {
  const auto found = membership.members().find(name);
  if (found == membership.members().end()) return fmt::format("server {}", name);
  const cluster::Profile& profile = found->second.profile;
  return fmt::format("server {} (site {}, {})", name, profile.metadata.site,
                     profile.address.ToString());
}

std::string Reachable(const Membership& membership) {
  return fmt::format("{} of {} known servers are reachable", membership.reachable(),
                     membership.members().size());
}

LogLine Suspected(const MemberEvent& event, const Membership& membership) {
  const std::string who = Of(event.name, membership);
  if (event.accuser == membership.name()) {
    return {Level::kWarning,
            fmt::format("{} is suspected: it did not answer a probe, nor through others", who)};
  }
  return {Level::kWarning, fmt::format("{} is suspected: {} says it does not answer", who,
                                       event.accuser.empty() ? "somebody" : event.accuser)};
}

LogLine Dead(const MemberEvent& event, const Membership& membership) {
  const std::string why = event.accuser == membership.name() || event.accuser.empty()
                              ? "it did not refute the suspicion in time"
                              : event.accuser + " says so";
  return {Level::kWarning, fmt::format("{} is held dead: {}; {}", Of(event.name, membership), why,
                                       Reachable(membership))};
}

std::optional<LogLine> Line(const MemberEvent& event, const Membership& membership) {
  const std::string who = Of(event.name, membership);
  switch (event.kind) {
    case MemberEvent::Kind::kJoined:
      return LogLine{Level::kInfo, fmt::format("{} joined; {}", who, Reachable(membership))};
    case MemberEvent::Kind::kSuspected:
      return Suspected(event, membership);
    case MemberEvent::Kind::kAliveAgain:
      return LogLine{Level::kInfo,
                     fmt::format("{} is alive after all; {}", who, Reachable(membership))};
    case MemberEvent::Kind::kDead:
      return Dead(event, membership);
    case MemberEvent::Kind::kLeft:
      return LogLine{Level::kInfo, fmt::format("{} left; {}", who, Reachable(membership))};
    case MemberEvent::Kind::kForgotten:
      return LogLine{Level::kInfo,
                     fmt::format("server {} is forgotten: gone for long", event.name)};
    case MemberEvent::Kind::kNameConflict:
      return LogLine{Level::kError, fmt::format("another server runs under this one's name '{}'; "
                                                "give each a name of its own",
                                                event.name)};
    case MemberEvent::Kind::kMetadataChanged:
      break;
  }
  return std::nullopt;
}

std::string Of(const LeaderClaim& claim) {
  return fmt::format("{}, term {}, island {:x}", claim.leader, claim.term, claim.island);
}

std::string_view WhyOutranked(const LeaderClaim& loser, const LeaderClaim& winner) {
  if (winner.majority != loser.majority) return "which has the majority of the site";
  return winner.term != loser.term ? "whose term is higher" : "whose island is higher";
}

LogLine Line(const ElectionEvent& event) {
  const LeaderClaim& claim = event.claim;
  switch (event.kind) {
    case ElectionEvent::Kind::kLeading:
      return {Level::kInfo, fmt::format("elected: this server leads its site ({}), {}", Of(claim),
                                        claim.majority ? "with a majority of its known servers"
                                                       : "without a majority: a part of it")};
    case ElectionEvent::Kind::kClaimChanged:
      return {claim.majority ? Level::kInfo : Level::kWarning,
              fmt::format("this server leads on ({}), {} the majority of its site", Of(claim),
                          claim.majority ? "again with" : "but has lost")};
    case ElectionEvent::Kind::kFollowing:
      return {Level::kInfo, fmt::format("follows leader {}", Of(claim))};
    case ElectionEvent::Kind::kLeaderLost:
      return {Level::kWarning, fmt::format("leader lost ({}): it is silent, gone or resigned; "
                                           "another will be elected",
                                           Of(claim))};
    case ElectionEvent::Kind::kHandedOver:
      return {Level::kWarning, fmt::format("gives up leading ({}): its disk takes nothing, and "
                                           "another server's may; free space or mend the disk",
                                           Of(claim))};
    case ElectionEvent::Kind::kSteppedDown:
      break;
  }
  return {Level::kWarning, fmt::format("steps down as leader ({}) for {}, {}", Of(claim),
                                       Of(event.winner), WhyOutranked(claim, event.winner))};
}

}  // namespace

std::vector<LogLine> Describe(const cluster::ClusterEffects& effects,
                              const cluster::ClusterNode& node) {
  std::vector<LogLine> lines;
  for (const MemberEvent& event : effects.member_events) {
    if (event.name == node.membership().name() && event.kind != MemberEvent::Kind::kNameConflict) {
      continue;
    }
    if (auto line = Line(event, node.membership())) lines.push_back(std::move(*line));
  }
  for (const ElectionEvent& event : effects.election_events) lines.push_back(Line(event));
  return lines;
}

}  // namespace bellrock::naming::server
