// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "routing/engine.h"
#include "routing/policy/load.h"
#include "routing/refuser.h"

namespace bellrock::routing::sim {

struct CallerOptions {
  v1::RouteSettings settings;  // the policy too
  EngineOptions engine;
  policy::LoadOptions load;
};

// A host that calls the service: its agent's engine, and one process that takes the next slot of
// the table's sequence and reports how it went, as the RPC client does. Owned by the world, which
// moves its time.
class Caller {
 public:
  Caller(CallerOptions options, uint32_t number, std::mt19937_64& random);

  // The registry's word; the last part of a path is the callee's number.
  void SetInstances(std::vector<InstanceSpec> instances, Time now);
  // What the agent does each 100 ms: reads the counters, ticks the engine.
  std::vector<Probe> Tick(Time now);
  // Ticks too, as the agent does, so that what a probe found shows at once.
  std::vector<Probe> OnProbeResult(const Probe& probe, bool connected, Time now);

  struct Choice {
    uint16_t slot = 0;
    uint16_t callee = 0;
    uint32_t generation = 0;
  };
  // `tried`: a callee that this call has been to. nullopt: no table.
  std::optional<Choice> Choose(std::optional<uint16_t> tried, Time now);
  void Report(const Choice& choice, StatusCode code, Duration latency, Time now);
  // Whether this call is refused before it is sent (ZY-040).
  bool Refuses();

  // By callee.
  double share(uint16_t callee) const;
  bool suspects(uint16_t callee) const;

 private:
  void Adopt();
  uint16_t TakeSlot(Time now);
  double Score(uint16_t slot, Time now) const;

  const CallerOptions options_;
  RouteEngine engine_;
  uint64_t table_generation_ = 0;
  std::vector<uint16_t> callee_of_slot_;
  std::map<uint16_t, uint16_t> slot_of_callee_;
  std::vector<double> relative_weight_;  // by slot, of the mean; static
  uint32_t cursor_;
  std::vector<CallResults> results_;  // by slot, since the last tick
  Refuser refuser_;
  uint64_t refused_ = 0;             // since the last tick
  std::vector<policy::Load> loads_;  // by slot
};

}  // namespace bellrock::routing::sim
