// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/client/leader_finder.h"
#include "naming/client/server_set.h"

namespace bellrock::naming::client {

// One server's share of a call: a lease of 10 s outlives two silent servers in a row.
inline constexpr Duration kTryTimeout = std::chrono::seconds(1);
// Of each further one after a server that was silent: whoever can help is quicker, mostly.
inline constexpr Duration kNextTryTimeout = std::chrono::milliseconds(600);
// Of a call that keeps trying (Deregister) between rounds over all servers.
inline constexpr Duration kRoundPauseMin = std::chrono::milliseconds(100);
inline constexpr Duration kRoundPauseMax = std::chrono::seconds(1);

// The calls that only the leader of a site serves, brought to it: redirects followed, proxy mode
// entered and left (LeaderFinder decides; this class calls). One per process and list of servers.
//
// Lives on one loop; the calls are for fibers of that loop. While started, looks at the leader in
// proxy mode.
class RegistryCalls {
 public:
  // `servers` is borrowed and outlives this.
  RegistryCalls(fiber::Environment environment, ServerSet& servers);
  ~RegistryCalls();
  RegistryCalls(const RegistryCalls&) = delete;
  RegistryCalls& operator=(const RegistryCalls&) = delete;

  void Start();
  void Stop();

  // Each tries every server at most once, within `timeout`. kUnavailable: none of them serves it
  // now. All may be repeated, for incarnation and count say what is old.
  Result<v1::RegisterReply> Register(v1::RegisterRequest request, Duration timeout);
  Result<v1::HeartbeatReply> Heartbeat(v1::HeartbeatRequest request, Duration timeout);
  // Goes on trying until `timeout`.
  Status Deregister(const std::string& path, uint64_t incarnation, Duration timeout);
  // What the leader's site knows of one instance, whatever its state. kNotFound.
  Result<v1::Instance> Find(const std::string& path, Duration timeout);

  // For status pages.
  LeaderFinder::Mode mode() const;
  // The leader as it is known here, reachable or not.
  const std::optional<Address>& leader() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::client
