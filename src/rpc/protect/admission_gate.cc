// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/admission_gate.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "bellrock/rpc/v1/protection.pb.h"
#include "fiber/fiber.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc::protect {
namespace {

// How often a fiber that has waited for age_max looks by itself whether its wait is over. Under
// load others' calls end waits sooner; this is for when there are none.
constexpr Duration kLook = std::chrono::milliseconds(20);

void LogEpisode(const Decision& decision) {
  if (!decision.episode_begins) return;
  log::Warning("rpc", "refusing calls, reason {}: {}", ReasonName(decision.reason), decision.text);
}

}  // namespace

AdmissionGate::AdmissionGate(fiber::Clock& clock, std::vector<std::string> methods)
    : clock_(clock), protection_(std::move(methods)) {}

Status AdmissionGate::SetPolicy(const Policy& policy) {
  const std::lock_guard lock(mutex_);
  BELLROCK_TRY(protection_.SetPolicy(clock_.Now(), policy, wakes_));
  active_.store(policy.active(), std::memory_order_relaxed);
  Deliver();
  return Status::Ok();
}

Policy AdmissionGate::policy() const {
  const std::lock_guard lock(mutex_);
  return protection_.policy();
}

v1::ProtectionStatus AdmissionGate::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return protection_.Snapshot(clock_.Now());
}

Decision AdmissionGate::Ask(const CallFacts& facts) {
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  Decision decision = protection_.Admit(now, facts, wakes_);
  if (decision.verdict == Verdict::kWait) waiters_.try_emplace(decision.ticket);
  Deliver();
  return decision;
}

Decision AdmissionGate::Await(uint64_t ticket) {
  fiber::WaitPoint point;
  Time look;
  {
    const std::lock_guard lock(mutex_);
    Waiter& waiter = waiters_.at(ticket);
    if (waiter.ended) return TakeDecision(ticket);
    waiter.point = &point;
    look = clock_.Now() + protection_.policy().queue.age_max;
  }
  for (;;) {
    const Status waited = point.Wait(look);
    std::unique_lock lock(mutex_);
    if (!waited.ok() && !EndIfLate(ticket)) {
      look = clock_.Now() + kLook;
      if (fiber::CheckCurrent().ok()) continue;
      (void)protection_.Abandon(clock_.Now(), ticket, wakes_);
      waiters_.erase(ticket);
      Deliver();
      return {.verdict = Verdict::kRefuse};
    }
    Decision decision = TakeDecision(ticket);
    lock.unlock();
    // Whoever decided has notified the point, which must not go before it knows.
    if (!waited.ok()) point.WaitShielded();
    return decision;
  }
}

bool AdmissionGate::EndIfLate(uint64_t ticket) {
  protection_.OnTime(clock_.Now(), wakes_);
  Deliver();
  return waiters_.at(ticket).ended;
}

void AdmissionGate::Abandon(uint64_t ticket) {
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  if (!protection_.Abandon(now, ticket, wakes_)) {
    const Decision decision = TakeDecision(ticket);
    if (decision.verdict == Verdict::kAdmit) {
      protection_.OnFinished(now, decision.token, StatusCode::kCancelled, wakes_);
    }
  }
  waiters_.erase(ticket);
  Deliver();
}

Decision AdmissionGate::TakeDecision(uint64_t ticket) {
  const auto found = waiters_.find(ticket);
  Decision decision = std::move(found->second.decision);
  waiters_.erase(found);
  return decision;
}

void AdmissionGate::Leave(const Token& token, StatusCode code) {
  const Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  protection_.OnFinished(now, token, code, wakes_);
  Deliver();
}

void AdmissionGate::Deliver() {
  for (Wake& wake : wakes_) {
    LogEpisode(wake.decision);
    Waiter& waiter = waiters_.at(wake.ticket);
    waiter.decision = std::move(wake.decision);
    waiter.ended = true;
    if (waiter.point != nullptr) waiter.point->Notify();
  }
  wakes_.clear();
}

Status AdmissionPass::Ask(AdmissionGate& gate, const CallFacts& facts) {
  gate_ = &gate;
  const Decision decision = gate.Ask(facts);
  if (decision.verdict == Verdict::kWait) {
    ticket_ = decision.ticket;
    return Status::Ok();
  }
  LogEpisode(decision);
  return Take(decision);
}

Status AdmissionPass::Await() {
  if (ticket_ == 0) return Status::Ok();
  const Decision decision = gate_->Await(std::exchange(ticket_, 0));
  if (decision.verdict == Verdict::kRefuse && decision.reason == Reason::kNone) {
    gate_ = nullptr;
    return CancelledError(Numbered(ErrorNumber::kCancelled,
                                   "the caller cancelled while the call waited for its turn"));
  }
  return Take(decision);
}

Status AdmissionPass::Take(const Decision& decision) {
  token_ = decision.token;
  retry_after_ = decision.retry_after;
  if (decision.verdict == Verdict::kRefuse) gate_ = nullptr;
  return decision.status();
}

void AdmissionPass::Leave(StatusCode code) {
  if (gate_ == nullptr) return;
  AdmissionGate& gate = *std::exchange(gate_, nullptr);
  if (ticket_ != 0) return gate.Abandon(std::exchange(ticket_, 0));
  gate.Leave(token_, code);
}

}  // namespace bellrock::rpc::protect
