// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/call_policy.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/client/retry_budget.h"
#include "rpc/error_text.h"

namespace bellrock::rpc {

// A try of a call that failed.
struct FailedTry {
  StatusCode code = StatusCode::kOk;
  bool sent = false;  // there was a connection: the request may have reached the callee
  bool replied = false;
  Origin origin = Origin::kHandler;  // if it replied
  Duration retry_after{0};           // what the callee asked for
  int tries = 1;                     // of the call so far, this one included
};

// What the call allows.
struct RetryLimits {
  int attempts_max = 1;
  Time deadline = kNever;
  Idempotent idempotent = Idempotent::kDefault;
};

struct RetryDecision {
  bool retry = false;
  Duration wait{0};
  std::string_view why_not{};  // if a budget or limit forbade it; for the error text
};

// Decides whether a failed try is followed by another, and when: the table in docs/calls.md. The
// first retry goes at once, later ones after 20 ms doubling to 1 s, half of it by chance. Holds the
// budget that retries and backup requests of one client share. Pure; belongs to one client.
class RetryPolicy {
 public:
  static constexpr Duration kBackoffFirst = std::chrono::milliseconds(20);
  static constexpr Duration kBackoffLast = std::chrono::seconds(1);

  RetryPolicy(double tokens_max, double ratio) : budget_(tokens_max, ratio) {}

  // A retry that it allows is paid for. `random` is any number.
  RetryDecision OnFailure(const FailedTry& failed, const RetryLimits& limits, Time now,
                          uint64_t random);
  // True if a backup request may be sent; it is then paid for.
  bool TakeForBackup() { return budget_.TryTake(); }
  void OnSuccess() { budget_.OnSuccess(); }

 private:
  RetryBudget budget_;
};

}  // namespace bellrock::rpc
