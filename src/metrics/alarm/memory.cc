// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/memory.h"

#include <fmt/format.h>

namespace bellrock::metrics::alarm {

Memory Memory::From(const v1::AlarmState& state) {
  Memory memory;
  memory.epoch = state.epoch();
  memory.holder = state.holder();
  memory.version = state.version();
  for (const auto& one : state.progress()) memory.progress[one.rule()] = one;
  for (const auto& one : state.tracks()) memory.tracks[TrackName(one.rule(), one.key())] = one;
  for (const auto& one : state.firings()) memory.firings[one.id()] = one;
  for (const auto& one : state.groups()) memory.groups[one.key()] = one;
  memory.notifications = state.notifications();
  memory.notifications_lost = state.notifications_lost();
  return memory;
}

v1::AlarmState Memory::ToState() const {
  v1::AlarmState state;
  state.set_epoch(epoch);
  state.set_holder(holder);
  state.set_version(version);
  for (const auto& [name, one] : progress) *state.add_progress() = one;
  for (const auto& [name, one] : tracks) *state.add_tracks() = one;
  for (const auto& [name, one] : firings) *state.add_firings() = one;
  for (const auto& [name, one] : groups) *state.add_groups() = one;
  state.set_notifications(notifications);
  state.set_notifications_lost(notifications_lost);
  return state;
}

Status MayReplace(const v1::AlarmState& kept, const v1::AlarmState& next) {
  if (next.epoch() > kept.epoch()) return Status::Ok();
  const bool same = next.epoch() == kept.epoch() && next.holder() == kept.holder();
  if (same && next.version() == kept.version() + 1) return Status::Ok();
  return AbortedError(fmt::format(
      "alarm state: epoch {} version {} of '{}' cannot follow epoch {} version {}, held by '{}'; "
      "take over with a higher epoch",
      next.epoch(), next.version(), next.holder(), kept.epoch(), kept.version(), kept.holder()));
}

v1::AlarmState TakenOver(v1::AlarmState state, const std::string& holder) {
  state.set_epoch(state.epoch() + 1);
  state.set_holder(holder);
  state.set_version(state.version() + 1);
  return state;
}

}  // namespace bellrock::metrics::alarm
