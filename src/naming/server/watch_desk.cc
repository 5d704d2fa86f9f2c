// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/watch_desk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"

namespace bellrock::naming::server {
namespace {

constexpr std::string_view kSubject = "naming/server";
constexpr Duration kGuardSweep = std::chrono::minutes(1);
constexpr Duration kSecond = std::chrono::seconds(1);
constexpr std::ptrdiff_t kServiceDepth = 4;
constexpr std::ptrdiff_t kClusterDepth = 5;

}  // namespace

bool IsServiceTarget(const Target& target) {
  if (target.is_service) return true;
  const auto depth = std::count(target.key.begin(), target.key.end(), '/');
  return depth == kServiceDepth || depth == kClusterDepth;
}

Status WatchDesk::Wakeup::Wait(Time until) {
  const Status waited = event_.Wait(until);
  if (desk_.stopping_) return StoppingError();
  return waited.ok() ? waited : fiber::CheckCurrent();
}

WatchDesk::WatchDesk(WatchDeskParts parts)
    : parts_(std::move(parts)),
      home_(*fiber::Loop::Current()),
      encoder_(std::make_unique<ReplyEncoder>(parts_.epoch)),
      full_states_(*parts_.registry, parts_.epoch) {}

void WatchDesk::Start() {
  seconds_ = fiber::Start([this] { RunSeconds(); });
}

void WatchDesk::Stop() {
  if (std::exchange(stopping_, true)) return;
  seconds_.Cancel();
  seconds_.Join();
  Wake(true);
  gate_waiters_.WakeAll();
}

void WatchDesk::Wake(bool all) {
  for (Wakeup* wakeup : waiting_) {
    if (all || wakeup->each_second) wakeup->Set();
  }
}

void WatchDesk::RunSeconds() {
  Time last = Now();
  while (fiber::SleepFor(kSecond).ok()) {
    const Time now = Now();
    OnSecond(now - std::exchange(last, now));
  }
}

void WatchDesk::OnSecond(Duration elapsed) {
  const Time now = Now();
  bytes_last_second_ = std::exchange(bytes_, 0);
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const auto capacity = static_cast<double>(parts_.push_capacity_bytes_per_s) * seconds;
  parts_.protection.push_pause().OnSample(bytes_last_second_, static_cast<uint64_t>(capacity), now);
  FollowPause(now);
  full_states_.Sweep(now);
  if (now - swept_ >= kGuardSweep) {
    parts_.protection.empty_guard().Sweep(now);
    swept_ = now;
  }
  Wake(false);
}

void WatchDesk::FollowPause(Time now) {
  const protect::PushPause::State pause = parts_.protection.push_pause().At(now);
  const bool was_on = !pause_reason_.empty();
  pause_reason_ = pause.on ? "pushes pause: " + pause.detail : "";
  if (pause.on == was_on) return;
  if (pause.on) {
    log::Warning(kSubject, "{}; watchers wait, polls are told of nothing new", pause_reason_);
  } else {
    log::Info(kSubject, "pushes go on");
    Wake(true);
  }
}

WatchDesk::State WatchDesk::Describe() {
  const Time now = Now();
  return {parts_.protection.push_pause().At(now), parts_.protection.empty_guard().HeldNow(),
          bytes_last_second_, gate_.under_way(), window_.At(now)};
}

const WatchDesk::KnownCounts& WatchDesk::CountsOf(const Target& target, const WatchFilter& filter) {
  const uint64_t revision = registry().revision();
  if (known_counts_.revision == revision && known_counts_.target == target.key &&
      known_counts_.filter == filter.key()) {
    return known_counts_;
  }
  known_counts_ = {target.key, filter.key(), revision, {}};
  protect::EmptyGuard::Counts& counts = known_counts_.counts;
  registry().tree().ForEach(target, "", [&](const Instance& instance) {
    if (!filter.empty() && !filter.Wants(PathOf(instance), *instance.traits)) return true;
    if (instance.usable()) {
      ++counts.usable;
      return false;  // how many is all the same
    }
    ++(instance.disabled() ? counts.disabled : counts.unusable);
    return true;
  });
  return known_counts_;
}

bool WatchDesk::MayTell(const Target& target, const WatchFilter& filter) {
  const protect::EmptyGuard::Counts& counts = CountsOf(target, filter).counts;
  protect::EmptyGuard& guard = parts_.protection.empty_guard();
  if (filter.empty()) return guard.MayTell(target.key, counts, Now());
  return guard.MayTell(target.key + " of " + filter.key(), counts, Now());
}

Result<uint64_t> WatchDesk::EnterTransfer() {
  while (true) {
    if (stopping_) return StoppingError();
    if (const auto place = gate_.TryEnter(Now())) return *place;
    const Status waited = gate_waiters_.Wait(gate_.NextFree());
    if (!waited.ok()) BELLROCK_TRY(fiber::CheckCurrent());
  }
}

void WatchDesk::LeaveTransfer(uint64_t place) {
  gate_.Leave(place);
  gate_waiters_.WakeOne();
}

}  // namespace bellrock::naming::server
