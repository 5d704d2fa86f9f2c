// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/routing/v1/routing.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "routing/l5.h"
#include "routing/latency_outliers.h"
#include "routing/method_shields.h"
#include "routing/overload.h"
#include "routing/pool_shares.h"
#include "routing/rules/compile.h"
#include "routing/shield.h"
#include "routing/silence.h"
#include "routing/table.h"

namespace bellrock::routing {

struct EngineOptions {
  v1::Place place;  // where the callers are; without a site everybody is far, and alike
  L5Options l5;
  ShieldOptions
      shield;  // at most shield.shielded_share_max of those that do not refuse connections
  LatencyOptions latency;
  SilenceOptions silence;
  Duration period = std::chrono::seconds(1);  // of the weights (ZY-021)
  // If three quarters of the instances fail at least this often, the cause is what they have in
  // common (too many calls, what they all depend on), and to shield some would leave the others
  // more calls. Then only those that fail far more often than the others are shielded; refusal does
  // the rest.
  double common_failure_rate = 0.2;
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

// Decides the routes of one service, in this order: rules divide the instances into pools; levels
// and ratio moves share a pool out by place; weights are static x warm-up x dynamic; shields take
// out the sick; a part of the calls is refused while the service as a whole fails. The same code
// runs in the agent and, without an agent, inside the calling process. Pure: time and results are
// arguments, tables and probes are return values. Not thread-safe; owned by whoever ticks it (each
// 100 ms). Always holds: a service that once had instances keeps some, and if every instance is
// shielded all are tried by weight.
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
  // The operators' word; in force from the next Tick(). What does not make sense in it counts as
  // not said: it was checked when it was set (settings_check.h).
  void SetSettings(const v1::StoredSettings& settings);
  const v1::StoredSettings& settings() const { return settings_; }
  // Results of one caller since its last ones. Of another generation: dropped.
  void AddResults(uint32_t slot, uint32_t generation, const CallResults& results, Time now);
  // The same for one method, of which a failure came (ZY-031).
  void AddMethodResults(uint32_t method_hash, uint32_t slot, uint32_t generation, uint64_t ok,
                        uint64_t failed, Time now);
  // What a method is called, for people; "" is let pass.
  void NameMethod(uint32_t method_hash, std::string name);
  bool KnowsMethod(uint32_t method_hash) const { return method_names_.contains(method_hash); }
  // Calls that callers refused since the last time, by refused_share.
  void AddRefused(uint64_t calls);
  // `reason`: why it did not connect.
  void OnProbeResult(const Probe& probe, bool connected, std::string_view reason, Time now);
  // The probe could not be made after all; it is asked for again.
  void OnProbeDropped(const Probe& probe);
  // Each 100 ms, and after probe results that should show at once. The wall clock moves what
  // operators planned and warm-up; 0: not known, nothing of that moves.
  TickResult Tick(Time now, int64_t now_unix_ms = 0);

  // The last table; never null.
  const std::shared_ptr<const RouteTable>& table() const { return table_; }
  // Holder of the slot, 0 if free: lets a reader of counters skip the rest.
  uint32_t generation_of(size_t slot) const {
    return slot < entries_.size() && entries_[slot] ? entries_[slot]->generation : 0;
  }
  size_t slots() const { return entries_.size(); }
  // Calls are on their way to it, and none is answered.
  bool suspects(size_t slot) const {
    return slot < entries_.size() && entries_[slot] && entries_[slot]->silence.suspect();
  }
  // All but service, host and time.
  void Describe(v1::ServiceTable& out, Time now) const;
  // How many calls go to each instance that operators keep calls from; count(slot, generation), -1
  // if nobody knows. Into what Describe() wrote.
  using CountInFlight = std::function<int64_t(uint32_t slot, uint32_t generation)>;
  void DescribeInFlight(v1::ServiceTable& out, const CountInFlight& count) const;
  // Of the kept list, for a snapshot.
  std::vector<InstanceSpec> Instances() const;

 private:
  // Calls of about the last second: counts that fade with each tick.
  struct Recent {
    double ok = 0;
    double failed = 0;

    double calls() const { return ok + failed; }
    double failure_rate() const { return calls() > 0 ? failed / calls() : 0; }
    void Fade() {
      ok *= 0.9;
      failed *= 0.9;
    }
  };
  struct Entry {
    Entry(std::shared_ptr<const InstanceSpec> what, uint32_t slot_generation,
          const ShieldOptions& shield_options)
        : spec(std::move(what)), generation(slot_generation), shield(shield_options) {}

    std::shared_ptr<const InstanceSpec> spec;
    uint32_t generation;
    Shield shield;
    L5Sample period;
    L5Figures figures;
    LatencyFigures latency;
    SilenceFigures silence;
    Overload::Counts unjudged;  // since the last tick
    Recent recent;
    uint64_t calls = 0;
    uint64_t failures = 0;
    double calls_per_s = 0;  // of the last period
    double warm_up = 1;
    double share = 0;           // in the present table, of pool 0
    double expected_share = 0;  // the same without its shield
    locality::Level level = locality::Level::kFar;
  };
  using EntryPointer = std::unique_ptr<Entry>;
  // What is kept of a pool between tables.
  struct PoolState {
    PoolShares shares;
    std::vector<uint32_t> quotas;  // of the present table
    std::vector<uint16_t> sequence;
  };

  void Place(InstanceSpec instance);
  uint32_t FreeSlot();
  uint32_t NextGeneration();
  void CompilePools();
  void EndPeriod(Time now);
  void FindSlow();
  void StepShields(Time now);
  double CommonFailureRate() const;
  static bool TakesPart(const Entry& entry);
  void GrantShields(Time now);
  void WatchSilence(Time now);
  std::string ProvenSilence(const Entry& entry, Time now) const;
  double Trickle(const Entry& entry) const;
  bool Eligible(const Entry& entry) const;
  void JudgeService(Time now);
  bool StepMethods(Time now);
  std::vector<Probe> DueProbes(Time now);
  std::vector<Standing> Standings(int64_t now_unix_ms);
  void NoteExpectedShares(const std::vector<Standing>& standings);
  std::vector<ShieldPhase> Phases() const;
  bool ShareOut(int64_t now_unix_ms);
  void Publish();
  void DescribeInstance(uint32_t slot, Time now, v1::InstanceRoute& out) const;
  static std::string ReasonOf(const Entry& entry, Time now);

  const EngineOptions given_;
  EngineOptions options_;  // what the settings say over what was given
  v1::StoredSettings settings_;
  policy::Kind kind_ = policy::Kind::kL5;
  uint32_t next_generation_;
  const uint32_t salt_;
  std::vector<EntryPointer> entries_;  // by slot; null = free
  std::unordered_map<std::string, uint32_t> slot_of_;
  uint32_t first_free_ = 0;  // no free slot below
  SilenceWatch silence_;
  bool judges_latency_ = false;
  bool none_usable_ = false;  // all listed are unreachable
  std::string list_protection_;
  std::string list_protection_shown_;
  bool roster_changed_ = false;
  bool settings_changed_ = true;
  uint64_t roster_generation_ = 0;
  rules::Compiled compiled_;
  std::vector<PoolState> pools_;  // as in compiled_
  std::vector<uint16_t> places_;  // by slot: the same for those of one site and level
  MethodShieldOptions method_options_;
  MethodShields method_shields_{method_options_};
  std::unordered_map<uint32_t, std::string> method_names_;  // of those that failed
  Overload overload_;
  double refused_share_ = 0;
  uint64_t refused_ = 0;  // in this period
  uint64_t unjudged_refused_ = 0;
  double refused_per_s_ = 0;
  Time period_began_{};
  uint64_t period_calls_ = 0;
  double calls_per_s_ = 0;           // of the whole service
  std::vector<ShieldPhase> phases_;  // of the present table
  std::shared_ptr<const RouteTable> table_;
};

}  // namespace bellrock::routing
