// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace bellrock::routing::client {

// How a process asks the host's agent for a table. Used from fibers of the RouterSet's loop.
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  // Makes the agent keep a table of the service in shared memory and read the counters file.
  // Blocks; asking again is harmless.
  virtual Status Subscribe(const std::string& service, const std::string& counters) = 0;
};

// Over RPC: bellrock.routing.v1.HostRouting.
class RpcAgentLink final : public AgentLink {
 public:
  // The channel leads to the agent; borrowed.
  explicit RpcAgentLink(ChannelInterface& channel) : channel_(channel) {}
  Status Subscribe(const std::string& service, const std::string& counters) override;

 private:
  ChannelInterface& channel_;
};

}  // namespace bellrock::routing::client
