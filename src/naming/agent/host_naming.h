// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/naming/v1/agent.bellrock.h"
#include "fiber/environment.h"
#include "naming/agent/announce_table.h"
#include "naming/client/registry_calls.h"

namespace bellrock::naming::agent {

// An announcement's stream says at least this often that the agent lives; the announcer gives up on
// a silent agent after client::kAgentSilenceMax.
inline constexpr Duration kAnnounceSignOfLife = std::chrono::seconds(1);
inline constexpr size_t kRemoveParallelMax = 64;  // deregistrations in flight

// The agent's face to the instances of its host: an instance is registered and heartbeated while
// its Announce stream lives. A stream that breaks (kill -9 does it at once) ends the heartbeats,
// and after kAnnounceGrace the registration, unless the instance announced itself again. The end of
// the agent deregisters nobody: the instances live on and announce themselves to the next one.
//
// Lives on one loop; add it to the server with that loop as its home. In this order at the end:
// Stop(), the server's Shutdown(), destruction. (The server's shutdown breaks all streams, which
// must not count as the instances' death.)
class HostNaming final : public v1::HostNamingService {
 public:
  // `calls` reaches the registry; borrowed, outlives this, started by its owner.
  HostNaming(fiber::Environment environment, client::RegistryCalls& calls);
  ~HostNaming() override;

  void Start();
  // Ends all announcements with kUnavailable and joins.
  void Stop();

  // kAlreadyExists: another live announcement speaks for the path.
  Status Announce(ServerContext& context, const v1::AnnounceRequest& request,
                  Writer<v1::AnnounceReply>& writer) override;

  // Instances registered or in their grace, for status pages.
  size_t size() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::agent
