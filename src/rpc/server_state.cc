// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server_state.h"

#include <fmt/format.h>

namespace bellrock::rpc {

Status ConnectionCensus::Admit(const std::string& peer_host) {
  const std::lock_guard lock(mutex_);
  if (total_ >= total_max_) {
    return ResourceExhaustedError(
        fmt::format("{} connections are open, the limit (connections_max)", total_));
  }
  size_t& of_peer = per_peer_[peer_host];
  if (of_peer >= per_peer_max_) {
    return ResourceExhaustedError(
        fmt::format("{} connections from {} are open, the limit (connections_per_peer_max)",
                    of_peer, peer_host));
  }
  ++of_peer;
  ++total_;
  return Status::Ok();
}

void ConnectionCensus::Leave(const std::string& peer_host) {
  const std::lock_guard lock(mutex_);
  --total_;
  const auto found = per_peer_.find(peer_host);
  if (--found->second == 0) per_peer_.erase(found);
}

size_t ConnectionCensus::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace bellrock::rpc
