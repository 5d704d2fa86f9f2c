// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "bellrock/rpc/v1/protection.pb.h"
#include "rpc/protect/protection.h"

// What protections do now, for the status page.
namespace bellrock::rpc::protect {
namespace {

uint64_t Us(Duration duration) {
  return static_cast<uint64_t>(std::max<int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
}

v1::ProtectionMode ToMessage(Mode mode) {
  switch (mode) {
    case Mode::kOff:
      return v1::PROTECTION_OFF;
    case Mode::kDryRun:
      return v1::PROTECTION_DRY_RUN;
    case Mode::kOn:
      return v1::PROTECTION_ON;
  }
  return v1::PROTECTION_OFF;
}

void DescribeRefusals(Time now, const RefusalBook& book, std::initializer_list<Reason> reasons,
                      v1::ProtectionState& state) {
  for (const Reason reason : reasons) {
    const RefusalBook::Entry& entry = book.entry(reason);
    if (entry.refused + entry.would_refuse == 0) continue;
    v1::RefusalState& out = *state.add_refusals();
    out.set_reason(std::string(ReasonName(reason)));
    out.set_refused(entry.refused);
    out.set_would_refuse(entry.would_refuse);
    out.set_refusing_for_us(Us(RefusalBook::EpisodeAge(now, entry)));
    out.set_last(entry.text);
  }
}

void DescribeLimiter(const ConcurrencyLimiter& limiter, int in_flight, v1::ProtectionState& state) {
  state.set_limit(static_cast<uint32_t>(limiter.limit()));
  state.set_in_flight(static_cast<uint32_t>(in_flight));
  state.set_base_latency_us(Us(limiter.base_latency()));
  state.set_latency_us(Us(limiter.latency()));
  state.set_state(std::string(limiter.State()));
}

}  // namespace

v1::ProtectionStatus Protection::Snapshot(Time now) const {
  v1::ProtectionStatus status;
  v1::ProtectionState& concurrency = *status.add_protections();
  concurrency.set_name("concurrency");
  concurrency.set_mode(ToMessage(policy_.concurrency.mode));
  DescribeLimiter(limiter_, in_flight_, concurrency);
  DescribeRefusals(now, refusals_, {Reason::kConcurrency}, concurrency);
  DescribeQueue(now, *status.add_protections());
  v1::ProtectionState& quota = *status.add_protections();
  quota.set_name("quota");
  quota.set_mode(ToMessage(policy_.quota_mode));
  DescribeRefusals(now, refusals_, {Reason::kRateQuota, Reason::kConcurrencyQuota}, quota);
  DescribeMethods(now, status);
  for (size_t i = 0; i < kQosCount; ++i) {
    v1::ClassState& out = *status.add_classes();
    out.set_qos(static_cast<v1::Qos>(kQosByRank[i]));
    out.set_in_flight(static_cast<uint32_t>(classes_[i].in_flight));
    out.set_waiting(static_cast<uint32_t>(classes_[i].queue.size()));
    out.set_admitted(classes_[i].admitted);
    out.set_refused(classes_[i].refused);
  }
  status.set_consumers_tracked(static_cast<uint32_t>(quotas_.tracked()));
  return status;
}

void Protection::DescribeQueue(Time now, v1::ProtectionState& state) const {
  state.set_name("queue");
  state.set_mode(ToMessage(policy_.queue_mode));
  state.set_limit(static_cast<uint32_t>(policy_.queue.calls_max));
  state.set_waiting(static_cast<uint32_t>(waiting_.size()));
  Duration oldest{0};
  bool standing = arrivals_.standing(now);
  for (const ClassState& each : classes_) {
    oldest = std::max(oldest, each.queue.OldestAge(now));
    standing = standing || each.queue.standing(now);
  }
  state.set_oldest_wait_us(Us(oldest));
  state.set_state(standing ? "standing queue: the latest first, short waits only"
                           : "the first to come is the first to go");
  DescribeRefusals(now, refusals_,
                   {Reason::kDeadline, Reason::kQueueFull, Reason::kQueueAge, Reason::kDisplaced},
                   state);
}

void Protection::DescribeMethods(Time now, v1::ProtectionStatus& status) const {
  for (size_t i = 0; i < methods_.size(); ++i) {
    const MethodState& method = methods_[i];
    if (method.mode == Mode::kOff) continue;
    v1::ProtectionState& state = *status.add_protections();
    state.set_name("method " + names_[i]);
    state.set_mode(ToMessage(method.mode));
    DescribeLimiter(method.limiter, method.in_flight, state);
    DescribeRefusals(now, method.refusals, {Reason::kMethodConcurrency}, state);
  }
}

}  // namespace bellrock::rpc::protect
