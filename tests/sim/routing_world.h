// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "routing_callee.h"
#include "routing_caller.h"
#include "routing_events.h"
#include "routing_recording.h"

namespace bellrock::routing::sim {

struct WorldOptions {
  uint64_t seed = 1;
  size_t callers = 50;
  double calls_per_s = 10'000;  // of all callers, at moments by chance
  Duration timeout = std::chrono::milliseconds(200);
  bool retry = false;                                      // once, on another instance
  Duration network_near = std::chrono::microseconds(200);  // one way, within a site
  Duration network_far = std::chrono::microseconds(1500);
  Duration probe_timeout = std::chrono::milliseconds(200);
  // Between the registry's change and the caller's knowledge of it, at most.
  Duration registry_lag = std::chrono::seconds(1);
  CallerOptions caller;
};

// One service, its instances and all that call it, in simulated time: the same seed makes the same
// run. Callers belong to the callees' sites by turns. The callers' policies and engines are the
// product's own; instances and network are models.
class World {
 public:
  World(WorldOptions options, std::vector<CalleeModel> callees);

  // At this moment of the run `change` happens.
  void At(Duration when, std::function<void(World&)> change);
  // Once. 0 is the beginning of the run.
  Recording Run(Duration length);

  // For changes.
  Time now() const { return now_; }
  CalleeModel& model(size_t callee) { return callees_[callee].model(); }
  // Calls in it are lost, or answered with kUnavailable if the process dies.
  void SetReach(size_t callee, Reach reach);
  // The registry lists it, or does not; all callers know within the lag.
  void SetListed(size_t callee, bool listed);
  void set_calls_per_s(double rate) { options_.calls_per_s = rate; }

 private:
  struct Attempt {
    Caller::Choice choice;
    uint32_t caller = 0;
    Time call_began{};
    Time began{};
    StatusCode code = StatusCode::kOk;
    bool retry = false;
    bool ended = false;  // for the caller
    uint8_t holders = 0;
  };
  struct PendingProbe {
    uint32_t caller = 0;
    Probe probe;
    bool connected = false;
  };

  Duration SinceStart() const { return now_ - start_; }
  Duration Way(uint32_t caller, uint16_t callee) const;
  Duration Chance(double mean_s);
  void Handle(const Event& event);
  void MakeCall(uint32_t caller);
  void Send(uint32_t caller, Time call_began, std::optional<uint16_t> tried);
  void Arrive(uint32_t attempt);
  void Begin(uint32_t attempt);
  void EndWaits(Guard& guard);
  void EndAtGuard(uint16_t callee, uint32_t attempt, StatusCode code);
  void Serve(uint32_t attempt);
  void Served(uint32_t attempt, uint32_t callee_and_life);
  void FillWorkers(uint16_t callee);
  bool TooLate(const Attempt& attempt) const;
  void Reply(uint32_t attempt, StatusCode code);
  void End(uint32_t attempt, StatusCode code);
  void Drop(uint32_t attempt);
  void Tick(uint32_t caller);
  void StartProbe(uint32_t caller, const Probe& probe);
  void EndProbe(uint32_t number);
  void Sample();
  std::vector<InstanceSpec> Listed() const;

  WorldOptions options_;
  std::mt19937_64 random_;
  const Time start_{std::chrono::seconds(1000)};
  Time now_ = start_;
  Time end_ = kNever;
  EventQueue events_;
  std::vector<Callee> callees_;
  std::vector<bool> listed_;
  std::vector<std::unique_ptr<Caller>> callers_;
  std::vector<std::string> caller_sites_;
  std::vector<Time> hears_at_;  // by caller: of the registry's last change
  std::vector<Attempt> attempts_;
  std::vector<uint32_t> free_attempts_;
  std::vector<PendingProbe> probes_;
  std::vector<uint32_t> free_probes_;
  std::vector<std::function<void(World&)>> changes_;
  Recording recording_;
};

}  // namespace bellrock::routing::sim
