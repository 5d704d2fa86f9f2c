// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/retry_policy.h"

#include <algorithm>

namespace bellrock::rpc {
namespace {

// Whether another instance may do better, and the call may be made again.
bool MayRunAgain(const FailedTry& failed, Idempotent idempotent) {
  const bool unavailable = failed.code == StatusCode::kUnavailable;
  if (failed.replied) {
    switch (failed.origin) {
      case Origin::kServer:
        return unavailable || failed.code == StatusCode::kResourceExhausted;
      case Origin::kHandler:
        return unavailable && idempotent != Idempotent::kNo;
      case Origin::kDownstream:
        return false;  // it was retried there
    }
    return false;
  }
  return unavailable && (!failed.sent || idempotent != Idempotent::kNo);
}

Duration Backoff(int tries, uint64_t random) {
  if (tries <= 1) return Duration::zero();
  Duration wait = RetryPolicy::kBackoffFirst;
  for (int i = 2; i < tries && wait < RetryPolicy::kBackoffLast; ++i) wait *= 2;
  wait = std::min(wait, RetryPolicy::kBackoffLast);
  return wait / 2 + wait / 2 * static_cast<int64_t>(random % 1024) / 1023;
}

}  // namespace

RetryDecision RetryPolicy::OnFailure(const FailedTry& failed, const RetryLimits& limits, Time now,
                                     uint64_t random) {
  if (!MayRunAgain(failed, limits.idempotent) || failed.tries >= limits.attempts_max) return {};
  const Duration wait = std::max(Backoff(failed.tries, random), failed.retry_after);
  if (now >= limits.deadline || wait >= limits.deadline - now) {
    return {.why_not = "no time is left for another try"};
  }
  if (!budget_.TryTake()) {
    return {.why_not = "the retry budget is used up: too many calls fail"};
  }
  return {.retry = true, .wait = wait};
}

}  // namespace bellrock::rpc
