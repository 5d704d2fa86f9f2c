// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "naming/client/registry_calls.h"

namespace bellrock::naming::client {

inline constexpr Duration kAnnounceRetryMin = std::chrono::milliseconds(100);
inline constexpr Duration kAnnounceRetryMax = std::chrono::seconds(1);
// An announcement that lives longer than this is made anew, within the agent's grace.
inline constexpr Duration kAnnounceLifetime = std::chrono::hours(24);

// Heartbeats that an agent may have sent after the last time it told their number: of the shortest
// lease in a second of trying again. Those of the next hand are numbered beyond them.
inline constexpr uint64_t kUntoldBeatsMax = 16;

// Keeps one instance of this process known to the registry: through the host's agent while that
// answers, by itself while it does not (AnnounceMode). The agent's end of it is
// naming/agent/host_naming.h.
//
// Lives on one loop; all members are for fibers of that loop.
class Announcer {
 public:
  // Told when the instance became registered (OK), or why it is not. Must not block.
  using StateCallback = std::function<void(const Status& state)>;

  // `agent` may be null (no agent on this host); `calls` may be null (then only the agent can
  // register). Both are borrowed and outlive this. Without an incarnation in `spec` the life that
  // begins now is numbered with the time, and with a higher number if the registry knows a later
  // one.
  Announcer(fiber::Environment environment, ChannelInterface* agent, RegistryCalls* calls,
            v1::InstanceSpec spec, StateCallback on_state = nullptr);
  // Without Stop(): ends as kill -9 would; the agent, or the end of the lease, takes the instance
  // out.
  ~Announcer();
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

  void Start();
  // OK once the instance is registered; at `until` kDeadlineExceeded with the reason it is not.
  // kUnavailable if stopped meanwhile.
  Status WaitRegistered(Time until);
  // Deregisters in order and joins; blocks at most kRemoveTimeout (registrar.h). Without `calls`
  // the agent deregisters after its grace. Not OK if the registry could not be told.
  Status Stop();

  // OK while registered, else why not.
  const Status& state() const;
  // Heartbeats by itself, without the agent.
  bool direct() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::client
