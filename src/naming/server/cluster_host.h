// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/resolver.h"
#include "naming/server/gossip_host.h"
#include "naming/server/peer_exchange.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

// A registry node in its cluster: gossip says who is there and who leads, the node's plan follows,
// and what the plan says is exchanged. On the registry's loop.
class ClusterHost {
 public:
  // `listening`: where the node serves over TCP; it gossips on the same number over UDP.
  static Result<std::unique_ptr<ClusterHost>> Start(std::shared_ptr<RegistryHost> host,
                                                    fiber::Resolver& resolver,
                                                    const Address& listening);
  ~ClusterHost() { Stop(); }
  // Hands the leadership over and says goodbye; blocks for a second.
  void Leave() { gossip_->Leave(); }
  void Stop();

  // After the node's sources may have changed.
  void Reconcile() { exchange_.Reconcile(); }
  const GossipHost& gossip() const { return *gossip_; }

 private:
  explicit ClusterHost(std::shared_ptr<RegistryHost> host)
      : host_(std::move(host)), exchange_(host_) {}
  void Replan();

  std::shared_ptr<RegistryHost> host_;
  PeerExchange exchange_;
  std::unique_ptr<GossipHost> gossip_;
};

}  // namespace bellrock::naming::server
