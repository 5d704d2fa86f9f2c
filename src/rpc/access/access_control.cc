// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/access/access_control.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kLogInterval = std::chrono::seconds(1);
}

// A policy and its counters: place 0 is the default, 1.. the rules.
struct AccessControl::Active {
  struct Counter {
    std::atomic<uint64_t> allowed = 0;
    std::atomic<uint64_t> denied = 0;
    AccessCounts::Count Read() const {
      return {.allowed = allowed.load(std::memory_order_relaxed),
              .denied = denied.load(std::memory_order_relaxed)};
    }
  };

  explicit Active(AccessPolicy given)
      : policy(std::move(given)), counters(policy.rule_count() + 1) {}

  void Count(const AccessDecision& decision) {
    if (decision.rule == AccessDecision::kOpen) return;  // the policy says nothing of it
    if (decision.rule == AccessDecision::kNoIdentity) {
      no_identity.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    Counter& counter = counters[static_cast<size_t>(decision.rule)];
    (decision.allowed ? counter.allowed : counter.denied).fetch_add(1, std::memory_order_relaxed);
  }

  const AccessPolicy policy;
  std::vector<Counter> counters;
  std::atomic<uint64_t> no_identity = 0;
};

AccessControl::AccessControl(fiber::Environment environment, AccessPolicy policy)
    : environment_(environment), active_(std::make_shared<Active>(std::move(policy))) {}

AccessControl::~AccessControl() = default;

Status AccessControl::Check(const AccessRequest& request) {
  const std::shared_ptr<Active> now = active();
  const AccessDecision decision = now->policy.Decide(request);
  now->Count(decision);
  if (decision.allowed) return Status::Ok();
  const bool nobody = decision.rule == AccessDecision::kNoIdentity;
  std::string reason = Numbered(nobody ? ErrorNumber::kNoIdentity : ErrorNumber::kAccessDenied,
                                now->policy.Reason(decision, request));
  NoteDenial(*now, reason);
  if (now->policy.dry_run()) return Status::Ok();
  return nobody ? UnauthenticatedError(std::move(reason))
                : PermissionDeniedError(std::move(reason));
}

Status AccessControl::Before(ServerContext& context, std::string_view service,
                             std::string_view method) {
  return Check({.identity = context.identity(), .service = service, .method = method});
}

void AccessControl::NoteDenial(Active& active, const std::string& reason) {
  const Time now = environment_.clock.Now();
  const std::lock_guard lock(mutex_);
  last_denial_ = reason;
  last_denied_at_ = environment_.clock.WallNow();
  if (logged_at_ && now - *logged_at_ < kLogInterval) {
    ++unlogged_;
    return;
  }
  logged_at_ = now;
  const uint64_t more = std::exchange(unlogged_, 0);
  log::Warning("rpc", "access{}: {}{}", active.policy.dry_run() ? " (dry run, let through)" : "",
               reason, more > 0 ? fmt::format("; and {} denials before it", more) : "");
}

void AccessControl::Replace(AccessPolicy policy) {
  auto next = std::make_shared<Active>(std::move(policy));
  const std::lock_guard lock(mutex_);
  active_ = std::move(next);
  last_denial_.clear();
  last_denied_at_ = {};
}

std::shared_ptr<AccessControl::Active> AccessControl::active() const {
  const std::lock_guard lock(mutex_);
  return active_;
}

AccessCounts AccessControl::counts() const {
  const std::shared_ptr<Active> now = active();
  AccessCounts counts{.dry_run = now->policy.dry_run(),
                      .by_default = now->counters[0].Read(),
                      .no_identity = now->no_identity.load(std::memory_order_relaxed)};
  for (size_t i = 1; i < now->counters.size(); ++i) {
    counts.rules.push_back(now->counters[i].Read());
  }
  const std::lock_guard lock(mutex_);
  counts.last_denial = last_denial_;
  counts.last_denied_at = last_denied_at_;
  return counts;
}

}  // namespace bellrock::rpc
