// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/lease_keeper.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>
#include <utility>

namespace bellrock::naming::client {
namespace {

Duration LeaseOf(int32_t lease_ms) {
  if (lease_ms <= 0) return kDefaultLease;
  return std::max<Duration>(std::chrono::milliseconds(lease_ms), kLeaseMin);
}

// Codes that say the registration itself is wrong, or outdated: asking again soon would change
// nothing.
bool IsRefusal(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kAborted:
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnauthenticated:
    case StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

}  // namespace

Status LeaseKeeper::Add(const v1::InstanceSpec& spec, Time now) {
  if (spec.path().empty()) {
    return InvalidArgumentError(
        "instance.path is empty; give /site/department/line/service/cluster/instance");
  }
  auto it = entries_.find(spec.path());
  if (it == entries_.end()) {
    if (entries_.size() >= kInstancesMax) {
      return ResourceExhaustedError(fmt::format("{} instances are registered here, no room for {}",
                                                entries_.size(), spec.path()));
    }
    it = entries_.try_emplace(spec.path()).first;
  }
  Entry& entry = it->second;
  entry.wanted = true;
  entry.forget = false;
  using google::protobuf::util::MessageDifferencer;
  if (entry.phase == Phase::kRegistered && MessageDifferencer::Equals(entry.spec, spec)) {
    entry.fresh = true;
    entry.told = StatusCode::kUnknown;
    Tell(it->first, entry, Status::Ok());
    return Status::Ok();
  }
  entry.spec = spec;
  entry.lease = LeaseOf(spec.lease_ms());
  entry.phase = Phase::kUnregistered;
  entry.stale = entry.in_flight;
  entry.due = now;
  entry.told = StatusCode::kUnknown;
  entry.backoff.Reset();
  return Status::Ok();
}

void LeaseKeeper::Pause(std::string_view path) {
  if (const auto it = entries_.find(path); it != entries_.end()) it->second.wanted = false;
}

bool LeaseKeeper::Remove(std::string_view path) {
  const auto it = entries_.find(path);
  if (it == entries_.end()) return false;
  it->second.wanted = false;
  it->second.phase = Phase::kUnregistered;
  return true;
}

void LeaseKeeper::Forget(std::string_view path) {
  const auto it = entries_.find(path);
  if (it == entries_.end() || it->second.wanted) return;
  it->second.forget = true;
  if (!it->second.in_flight) entries_.erase(it);
}

std::vector<v1::InstanceSpec> LeaseKeeper::DueRegistrations(Time now, size_t max) {
  std::vector<v1::InstanceSpec> due;
  for (auto& [path, entry] : entries_) {
    if (due.size() >= max) break;
    if (!entry.wanted || entry.in_flight || entry.phase == Phase::kRegistered || entry.due > now) {
      continue;
    }
    entry.in_flight = true;
    entry.stale = false;
    due.push_back(entry.spec);
  }
  return due;
}

Time LeaseKeeper::next_registration() const {
  Time next = kNever;
  for (const auto& [path, entry] : entries_) {
    if (entry.wanted && !entry.in_flight && entry.phase == Phase::kUnregistered) {
      next = std::min(next, entry.due);
    }
  }
  return next;
}

void LeaseKeeper::OnRegister(std::string_view path, const Status& status, int32_t lease_ms,
                             Time now, uint64_t random) {
  const auto it = entries_.find(path);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  entry.in_flight = false;
  if (entry.forget) {
    entries_.erase(it);
    return;
  }
  if (!entry.wanted || entry.stale) return;  // answers a question that no longer stands
  if (!status.ok()) {
    entry.due = now + (IsRefusal(status.code()) ? kRefusedRetry : entry.backoff.Next(random));
    Tell(it->first, entry, status);
    return;
  }
  entry.phase = Phase::kRegistered;
  entry.backoff.Reset();
  if (lease_ms > 0) entry.lease = LeaseOf(lease_ms);
  entry.renewed = now;
  entry.fresh = true;
  beats_.try_emplace(Interval(entry), Beat{.next = now + Interval(entry)});
  Tell(it->first, entry, Status::Ok());
}

std::vector<std::string> LeaseKeeper::DueHeartbeats(Time now) {
  std::vector<std::string> paths;
  std::set<Duration> used;
  for (auto& [path, entry] : entries_) {
    if (!Beats(entry)) continue;
    const Duration interval = Interval(entry);
    used.insert(interval);
    if (!entry.fresh && beats_[interval].next > now) continue;
    entry.fresh = false;
    paths.push_back(path);
  }
  std::erase_if(beats_, [&](const auto& beat) { return !used.contains(beat.first); });
  // Set ahead at once, so that the same moment is not due twice while the message is on its way.
  for (auto& [interval, beat] : beats_) {
    if (beat.next <= now) beat.next = now + interval;
  }
  return paths;
}

Time LeaseKeeper::next_heartbeat() const {
  Time next = kNever;
  for (const auto& [path, entry] : entries_) {
    if (!Beats(entry)) continue;
    if (entry.fresh) return Time::min();
    const auto beat = beats_.find(Interval(entry));
    next = std::min(next, beat == beats_.end() ? Time::min() : beat->second.next);
  }
  return next;
}

void LeaseKeeper::Renewed(const std::string& path, Time now) {
  const auto it = entries_.find(path);
  if (it == entries_.end() || !Beats(it->second)) return;
  Entry& entry = it->second;
  entry.renewed = now;
  if (const auto beat = beats_.find(Interval(entry)); beat != beats_.end()) {
    beat->second.backoff.Reset();
  }
  Tell(path, entry, Status::Ok());
}

void LeaseKeeper::Unknown(const std::string& path, Time now) {
  const auto it = entries_.find(path);
  if (it == entries_.end() || !Beats(it->second)) return;
  Entry& entry = it->second;
  entry.phase = Phase::kUnregistered;
  entry.due = now;
  Tell(path, entry, NotFoundError("the registry does not know " + path + "; registering again"));
}

void LeaseKeeper::OnHeartbeatFailed(std::span<const std::string> paths, const Status& status,
                                    Time now, uint64_t random) {
  std::set<Duration> delayed;
  for (const std::string& path : paths) {
    const auto it = entries_.find(path);
    if (it == entries_.end() || !Beats(it->second)) continue;
    Entry& entry = it->second;
    const Duration interval = Interval(entry);
    if (delayed.insert(interval).second) {
      Beat& beat = beats_.try_emplace(interval, Beat{.next = now + interval}).first->second;
      beat.next = std::min(beat.next, now + std::min(interval, beat.backoff.Next(random)));
    }
    if (now - entry.renewed <= entry.lease) continue;  // the lease still holds
    const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.renewed);
    Tell(path, entry, status.WithContext(fmt::format("not renewed for {} ms", silent.count())));
  }
}

void LeaseKeeper::Tell(const std::string& path, Entry& entry, const Status& status) {
  if (entry.told == status.code()) return;
  entry.told = status.code();
  changes_.push_back({path, status});
}

std::vector<LeaseKeeper::Change> LeaseKeeper::TakeChanges() {
  return std::exchange(changes_, {});
}

bool LeaseKeeper::in_flight(std::string_view path) const {
  const auto it = entries_.find(path);
  return it != entries_.end() && it->second.in_flight;
}

bool LeaseKeeper::registered(std::string_view path) const {
  const auto it = entries_.find(path);
  return it != entries_.end() && Beats(it->second);
}

bool LeaseKeeper::wanted(std::string_view path) const {
  const auto it = entries_.find(path);
  return it != entries_.end() && it->second.wanted;
}

void LeaseKeeper::SetInFlight(std::string_view path, bool in_flight) {
  const auto it = entries_.find(path);
  if (it == entries_.end()) return;
  it->second.in_flight = in_flight;
  if (!in_flight && it->second.forget) entries_.erase(it);
}

}  // namespace bellrock::naming::client
