// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/shield.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::routing {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Between connect probes of an instance that connects and yet fails.
constexpr Duration kAskAgain = std::chrono::seconds(1);

}  // namespace

std::string_view ShieldPhaseName(ShieldPhase phase) {
  switch (phase) {
    case ShieldPhase::kOpen:
      return "open";
    case ShieldPhase::kShielded:
      return "shielded";
    case ShieldPhase::kTrial:
      return "connect-ok";
    case ShieldPhase::kRecovering:
      return "recovering";
  }
  return "unknown";
}

void Shield::AddResults(const CallResults& results, Time now) {
  if (options_->off || (results.ok == 0 && results.failed == 0)) return;
  evidence_.Add(results.ok, results.failed, options_->run_age_max, now);
  CountInPhase(results, now);
  // Not while successes come in: a single broken connection is no sign of death.
  if (results.unreachable > 0 && results.ok == 0 && phase_ != ShieldPhase::kShielded) {
    suspect_ = true;
  }
  Judge(now);
}

void Shield::CountInPhase(const CallResults& results, Time now) {
  if (phase_ == ShieldPhase::kShielded) {
    // Only when everyone is shielded does it get calls at all. A success is worth a probe now.
    if (results.ok > 0 && now - phase_began_ >= options_->backoff_min) {
      backoff_until_ = now;
      probe_at_ = std::min(probe_at_, now);
    }
    return;
  }
  phase_ok_ += results.ok;
  phase_failed_ += results.failed;
  phase_latency_us_ += results.latency_us;
}

void Shield::Judge(Time now) {
  const FailureEvidence::Sums lately = evidence_.Lately(now);
  const bool run = evidence_.run() >= options_->failure_run;
  const bool rate = WilsonLowerBound(lately.failed, lately.calls()) > options_->failure_rate;
  const bool slow = phase_ == ShieldPhase::kOpen && latency_.slow;
  const bool silent = !silence_.empty();
  wants_shield_ = phase_ != ShieldPhase::kShielded && (run || rate || silent || slow);
  if (wants_shield_) {
    for_latency_ = slow && !run && !rate && !silent;
    cause_ =
        silent ? silence_
        : run  ? fmt::format("{} failures in a row", evidence_.run())
        : rate ? fmt::format("{} of {} calls failed within a second", lately.failed, lately.calls())
               : latency_.reason;
  }
  Shrink(lately, now);
}

void Shield::Shrink(const FailureEvidence::Sums& lately, Time now) {
  // One failure alone says nothing of a rate.
  if (lately.failed < 2 ||
      WilsonLowerBound(lately.failed, lately.calls()) <= options_->shrink_failure_rate) {
    return;
  }
  const double ok_rate = static_cast<double>(lately.ok) / static_cast<double>(lately.calls());
  const double target = std::max(options_->shrink_floor, ok_rate * ok_rate);
  if (target >= shrink_) return;
  if (shrink_ >= 1 && phase_ == ShieldPhase::kOpen) since_ = now;
  shrink_ = target;
  shrink_rate_ = 1 - ok_rate;
}

void Shield::Step(Time now, double expected_calls_per_s) {
  if (options_->off) return Reset(now);
  if (stepped_ == Time{}) stepped_ = now;
  const bool shrunk = shrink_ < 1;
  shrink_ = std::min(1.0, shrink_ + options_->shrink_recovery_per_s * Seconds(now - stepped_));
  // Judged after it has grown, so that a window which is still bad holds the share down.
  Judge(now);
  if (shrunk && shrink_ >= 1 && phase_ == ShieldPhase::kOpen) since_ = now;
  stepped_ = now;
  switch (phase_) {
    case ShieldPhase::kOpen:
      if (backoff_ > Duration{0} && now - phase_began_ >= options_->forgive_after) {
        backoff_ = Duration{0};
      }
      break;
    case ShieldPhase::kShielded:
      if (connected_ && now >= backoff_until_) StartTrial(now, expected_calls_per_s);
      break;
    case ShieldPhase::kTrial:
      StepTrial(now);
      break;
    case ShieldPhase::kRecovering:
      StepRecovery(now);
      break;
  }
}

void Shield::Enter(ShieldPhase phase, Time now) {
  phase_ = phase;
  since_ = now;
  BeginCount(now);
}

void Shield::BeginCount(Time now) {
  phase_began_ = now;
  phase_ok_ = 0;
  phase_failed_ = 0;
  phase_latency_us_ = 0;
}

void Shield::StartTrial(Time now, double expected_calls_per_s) {
  Enter(ShieldPhase::kTrial, now);
  const double wanted = options_->trial_calls / std::max(expected_calls_per_s, 1e-3);
  phase_factor_ = std::clamp(wanted, options_->trial_factor_min, options_->trial_factor_max);
  ForgetEvidence();
}

bool Shield::StillSlow() const {
  return for_latency_ && latency_.limit_us > 0 && phase_ok_ > 0 &&
         static_cast<double>(phase_latency_us_) >
             latency_.limit_us * static_cast<double>(phase_ok_);
}

void Shield::StepTrial(Time now) {
  if (phase_failed_ >= 2 && phase_failed_ > phase_ok_) {
    cause_ = fmt::format("{} of {} trial calls failed", phase_failed_, phase_failed_ + phase_ok_);
    wants_shield_ = true;
    return;
  }
  if (phase_ok_ < options_->trial_passes || phase_ok_ < phase_failed_ * 9) return;
  if (StillSlow()) return Relapse();
  Enter(ShieldPhase::kRecovering, now);
  phase_factor_ = std::max(options_->recovery_start, phase_factor_);
}

void Shield::Relapse() {
  cause_ = LatencyReason(static_cast<double>(phase_latency_us_) / static_cast<double>(phase_ok_),
                         latency_.median_us);
  wants_shield_ = true;
}

void Shield::StepRecovery(Time now) {
  const uint64_t calls = phase_ok_ + phase_failed_;
  if (now - phase_began_ < (calls > 0 ? options_->recovery_step : options_->recovery_idle_step)) {
    return;
  }
  // Not by one call or two: its delay is compared with a mean.
  if (phase_ok_ >= options_->trial_passes && StillSlow()) return Relapse();
  const double ok_rate =
      calls > 0 ? static_cast<double>(phase_ok_) / static_cast<double>(calls) : 1.0;
  BeginCount(now);
  if (ok_rate < options_->recovery_ok_rate) return;
  phase_factor_ = std::min(1.0, phase_factor_ * options_->recovery_growth);
  if (phase_factor_ < 1) return;
  Enter(ShieldPhase::kOpen, now);
  for_latency_ = false;
  cause_.clear();
}

void Shield::Shut(Time now) {
  Enter(ShieldPhase::kShielded, now);
  suspect_ = false;
  connected_ = false;
  refused_ = false;
  latency_.slow = false;
  const Duration least = silence_.empty() ? options_->backoff_min : options_->backoff_silent;
  silence_.clear();
  backoff_ = std::clamp(backoff_ * 2, least, std::max(least, options_->backoff_max));
  backoff_until_ = now + backoff_;
  // At once: a refused connection tells that nobody is there, which frees the cap for others.
  probe_at_ = now;
  ForgetEvidence();
}

void Shield::ForgetEvidence() {
  evidence_.Forget();
  wants_shield_ = false;
  shrink_ = 1;
}

// As if nothing had happened.
void Shield::Reset(Time now) {
  if (phase_ != ShieldPhase::kOpen || shrink_ < 1) Enter(ShieldPhase::kOpen, now);
  ForgetEvidence();
  stepped_ = now;
  suspect_ = false;
  refused_ = false;
  connected_ = false;
  for_latency_ = false;
  silence_.clear();
  backoff_ = Duration{0};
  cause_.clear();
}

bool Shield::ProbeDue(Time now) const {
  if (probing_ || options_->off) return false;
  if (phase_ == ShieldPhase::kShielded) return !connected_ && now >= probe_at_;
  return (suspect_ || wants_shield_) && now >= ask_after_;
}

void Shield::OnProbe(bool connected, std::string_view reason, Time now) {
  probing_ = false;
  suspect_ = false;
  if (options_->off) return;
  if (connected) {
    connected_ = true;
    refused_ = false;
    // One that wants a shield and gets none would be asked again at once, over and over.
    ask_after_ = now + kAskAgain;
    return;
  }
  if (phase_ != ShieldPhase::kShielded) {
    for_latency_ = false;
    Shut(now);
  } else if (refused_) {
    backoff_ = std::clamp(backoff_ * 2, options_->backoff_min, options_->backoff_max);
  }
  cause_ = fmt::format("connect probe: {}", reason);
  refused_ = true;
  connected_ = false;
  backoff_until_ = now + backoff_;
  probe_at_ = now + backoff_;
}

double Shield::factor() const {
  switch (phase_) {
    case ShieldPhase::kShielded:
      return 0;
    case ShieldPhase::kTrial:
      return phase_factor_;
    case ShieldPhase::kRecovering:
      return phase_factor_ * shrink_;
    case ShieldPhase::kOpen:
      break;
  }
  return shrink_;
}

std::string Shield::reason() const {
  switch (phase_) {
    case ShieldPhase::kShielded:
      return fmt::format("{}; next try within {} ms", cause_, Milliseconds(backoff_));
    case ShieldPhase::kTrial:
      return fmt::format("connects again; on trial with a few calls (was: {})", cause_);
    case ShieldPhase::kRecovering:
      return fmt::format("recovering: {:.0f} % of its share (was: {})", phase_factor_ * 100,
                         cause_);
    case ShieldPhase::kOpen:
      break;
  }
  if (wants_shield_) {
    return fmt::format("{}; not shielded, for too many others are", cause_);
  }
  if (shrink_ >= 1) return "";
  return fmt::format("shrunk to {:.0f} %: {:.0f} % of its calls failed within a second",
                     shrink_ * 100, shrink_rate_ * 100);
}

}  // namespace bellrock::routing
