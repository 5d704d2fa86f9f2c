// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/shared_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace bellrock::metrics::alarm {
namespace {

// Over, and whoever heard of it heard that. What nobody was told of yet may still be told while
// there are groups.
bool IsHistory(const v1::AlarmFiring& firing, bool groups) {
  if (firing.resolved_at() == 0) return false;
  const auto& over = firing.told_resolved();
  if (firing.told().empty() && over.empty()) return !groups;
  return std::all_of(firing.told().begin(), firing.told().end(), [&](const auto& group) {
    return std::find(over.begin(), over.end(), group) != over.end();
  });
}

bool HasNews(const v1::AlarmTrack& track) {
  return track.fired_at() != 0 || track.breached_windows() > 0 || track.fired_lately_size() > 0;
}

void AddNewest(std::vector<const v1::AlarmFiring*> over, size_t count, v1::AlarmState& to) {
  std::stable_sort(over.begin(), over.end(), [](const auto* a, const auto* b) {
    return a->resolved_at() > b->resolved_at();
  });
  if (over.size() > count) over.resize(count);
  for (const v1::AlarmFiring* firing : over) *to.add_firings() = *firing;
}

bool OwnIsNewer(const v1::AlarmState& shared, const v1::AlarmState& own) {
  if (own.epoch() != shared.epoch()) return own.epoch() > shared.epoch();
  return own.holder() == shared.holder() && own.version() >= shared.version();
}

}  // namespace

v1::AlarmState SharedPart(const v1::AlarmState& state, size_t history) {
  v1::AlarmState shared;
  shared.set_epoch(state.epoch());
  shared.set_holder(state.holder());
  shared.set_version(state.version());
  *shared.mutable_progress() = state.progress();
  *shared.mutable_groups() = state.groups();
  shared.set_notifications(state.notifications());
  shared.set_notifications_lost(state.notifications_lost());
  for (const v1::AlarmTrack& track : state.tracks()) {
    if (HasNews(track)) *shared.add_tracks() = track;
  }
  std::vector<const v1::AlarmFiring*> over;
  for (const v1::AlarmFiring& firing : state.firings()) {
    if (IsHistory(firing, state.groups_size() > 0)) {
      over.push_back(&firing);
    } else {
      *shared.add_firings() = firing;
    }
  }
  AddNewest(std::move(over), history, shared);
  return shared;
}

void DropBreakdowns(v1::AlarmState& state) {
  for (v1::AlarmFiring& firing : *state.mutable_firings()) firing.clear_breakdown();
}

std::string EssenceOf(const v1::AlarmState& state) {
  std::string essence = fmt::format("{} {}\n", state.epoch(), state.notifications());
  for (const v1::AlarmFiring& firing : state.firings()) {
    essence += fmt::format("{} {} {} {} {}\n", firing.id(), firing.resolved_at(),
                           firing.has_breakdown(), firing.told_size(), firing.told_resolved_size());
  }
  for (const v1::AlarmGroup& group : state.groups()) {
    essence += fmt::format("{} {} {} {}\n", group.key(), group.last_sent(), group.sending().key(),
                           group.sending().tries());
  }
  return essence;
}

v1::AlarmState Joined(const v1::AlarmState& shared, const v1::AlarmState& own) {
  if (OwnIsNewer(shared, own)) return own;
  v1::AlarmState joined = shared;
  std::set<std::string> known;
  for (const v1::AlarmFiring& firing : shared.firings()) known.insert(firing.id());
  for (const v1::AlarmFiring& firing : own.firings()) {
    if (firing.resolved_at() != 0 && known.insert(firing.id()).second)
      *joined.add_firings() = firing;
  }
  return joined;
}

}  // namespace bellrock::metrics::alarm
