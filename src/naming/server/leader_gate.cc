// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/leader_gate.h"

#include <fmt/format.h>

namespace bellrock::naming::server {

void LeaderGate::Name(const node::Peer& leader, v1::Leader& to) const {
  to.set_site(leader.site);
  to.set_name(leader.name);
  to.set_address(leader.address);
  to.set_term(host_->node().plan().mandate.term);
}

Status LeaderGate::NobodyLeads() const {
  return UnavailableError(
      fmt::format("nobody leads site {} yet as far as this node knows: try again in a second",
                  host_->node().plan().site));
}

// Not kDeadlineExceeded: that would say of this server that it is silent.
Status LeaderGate::LeaderIsSilent() {
  return UnavailableError("the site's leader does not answer: try again in a second");
}

Status LeaderGate::TooMany() {
  return ResourceExhaustedError(fmt::format(
      "{} calls wait for the leader, the limit: ask it directly, or try later", kForwardsMax));
}

Status LeaderGate::LeadershipMoves() {
  return UnavailableError("the site's leadership is moving: try again in a second");
}

}  // namespace bellrock::naming::server
