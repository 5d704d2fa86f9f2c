// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "bellrock/time.h"
#include "routing/failure_evidence.h"
#include "routing/latency_outliers.h"

namespace bellrock::routing {

enum class ShieldPhase : uint8_t {
  kOpen = 1,        // gets its share
  kShielded = 2,    // gets none, waits for the next connect probe (ZY-034)
  kTrial = 3,       // connects (ZY-035); gets a few real requests (ZY-036)
  kRecovering = 4,  // its share grows with its success
};

struct ShieldOptions {
  // Nobody is shielded, shrunk or probed; those that are get their share back at the next step.
  bool off = false;
  // Suspected down: so many failures without a success between them, the first at most
  // `run_age_max` ago...
  uint32_t failure_run = 3;
  Duration run_age_max = std::chrono::seconds(60);
  // ...or a failure rate of certainly more than this within the window.
  double failure_rate = 0.5;
  // Fast shrink (ZY-033): from a failure rate of certainly more than this the share is multiplied
  // by ok_rate squared...
  double shrink_failure_rate = 0.1;
  double shrink_floor = 0.1;
  // ...and grows back by this much per second.
  double shrink_recovery_per_s = 1.0;
  // Time between a shield and its trial, and between connect probes; doubles with each relapse.
  Duration backoff_min = std::chrono::milliseconds(100);
  Duration backoff_max = std::chrono::seconds(5);
  // The shortest after a shield for silence: a trial costs whoever makes it a whole time-out.
  Duration backoff_silent = std::chrono::seconds(1);
  // So long open without an incident, and the backoff begins anew.
  Duration forgive_after = std::chrono::seconds(30);
  // Trial: about so many requests in a second, and so many successes to pass.
  uint32_t trial_calls = 5;
  uint32_t trial_passes = 3;
  double trial_factor_min = 0.0005;
  double trial_factor_max = 0.5;
  // Recovery: starts at this factor; is multiplied each step if the step's success rate was good
  // enough.
  double recovery_start = 0.1;
  double recovery_growth = 1.5;
  double recovery_ok_rate = 0.9;
  Duration recovery_step = std::chrono::milliseconds(500);
  // A step without any call counts as a good one after this time.
  Duration recovery_idle_step = std::chrono::seconds(2);
  // Of a service's usable instances; for the engine, which grants shields.
  double shielded_share_max = 0.5;
};

// Results of some calls to one instance. `unreachable` are those of the failed ones that never
// reached it (kUnavailable).
struct CallResults {
  uint64_t ok = 0;
  uint64_t failed = 0;
  uint64_t unreachable = 0;
  uint64_t latency_us = 0;  // sum over the successful ones
  // Calls begun, less those whose callers took them back; 0 if the caller does not count them.
  int64_t started = 0;
};

// Decides for one instance how much of its share it gets (ZY-033..037): open, fast shrink, shield,
// connect probe, a few real requests, gradual return. Pure: time and results come in, the engine
// asks for the factor. Whether an instance that wants a shield gets one is the engine's decision,
// for the share of shielded instances is capped.
class Shield {
 public:
  explicit Shield(const ShieldOptions& options) : options_(&options) {}

  // Results of calls since the last AddResults().
  void AddResults(const CallResults& results, Time now);
  // Moves time-driven transitions. `expected_calls_per_s`: what the instance would get with its
  // full share.
  void Step(Time now, double expected_calls_per_s);
  // Each period, before Step(): how it compares with the others. One that is slow asks for a
  // shield; one that was shielded for it passes its trial, and recovers, only while it is slow no
  // more.
  void SetLatency(LatencyVerdict verdict) { latency_ = std::move(verdict); }

  // Each tick: why it asks for a shield though few of its calls have failed: it answers nothing. ""
  // as soon as it answers.
  void SetSilent(std::string reason) { silence_ = std::move(reason); }

  // Open, trial or recovering, and suspected down.
  bool wants_shield() const { return wants_shield_; }
  // The engine grants it.
  void Shut(Time now);

  // A connect probe is due. The engine tells ProbeStarted() and later OnProbe().
  bool ProbeDue(Time now) const;
  void ProbeStarted() { probing_ = true; }
  // It could not be made after all.
  void ProbeDropped() { probing_ = false; }
  // `reason`: why it did not connect. A refused connection shields at once, whatever the cap:
  // nobody is there.
  void OnProbe(bool connected, std::string_view reason, Time now);

  ShieldPhase phase() const { return phase_; }
  // Shielded because it does not accept connections.
  bool refused() const { return phase_ == ShieldPhase::kShielded && refused_; }
  // Multiplies the instance's weight, 0..1.
  double factor() const;
  // For people; "" when open with its full share.
  std::string reason() const;
  // When the present phase began; of an open one, when it was shrunk, or got its full share back.
  Time since() const { return since_; }

 private:
  void CountInPhase(const CallResults& results, Time now);
  void Judge(Time now);
  void StepTrial(Time now);
  void StepRecovery(Time now);
  void Relapse();
  void StartTrial(Time now, double expected_calls_per_s);
  void Enter(ShieldPhase phase, Time now);
  void BeginCount(Time now);
  void Reset(Time now);
  void ForgetEvidence();
  void Shrink(const FailureEvidence::Sums& lately, Time now);
  // Of the calls counted in this trial or step, if the shield was for their delay.
  bool StillSlow() const;

  const ShieldOptions* options_;
  ShieldPhase phase_ = ShieldPhase::kOpen;
  bool wants_shield_ = false;
  bool refused_ = false;
  bool connected_ = false;  // the last probe of this shield succeeded
  bool probing_ = false;
  bool suspect_ = false;  // an unreachable call: ask the network before the next failure
  FailureEvidence evidence_;
  LatencyVerdict latency_;
  bool for_latency_ = false;  // why it was shielded
  std::string silence_;
  double shrink_ = 1;
  double shrink_rate_ = 0;  // failure rate that caused it, for the reason
  Time stepped_{};
  Duration backoff_{0};
  Time backoff_until_{};  // no trial before
  Time probe_at_ = kNever;
  Time ask_after_{};  // the network of one that gets calls: not before
  Time since_{};
  Time phase_began_{};  // or its present step
  // Within the trial, or within the present step of the recovery.
  uint64_t phase_ok_ = 0;
  uint64_t phase_failed_ = 0;
  uint64_t phase_latency_us_ = 0;
  double phase_factor_ = 1;
  std::string cause_;  // of the shield
};

std::string_view ShieldPhaseName(ShieldPhase phase);

}  // namespace bellrock::routing
