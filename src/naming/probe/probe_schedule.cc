// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/probe/probe_schedule.h"

#include <algorithm>

#include "naming/tree.h"

namespace bellrock::naming::probe {
namespace {

constexpr Duration kGap = Duration(std::chrono::seconds(1)) / ProbeSchedule::kProbesPerSecondMax;
// So much may be made up for at once, since nobody wakes exactly in time.
constexpr Duration kBurst = std::chrono::milliseconds(20);
// How soon to look again at one whose address is being probed.
constexpr Duration kBusyWait = std::chrono::milliseconds(50);

Duration IntervalOf(const Instance& instance) {
  // What comes from other nodes is not checked again.
  return std::chrono::milliseconds(
      std::clamp(instance.traits->health.interval_ms, kProbeIntervalMsMin, kProbeIntervalMsMax));
}

// Consecutive numbers fall evenly into the span, however many there are (golden ratio sequence).
Duration PlaceOf(uint64_t number, Duration span) {
  constexpr uint64_t kGolden = 0x9E3779B97F4A7C15;
  const double share = static_cast<double>((number * kGolden) >> 32) / 4294967296.0;
  return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * share));
}

}  // namespace

void ProbeSchedule::Queue(const Instance& instance, Target& target, Time at) {
  queue_.erase(Place{target.at, target.number});
  target.at = at;
  queue_.emplace(Place{at, target.number}, &instance);
}

void ProbeSchedule::Put(const Instance& instance, Time now) {
  const Duration interval = IntervalOf(instance);
  const auto [at, is_new] = targets_.try_emplace(&instance);
  Target& target = at->second;
  if (is_new) target.number = ++last_number_;
  const bool waited_for = instance.state == State::kInitial;
  const Duration span = waited_for ? std::min(interval, kSoon) : interval;
  const bool stays = !is_new && target.interval == interval && target.due <= now + span;
  if (stays) return;
  target.interval = interval;
  target.due = now + PlaceOf(target.number, span);
  Queue(instance, target, target.due);
}

void ProbeSchedule::Remove(const Instance& instance) {
  const auto at = targets_.find(&instance);
  if (at == targets_.end()) return;
  queue_.erase(Place{at->second.at, at->second.number});
  targets_.erase(at);
}

void ProbeSchedule::Clear() {
  queue_.clear();
  targets_.clear();
}

const Instance* ProbeSchedule::Next(Time now) {
  if (busy_.size() >= kInFlightMax || next_slot_ > now + kBurst) return nullptr;
  while (!queue_.empty() && queue_.begin()->first.first <= now) {
    const Instance* first = queue_.begin()->second;
    if (!busy_.contains(first->address)) return first;
    Queue(*first, targets_.at(first), now + kBusyWait);
  }
  return nullptr;
}

Probe ProbeSchedule::Begin(const Instance& instance, Time now) {
  Target& target = targets_.at(&instance);
  if (now - target.due > target.interval / 2) ++figures_.late;
  target.due = std::max(target.due + target.interval, now);
  Queue(instance, target, target.due);
  next_slot_ = std::max(next_slot_, now) + kGap;
  busy_.insert(instance.address);
  return {PathOf(instance), instance.incarnation, instance.address, instance.traits};
}

void ProbeSchedule::Finish(const Probe& probe, bool alive) {
  busy_.erase(probe.address);
  ++figures_.done;
  if (!alive) ++figures_.failed;
}

Time ProbeSchedule::NextDue() const {
  if (queue_.empty() || busy_.size() >= kInFlightMax) return kNever;
  return std::max(queue_.begin()->first.first, next_slot_ - kBurst);
}

}  // namespace bellrock::naming::probe
