// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "routing/l5.h"
#include "routing/shield.h"
#include "routing/table.h"

namespace bellrock::routing {

struct EngineOptions {
  L5Options l5;
  ShieldOptions shield;
  Duration period = std::chrono::seconds(1);  // of the weights (ZY-021)
  // At most this share of a service's usable instances is shielded. Those that refuse connections
  // do not count: nobody is there.
  double shielded_share_max = 0.5;
};

// A connect probe to make (ZY-035); the result goes to OnProbeResult().
struct Probe {
  uint32_t slot = 0;
  uint32_t generation = 0;
  std::string address;
};

struct TickResult {
  std::shared_ptr<const RouteTable> table;  // null: as before
  std::vector<Probe> probes;
};

// Decides the routes of one service: static weights from the registry, dynamic weights by l5,
// shields, quotas. The same code runs in the agent and, without an agent, inside the calling
// process. Pure: time and results are arguments, tables and probes are return values. Not
// thread-safe; owned by whoever ticks it (each 100 ms). Always holds: a service that once had
// instances keeps some, and if every instance is shielded all are tried by weight.
class RouteEngine {
 public:
  // `generation_base` should be random, so that the slots of two engines are never taken for each
  // other.
  RouteEngine(EngineOptions options, uint32_t generation_base);
  RouteEngine(const RouteEngine&) = delete;
  RouteEngine& operator=(const RouteEngine&) = delete;

  // The registry's word. An empty list never replaces one that is not: it is kept, and the table
  // says so. Bad instances (no path or address, weight over 10000) and those beyond kInstancesMax
  // are left out; the status tells of the first.
  Status SetInstances(std::vector<InstanceSpec> instances, Time now);
  // Results of one caller since its last ones. Of another generation: dropped.
  void AddResults(uint32_t slot, uint32_t generation, const CallResults& results, Time now);
  // `reason`: why it did not connect.
  void OnProbeResult(const Probe& probe, bool connected, std::string_view reason, Time now);
  // The probe could not be made after all; it is asked for again.
  void OnProbeDropped(const Probe& probe);
  // Each 100 ms, and after probe results that should show at once.
  TickResult Tick(Time now);

  // The last table; never null.
  const std::shared_ptr<const RouteTable>& table() const { return table_; }
  // Holder of the slot, 0 if free: lets a reader of counters skip the rest.
  uint32_t generation_of(size_t slot) const {
    return slot < entries_.size() && entries_[slot] ? entries_[slot]->generation : 0;
  }
  size_t slots() const { return entries_.size(); }
  // All but service, host and time.
  void Describe(v1::ServiceTable& out) const;
  // Of the kept list, for a snapshot.
  std::vector<InstanceSpec> Instances() const;

 private:
  struct Entry {
    Entry(std::shared_ptr<const InstanceSpec> what, uint32_t slot_generation,
          const ShieldOptions& shield_options)
        : spec(std::move(what)), generation(slot_generation), shield(shield_options) {}

    std::shared_ptr<const InstanceSpec> spec;
    uint32_t generation;
    Shield shield;
    L5Sample period;
    L5Figures figures;
    uint64_t calls = 0;
    uint64_t failures = 0;
    double share = 0;       // in the present table
    double full_share = 0;  // without shields, for the expected rate
  };
  using EntryPointer = std::unique_ptr<Entry>;

  void Place(InstanceSpec instance);
  uint32_t FreeSlot();
  uint32_t NextGeneration();
  void EndPeriod(Time now);
  void StepShields(Time now);
  void GrantShields(Time now);
  bool Eligible(const Entry& entry) const;
  std::vector<double> Weights(std::string& protection);
  std::vector<ShieldPhase> Phases() const;
  void Publish(std::vector<uint32_t> quotas, size_t length, std::string protection);

  EngineOptions options_;
  uint32_t next_generation_;
  std::vector<EntryPointer> entries_;  // by slot; null = free
  std::unordered_map<std::string, uint32_t> slot_of_;
  uint32_t first_free_ = 0;   // no free slot below
  bool none_usable_ = false;  // all listed are unreachable
  std::string list_protection_;
  bool roster_changed_ = false;
  uint64_t roster_generation_ = 0;
  Time period_began_{};
  uint64_t period_calls_ = 0;
  double calls_per_s_ = 0;           // of the whole service
  std::vector<double> weights_;      // at the last tick
  std::vector<uint32_t> quotas_;     // of the present table
  std::vector<ShieldPhase> phases_;  // of the present table
  std::shared_ptr<const RouteTable> table_;
};

}  // namespace bellrock::routing
