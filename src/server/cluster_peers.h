// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "naming/server/naming_server.h"
#include "routing/server/peers.h"

namespace bellrock::server {

// Routing's peers are the registry's members. Lives on the control plane's loop.
class ClusterPeers final : public routing::server::Peers {
 public:
  explicit ClusterPeers(naming::server::NamingServer& naming) : naming_(naming) {}

  std::vector<Peer> Others() override {
    std::vector<Peer> peers;
    for (auto& [name, channel] : naming_.others()) peers.push_back({name, std::move(channel)});
    return peers;
  }

 private:
  naming::server::NamingServer& naming_;
};

}  // namespace bellrock::server
