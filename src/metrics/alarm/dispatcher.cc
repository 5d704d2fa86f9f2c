// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/firing.h"
#include "metrics/alarm/muting.h"

namespace bellrock::metrics::alarm {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

bool Contains(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool AddOnce(const std::string& text, Texts* texts) {
  if (Contains(*texts, text)) return false;
  *texts->Add() = text;
  return true;
}

// Another try would end the same way.
bool IsFinal(const Status& status) {
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kNotFound:
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnauthenticated:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

// Everybody knows that it is over: most of what is remembered.
bool IsHistory(const v1::AlarmFiring& firing, const std::vector<Target>& targets) {
  if (firing.resolved_at() == 0) return false;
  return std::all_of(targets.begin(), targets.end(), [&](const Target& target) {
    return Contains(firing.told_resolved(), target.group_key);
  });
}

int64_t Backoff(uint32_t tries) {
  const uint32_t doublings = std::min<uint32_t>(tries > 0 ? tries - 1 : 0, 16);
  return std::min(kSendingBackoffSeconds << doublings, kSendingBackoffSecondsMax);
}

}  // namespace

struct Dispatcher::Candidate {
  explicit Candidate(const Target& where) : target(where) {}

  Target target;
  std::vector<std::string> firing;
  std::vector<std::string> resolved;
  bool news = false;
  std::string console_url;
};

void Dispatcher::AddTo(const Target& target, v1::AlarmFiring& firing, bool muted,
                       Candidates& candidates) {
  const std::string& group = target.group_key;
  const bool told = Contains(firing.told(), group);
  if (firing.resolved_at() == 0) {
    if (muted) return;
    Candidate& candidate = candidates.try_emplace(group, target).first->second;
    candidate.firing.push_back(firing.id());
    candidate.news |= !told;
    return;
  }
  if (Contains(firing.told_resolved(), group)) return;
  // One that came and went is told of once, for it did fire.
  if (told ? target.receiver->no_resolved() : muted) {
    firing.add_told_resolved(group);
    return;
  }
  Candidate& candidate = candidates.try_emplace(group, target).first->second;
  candidate.resolved.push_back(firing.id());
  candidate.news = true;
}

Dispatcher::Candidates Dispatcher::FindCandidates(const v1::AlarmSettings& settings, int64_t now) {
  Candidates candidates;
  for (auto& [id, firing] : memory_.firings) {
    const std::vector<Target> targets = TargetsOf(settings, firing.labels());
    if (IsHistory(firing, targets)) continue;
    const bool muted = !WhyMuted(settings, memory_, firing, now).empty();
    for (const Target& target : targets) {
      AddTo(target, firing, muted, candidates);
    }
  }
  for (auto& [key, candidate] : candidates) candidate.console_url = settings.console_url();
  return candidates;
}

// Also those whose route, receiver or alarms are gone, with what they were about to send.
void Dispatcher::DropIdleGroups(const Candidates& candidates) {
  for (auto it = memory_.groups.begin(); it != memory_.groups.end();) {
    const bool idle = !candidates.contains(it->first) && !in_flight_.contains(it->first);
    it = idle ? memory_.groups.erase(it) : std::next(it);
  }
}

bool Dispatcher::Due(const Candidate& candidate, const v1::AlarmGroup& group, int64_t now) const {
  if (in_flight_.contains(group.key())) return false;
  if (group.has_sending()) return now >= group.sending().retry_at();
  if (now < group.not_before()) return false;
  const v1::AlarmRoute& route = *candidate.target.route;
  if (candidate.target.receiver->has_alertmanager()) {
    // It groups by itself, and takes what is not said again for resolved.
    const int64_t next = group.last_sent() + kAlertmanagerResendSeconds;
    return candidate.news || group.last_sent() == 0 || now >= next;
  }
  if (group.last_sent() == 0) return now >= group.begun() + GroupWaitSeconds(route);
  const int64_t pause = candidate.news ? GroupIntervalSeconds(route) : RepeatIntervalSeconds(route);
  return now >= group.last_sent() + pause;
}

void Dispatcher::Begin(const Candidate& candidate, v1::AlarmGroup& group) {
  v1::AlarmSending& sending = *group.mutable_sending();
  const Labels identity = [&] {
    Labels labels;
    labels["group"] = group.key();
    return labels;
  }();
  sending.set_key(fmt::format("{}-{}", FingerprintOf(identity), ++memory_.notifications));
  sending.mutable_firing()->Assign(candidate.firing.begin(), candidate.firing.end());
  sending.mutable_resolved()->Assign(candidate.resolved.begin(), candidate.resolved.end());
}

Notification Dispatcher::Compose(const Candidate& candidate, const v1::AlarmGroup& group) const {
  Notification notification;
  notification.key = group.sending().key();
  notification.group_key = group.key();
  notification.group_labels = candidate.target.group_labels;
  notification.receiver = *candidate.target.receiver;
  notification.again = group.sending().tries() > 1;
  notification.console_url = candidate.console_url;
  const auto fill = [&](const Texts& ids, std::vector<v1::AlarmFiring>& list) {
    for (const std::string& id : ids) {
      const auto found = memory_.firings.find(id);
      if (found == memory_.firings.end()) continue;
      if (list.size() < kAlarmsPerMessage) {
        list.push_back(found->second);
      } else {
        ++notification.left_out;
      }
    }
  };
  fill(group.sending().firing(), notification.firing);
  fill(group.sending().resolved(), notification.resolved);
  return notification;
}

std::vector<Notification> Dispatcher::Collect(const v1::AlarmSettings& settings, int64_t now) {
  const Candidates candidates = FindCandidates(settings, now);
  DropIdleGroups(candidates);
  std::vector<Notification> notifications;
  for (const auto& [key, candidate] : candidates) {
    const auto [it, fresh] = memory_.groups.try_emplace(key);
    v1::AlarmGroup& group = it->second;
    if (fresh) {
      group.set_key(key);
      group.set_route(candidate.target.route->name());
      group.set_receiver(candidate.target.receiver->name());
      *group.mutable_labels() = candidate.target.group_labels;
      group.set_begun(now);
    }
    if (!Due(candidate, group, now)) continue;
    if (!group.has_sending()) Begin(candidate, group);
    group.mutable_sending()->set_tries(group.sending().tries() + 1);
    notifications.push_back(Compose(candidate, group));
    in_flight_[key] = group.sending().key();
  }
  return notifications;
}

void Dispatcher::Told(v1::AlarmGroup& group, int64_t now) {
  const auto note = [&](const Texts& ids, bool resolved) {
    for (const std::string& id : ids) {
      const auto found = memory_.firings.find(id);
      if (found == memory_.firings.end()) continue;
      v1::AlarmFiring& firing = found->second;
      bool first = AddOnce(group.key(), firing.mutable_told());
      if (resolved) first = AddOnce(group.key(), firing.mutable_told_resolved());
      if (!first) continue;
      v1::AlarmTelling& telling = *firing.add_tellings();
      telling.set_receiver(group.receiver());
      telling.set_route(group.route());
      telling.set_at(now);
      telling.set_resolved(resolved);
    }
  };
  note(group.sending().firing(), false);
  note(group.sending().resolved(), true);
  group.clear_sending();
  group.clear_problem();
  group.set_last_sent(now);
}

void Dispatcher::OnSent(const Notification& notification, const Status& status, int64_t now) {
  in_flight_.erase(notification.group_key);
  const auto found = memory_.groups.find(notification.group_key);
  if (found == memory_.groups.end()) return;
  v1::AlarmGroup& group = found->second;
  if (!group.has_sending() || group.sending().key() != notification.key) return;
  if (status.ok()) return Told(group, now);
  group.set_problem(status.ToString());
  const uint32_t tries = group.sending().tries();
  if (!IsFinal(status) && tries < kSendingTriesMax) {
    group.mutable_sending()->set_retry_at(now + Backoff(tries));
    return;
  }
  // The news are still news: the next message has them, as they are by then.
  ++memory_.notifications_lost;
  group.clear_sending();
  group.set_not_before(now + kSendingBackoffSecondsMax);
}

}  // namespace bellrock::metrics::alarm
