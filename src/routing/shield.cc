// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/shield.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bellrock::routing {
namespace {

constexpr double kWilsonZ = 1.96;

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

double WilsonLowerBound(uint64_t failed, uint64_t calls) {
  if (calls == 0) return 0;
  const auto n = static_cast<double>(calls);
  const double rate = static_cast<double>(failed) / n;
  const double z2 = kWilsonZ * kWilsonZ;
  const double middle = rate + z2 / (2 * n);
  const double half = kWilsonZ * std::sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
  return std::max(0.0, (middle - half) / (1 + z2 / n));
}

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
  if (results.ok == 0 && results.failed == 0) return;
  CountInWindow(results, now);
  CountInPhase(results, now);
  // The counters tell sums, not an order: any success between two readings ends the run.
  if (results.ok > 0) {
    run_ = 0;
  } else {
    if (run_ == 0 || now - run_began_ > options_->run_age_max) {
      run_ = 0;
      run_began_ = now;
    }
    run_ += static_cast<uint32_t>(std::min<uint64_t>(results.failed, 1'000'000));
  }
  // Not while successes come in: a single broken connection is no sign of death.
  if (results.unreachable > 0 && results.ok == 0 && phase_ != ShieldPhase::kShielded) {
    suspect_ = true;
  }
  Judge(now);
}

void Shield::CountInWindow(const CallResults& results, Time now) {
  const int64_t index = now.time_since_epoch() / kBucketSpan;
  Bucket& bucket = window_[static_cast<size_t>(index) % kBuckets];
  if (bucket.index != index) bucket = Bucket{.index = index};
  bucket.ok += static_cast<uint32_t>(results.ok);
  bucket.failed += static_cast<uint32_t>(results.failed);
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
}

void Shield::Judge(Time now) {
  const int64_t oldest = now.time_since_epoch() / kBucketSpan - static_cast<int64_t>(kBuckets) + 1;
  uint64_t ok = 0;
  uint64_t failed = 0;
  for (const Bucket& bucket : window_) {
    if (bucket.index < oldest) continue;
    ok += bucket.ok;
    failed += bucket.failed;
  }
  const double surely = WilsonLowerBound(failed, ok + failed);
  const bool run = run_ >= options_->failure_run;
  wants_shield_ = phase_ != ShieldPhase::kShielded && (run || surely > options_->failure_rate);
  if (wants_shield_) {
    cause_ = run ? fmt::format("{} failures in a row", run_)
                 : fmt::format("{} of {} calls failed within a second", failed, ok + failed);
  }
  // One failure alone says nothing of a rate.
  if (failed >= 2 && surely > options_->shrink_failure_rate) {
    const double ok_rate = static_cast<double>(ok) / static_cast<double>(ok + failed);
    const double target = std::max(options_->shrink_floor, ok_rate * ok_rate);
    if (target < shrink_) {
      shrink_ = target;
      shrink_rate_ = 1 - ok_rate;
    }
  }
}

void Shield::Step(Time now, double expected_calls_per_s) {
  if (stepped_ == Time{}) stepped_ = now;
  Judge(now);
  if (now > stepped_) {
    shrink_ = std::min(1.0, shrink_ + options_->shrink_recovery_per_s * Seconds(now - stepped_));
  }
  // Judged again so that a window which is still bad holds the share down.
  Judge(now);
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

void Shield::StartTrial(Time now, double expected_calls_per_s) {
  phase_ = ShieldPhase::kTrial;
  phase_began_ = now;
  phase_ok_ = 0;
  phase_failed_ = 0;
  const double wanted = options_->trial_calls / std::max(expected_calls_per_s, 1e-3);
  phase_factor_ = std::clamp(wanted, options_->trial_factor_min, options_->trial_factor_max);
  ForgetWindow();
}

void Shield::StepTrial(Time now) {
  if (phase_failed_ >= 2 && phase_failed_ > phase_ok_) {
    cause_ = fmt::format("{} of {} trial calls failed", phase_failed_, phase_failed_ + phase_ok_);
    wants_shield_ = true;
    return;
  }
  if (phase_ok_ < options_->trial_passes || phase_ok_ < phase_failed_ * 9) return;
  phase_ = ShieldPhase::kRecovering;
  phase_began_ = now;
  phase_ok_ = 0;
  phase_failed_ = 0;
  phase_factor_ = std::max(options_->recovery_start, phase_factor_);
}

void Shield::StepRecovery(Time now) {
  const uint64_t calls = phase_ok_ + phase_failed_;
  if (now - phase_began_ < (calls > 0 ? options_->recovery_step : options_->recovery_idle_step)) {
    return;
  }
  const double ok_rate =
      calls > 0 ? static_cast<double>(phase_ok_) / static_cast<double>(calls) : 1.0;
  phase_began_ = now;
  phase_ok_ = 0;
  phase_failed_ = 0;
  if (ok_rate < options_->recovery_ok_rate) return;
  phase_factor_ = std::min(1.0, phase_factor_ * options_->recovery_growth);
  if (phase_factor_ < 1) return;
  phase_ = ShieldPhase::kOpen;
  cause_.clear();
}

void Shield::Shut(Time now) {
  phase_ = ShieldPhase::kShielded;
  phase_began_ = now;
  wants_shield_ = false;
  suspect_ = false;
  connected_ = false;
  refused_ = false;
  run_ = 0;
  backoff_ = std::clamp(backoff_ * 2, options_->backoff_min, options_->backoff_max);
  backoff_until_ = now + backoff_;
  // At once: a refused connection tells that nobody is there, which frees the cap for others.
  probe_at_ = now;
  ForgetWindow();
}

void Shield::ForgetWindow() {
  window_.fill(Bucket{});
  run_ = 0;
  wants_shield_ = false;
  shrink_ = 1;
}

bool Shield::ProbeDue(Time now) const {
  if (probing_) return false;
  if (phase_ == ShieldPhase::kShielded) return !connected_ && now >= probe_at_;
  return suspect_ || wants_shield_;
}

void Shield::OnProbe(bool connected, std::string_view reason, Time now) {
  probing_ = false;
  suspect_ = false;
  if (connected) {
    connected_ = true;
    refused_ = false;
    return;
  }
  if (phase_ != ShieldPhase::kShielded) {
    cause_ = "does not connect";
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
