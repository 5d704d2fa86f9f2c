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

// Somebody else heartbeats under this name, or is about to. At the same address it can only be what
// is left of an earlier life of ours: no two processes listen on one.
bool IsAnotherLive(const v1::Instance& known, const v1::InstanceSpec& mine, uint64_t unix_ms) {
  if (!mine.address().empty() && known.spec().address() == mine.address()) return false;
  if (known.state() == v1::INSTANCE_STATE_WORKING) return true;
  const auto lease = std::chrono::duration_cast<std::chrono::milliseconds>(kDefaultLease);
  return known.state() == v1::INSTANCE_STATE_INITIAL &&
         static_cast<int64_t>(unix_ms) - known.registered_unix_ms() < lease.count();
}

Status HeldByAnother(const v1::Instance& known, uint64_t mine) {
  return AlreadyExistsError(fmt::format(
      "{} is announced by another live process, at {} with incarnation {}, later than this one's "
      "{}; give one of the two another instance name, or stop the other",
      known.spec().path(), known.spec().address(), known.spec().incarnation(), mine));
}

}  // namespace

// A life goes on with the higher of both numbers; another one after it needs a higher one still.
uint64_t LeaseKeeper::IncarnationFor(const Entry& entry, uint64_t given, const Life& life) {
  if (!life.may_raise) return given;
  const uint64_t before = entry.spec.incarnation();
  if (entry.ended) return std::max({given, before + 1, life.unix_ms});
  return before == 0 && given == 0 ? life.unix_ms : std::max(given, before);
}

Status LeaseKeeper::Add(const v1::InstanceSpec& spec, Time now, const Life& life) {
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
  v1::InstanceSpec wanted = spec;
  wanted.set_incarnation(IncarnationFor(entry, spec.incarnation(), life));
  if (wanted.incarnation() != entry.spec.incarnation()) entry.count = 0;
  if (wanted.incarnation() == spec.incarnation()) entry.count = std::max(entry.count, life.count);
  entry.wanted = true;
  entry.forget = false;
  entry.ended = false;
  entry.may_raise = life.may_raise;
  entry.told = StatusCode::kUnknown;
  using google::protobuf::util::MessageDifferencer;
  if (entry.phase == Phase::kRegistered && MessageDifferencer::Equals(entry.spec, wanted)) {
    entry.fresh = true;
    Tell(it->first, entry, Status::Ok());
    return Status::Ok();
  }
  entry.lease = LeaseOf(wanted.lease_ms());
  entry.spec = std::move(wanted);
  entry.phase = Phase::kUnregistered;
  entry.stale = entry.in_flight;
  entry.due = now;
  entry.raises = 0;
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
  it->second.ended = true;
  it->second.phase = Phase::kUnregistered;
  return true;
}

void LeaseKeeper::Forget(std::string_view path) {
  const auto it = entries_.find(path);
  if (it == entries_.end() || it->second.wanted) return;
  it->second.forget = true;
  if (!it->second.in_flight) entries_.erase(it);
}

std::vector<v1::RegisterRequest> LeaseKeeper::DueRegistrations(Time now, size_t max) {
  std::vector<v1::RegisterRequest> due;
  for (auto& [path, entry] : entries_) {
    if (due.size() >= max) break;
    if (!entry.wanted || entry.in_flight || entry.phase == Phase::kRegistered || entry.due > now) {
      continue;
    }
    entry.in_flight = true;
    entry.stale = false;
    v1::RegisterRequest& request = due.emplace_back();
    *request.mutable_instance() = entry.spec;
    request.set_sequence(entry.count);
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

LeaseKeeper::Entry* LeaseKeeper::Landed(std::string_view path) {
  const auto it = entries_.find(path);
  if (it == entries_.end()) return nullptr;
  Entry& entry = it->second;
  entry.in_flight = false;
  if (entry.forget) {
    entries_.erase(it);
    return nullptr;
  }
  // `stale`: it answers a question that no longer stands.
  return entry.wanted && !entry.stale ? &entry : nullptr;
}

void LeaseKeeper::OnRegister(std::string_view path, const Status& status, int32_t lease_ms,
                             Time now, uint64_t random) {
  Entry* landed = Landed(path);
  if (landed == nullptr) return;
  Entry& entry = *landed;
  if (!status.ok()) {
    entry.due = now + (IsRefusal(status.code()) ? kRefusedRetry : entry.backoff.Next(random));
    Tell(entry.spec.path(), entry, status);
    return;
  }
  entry.phase = Phase::kRegistered;
  entry.backoff.Reset();
  entry.raises = 0;
  if (lease_ms > 0) entry.lease = LeaseOf(lease_ms);
  entry.renewed = now;
  entry.fresh = true;
  beats_.try_emplace(Interval(entry), Beat{.next = now + Interval(entry)});
  Tell(entry.spec.path(), entry, Status::Ok());
}

void LeaseKeeper::OnOutdated(std::string_view path, const v1::Instance* known,
                             const Status& refusal, uint64_t unix_ms, Time now) {
  Entry* entry = Landed(path);
  if (entry == nullptr) return;
  const uint64_t mine = entry->spec.incarnation();
  const uint64_t theirs = known == nullptr ? 0 : known->spec().incarnation();
  if (known != nullptr && theirs > mine && IsAnotherLive(*known, entry->spec, unix_ms)) {
    entry->due = now + kRefusedRetry;
    Tell(entry->spec.path(), *entry, HeldByAnother(*known, mine));
    return;
  }
  if (++entry->raises > kRaisesMax) {
    entry->raises = 0;
    entry->due = now + kRefusedRetry;
    Tell(entry->spec.path(), *entry, refusal);
    return;
  }
  entry->spec.set_incarnation(std::max({unix_ms, mine + 1, theirs + 1}));
  entry->count = 0;
  entry->due = now;
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

v1::HeartbeatRequest LeaseKeeper::HeartbeatOf(std::span<const std::string> paths) {
  v1::HeartbeatRequest request;
  for (const std::string& path : paths) {
    const auto it = entries_.find(path);
    if (it == entries_.end() || !Beats(it->second)) continue;
    request.add_paths(path);
    request.add_incarnations(it->second.spec.incarnation());
    request.add_counts(++it->second.count);
  }
  return request;
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

uint64_t LeaseKeeper::incarnation(std::string_view path) const {
  const auto it = entries_.find(path);
  return it == entries_.end() ? 0 : it->second.spec.incarnation();
}

uint64_t LeaseKeeper::count(std::string_view path) const {
  const auto it = entries_.find(path);
  return it == entries_.end() ? 0 : it->second.count;
}

bool LeaseKeeper::may_raise(std::string_view path) const {
  const auto it = entries_.find(path);
  return it != entries_.end() && it->second.may_raise;
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
