// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "fiber/environment.h"
#include "fiber/wait_point.h"
#include "rpc/protect/protection.h"

namespace bellrock::rpc::protect {

// A server's Protection, shared by all its loops behind one lock. One for all and not one per loop,
// because quotas and limits are promises of the whole server: connections lie unevenly on the
// loops, and a consumer with one connection would get one loop's share. The lock is held for some
// tens of nanoseconds twice per call; a call costs its loop microseconds. While no protection is on
// the lock is not taken at all. Thread-safe; outlives the calls it admitted.
class AdmissionGate {
 public:
  AdmissionGate(fiber::Clock& clock, std::vector<std::string> methods);

  // Any time, from any thread. kInvalidArgument as Protection::SetPolicy().
  Status SetPolicy(const Policy& policy);
  Policy policy() const;
  // Whether calls need to ask.
  bool active() const { return active_.load(std::memory_order_relaxed); }
  v1::ProtectionStatus Snapshot() const;

 private:
  friend class AdmissionPass;

  // A wait whose end is to be told.
  struct Waiter {
    bool ended = false;
    Decision decision{};
    fiber::WaitPoint* point = nullptr;  // once its fiber waits
  };

  Decision Ask(const CallFacts& facts);
  Decision Await(uint64_t ticket);
  void Abandon(uint64_t ticket);
  void Leave(const Token& token, StatusCode code);
  // With the lock held.
  Decision TakeDecision(uint64_t ticket);
  bool EndIfLate(uint64_t ticket);
  // Tells those whose waits have ended.
  void Deliver();

  fiber::Clock& clock_;
  std::atomic<bool> active_ = false;
  mutable std::mutex mutex_;
  Protection protection_;
  std::unordered_map<uint64_t, Waiter> waiters_;
  std::vector<Wake> wakes_;  // reused
};

// One call's way through the gate: asks, waits if it must, and gives back what it got when the call
// ends or the pass is destroyed. Not thread-safe; used by one fiber after the other.
class AdmissionPass {
 public:
  AdmissionPass() = default;
  ~AdmissionPass() { Leave(StatusCode::kCancelled); }
  AdmissionPass(const AdmissionPass&) = delete;
  AdmissionPass& operator=(const AdmissionPass&) = delete;

  // Never blocks. OK: the call may begin, after Await(). Else kResourceExhausted or
  // kDeadlineExceeded, and retry_after() says when it is worth trying again.
  Status Ask(AdmissionGate& gate, const CallFacts& facts);
  // Blocks the fiber until it is the call's turn. As Ask(); kCancelled if the fiber was cancelled.
  Status Await();
  // The call has ended so. Idempotent.
  void Leave(StatusCode code);

  Duration retry_after() const { return retry_after_; }

 private:
  Status Take(const Decision& decision);

  AdmissionGate* gate_ = nullptr;  // while something is to be given back
  uint64_t ticket_ = 0;            // while waiting
  Token token_;
  Duration retry_after_{0};
};

}  // namespace bellrock::rpc::protect
