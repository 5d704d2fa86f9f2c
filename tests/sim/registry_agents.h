// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "naming/client/leader_finder.h"
#include "registry_calls.h"

namespace bellrock {

// One instance's life, as its host has it.
struct SimInstance {
  enum class Phase : uint8_t { kAbsent, kAlive, kLeaving, kDead };

  std::string path;
  Phase phase = Phase::kAbsent;
  uint64_t incarnation = 0;
  uint64_t beats = 0;
  bool registered = false;    // as far as the host knows
  bool acknowledged = false;  // in this incarnation, ever
  bool in_flight = false;
  Time due{};
  Time since{};  // of the phase
};

// A host whose agent keeps its instances registered: heartbeats in one batch to the leader, found
// as the real client finds it (naming/client/leader_finder.h); what is unknown is registered again,
// an incarnation that is refused is raised.
class HostAgent {
 public:
  HostAgent(MessageNetwork& network, CallNetwork& calls, int endpoint,
            std::vector<Address> servers);

  void Start();
  // The instance begins a new life; a host that it left behind forgets it.
  void Begin(SimInstance& instance);
  void Leave(SimInstance& instance);
  void Die(SimInstance& instance);
  void Forget(SimInstance& instance);
  void SetSkew(int64_t skew_ms) { skew_ms_ = skew_ms; }
  // An operator's word, said from this host. Tried once.
  void Operate(const std::string& path, const naming::OperatorState& state);

  int endpoint() const { return endpoint_; }
  const std::vector<Address>& servers() const { return servers_; }
  const std::vector<SimInstance*>& instances() const { return instances_; }
  uint64_t unknown() const { return unknown_; }
  uint64_t proxied() const { return proxied_; }

 private:
  using Way = naming::client::LeaderFinder::Way;

  void Tick();
  void TickInstance(SimInstance& instance);
  void Beat();
  void OnBeaten(const std::vector<SimInstance*>& beaten, const std::vector<uint64_t>& incarnations,
                const Reply& reply);
  void Register(SimInstance& instance);
  void OnRegistered(SimInstance& instance, uint64_t incarnation, const Reply& reply);
  void Deregister(SimInstance& instance);
  void Check();
  uint64_t UnixMs() const;

  // Brings the call to whoever serves it; in the end an error if nobody does.
  void Ask(RequestPtr request, std::shared_ptr<Way> way, Respond done);

  MessageNetwork& network_;
  CallNetwork& calls_;
  const int endpoint_;
  const std::vector<Address> servers_;
  naming::client::LeaderFinder finder_;
  std::vector<SimInstance*> instances_;
  int64_t skew_ms_ = 0;
  bool beating_ = false;
  Time beat_due_{};
  Duration beat_retry_{};
  size_t registering_ = 0;
  uint64_t unknown_ = 0;
  uint64_t proxied_ = 0;
};

}  // namespace bellrock
