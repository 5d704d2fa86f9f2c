// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "bellrock/service.h"
#include "fiber/fiber.h"
#include "naming/server/complaint.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

// Carries out what the node's sources have to exchange: one fiber per source, which calls as
// SourceSync says. Lives on the registry's loop.
class PeerExchange {
 public:
  explicit PeerExchange(std::shared_ptr<RegistryHost> host) : host_(std::move(host)) {}
  ~PeerExchange() { Stop(); }

  // After the node's sources may have changed: starts and ends fibers. Does not block.
  void Reconcile();
  // Ends all and joins.
  void Stop();

 private:
  using SourcePtr = std::shared_ptr<node::Node::Source>;
  struct Running {
    SourcePtr source;
    std::shared_ptr<bool> ended;
    fiber::JoinHandle fiber;
  };

  void Run(const SourcePtr& source);
  // One call, or a wait.
  Status Step(const SourcePtr& source, ChannelInterface& channel);
  void Complain(const node::Node::Source& source, const Status& status, Complaint& complaint) const;
  bool InUse(const SourcePtr& source) const;

  std::shared_ptr<RegistryHost> host_;
  std::map<uint64_t, Running> running_;
  std::vector<Running> ending_;
  bool stopping_ = false;
};

}  // namespace bellrock::naming::server
