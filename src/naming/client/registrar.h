// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/naming/v1/naming.pb.h"
#include "fiber/environment.h"
#include "naming/client/lease_keeper.h"
#include "naming/client/registry_calls.h"

namespace bellrock::naming::client {

inline constexpr size_t kRegisterParallelMax = 64;  // registrations in flight
// Time for three servers in a row (registry_calls.h).
inline constexpr Duration kRegisterTimeout = std::chrono::seconds(3);
inline constexpr Duration kHeartbeatTimeout = std::chrono::seconds(3);
inline constexpr Duration kRemoveTimeout = std::chrono::seconds(3);  // Remove(), all in all

// Keeps a set of instances registered and heartbeated at the registry, through servers that go
// away, come back empty or are replaced: registers (again) by itself, one heartbeat message per
// interval for all. Used by the agent for its host and inside a process that has no agent. What to
// do when is decided by LeaseKeeper; this class makes the calls.
//
// Lives on one loop; all members are for fibers of that loop. Start() it there, Stop() it there
// before it dies.
class Registrar {
 public:
  // Told when an instance became registered (OK), or why it is not. Must not block, must not call
  // the Registrar.
  using StateCallback = std::function<void(const std::string& path, const Status& state)>;

  // `calls` is borrowed, outlives this and is started by its owner.
  Registrar(fiber::Environment environment, RegistryCalls& calls, StateCallback on_state);
  ~Registrar();
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  void Start();
  // Ends all calls and joins. Deregisters nothing: the instances live on.
  void Stop();

  // Registers and heartbeats from now on. The same path again replaces; the same specification
  // again only resumes. Without an incarnation it is a life that begins now. kInvalidArgument
  // (empty path), kResourceExhausted (kInstancesMax).
  Status Add(const v1::InstanceSpec& spec);
  // Goes on with a life that another hand has registered. `life.unix_ms` is not looked at.
  Status Add(const v1::InstanceSpec& spec, Life life);
  // Stops heartbeating without a word to the registry, until added again.
  void Pause(std::string_view path);
  // As Pause, and forgets it.
  void Release(std::string_view path);
  // Deregisters and forgets. Best effort: blocks at most kRemoveTimeout; whatever comes, heartbeats
  // have ended, so that the lease runs out if the registry could not be told. OK if it was not
  // there.
  Status Remove(std::string_view path);

  bool registered(std::string_view path) const;
  // Of its life here; 0 if it is not there.
  uint64_t incarnation(std::string_view path) const;
  uint64_t count(std::string_view path) const;
  size_t size() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::naming::client
