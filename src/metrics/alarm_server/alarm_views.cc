// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/alarm_views.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "metrics/alarm/firing.h"
#include "metrics/alarm/matcher.h"
#include "metrics/alarm/memory.h"
#include "metrics/alarm/muting.h"
#include "metrics/alarm/router.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/alarm/templates.h"

namespace bellrock::metrics::alarm_server {
namespace {

using Rules = std::map<std::string, v1::AlarmRuleView>;

// As Evaluator::SetSettings() takes them, with the disabled ones.
Rules RulesOf(const v1::AlarmSettings& settings) {
  Rules rules;
  if (!settings.no_templates()) {
    for (const v1::AlarmRule& rule : alarm::TemplateRules()) {
      v1::AlarmRuleView& view = rules[alarm::RuleId(rule)];
      *view.mutable_rule() = rule;
      view.set_from_template(true);
    }
  }
  for (const v1::AlarmRule& rule : settings.rules()) {
    v1::AlarmRuleView& view = rules[alarm::RuleId(rule)];
    *view.mutable_rule() = rule;
    view.set_from_template(false);
  }
  return rules;
}

// Whether a rule is one of the service's: not one whose place another takes there.
bool HoldsFor(const v1::AlarmSettings& settings, const v1::AlarmRule& rule,
              const std::string& service) {
  if (!alarm::PatternMatches(rule.service(), service)) return false;
  if (!alarm::IsPattern(rule.service())) return true;
  return std::none_of(settings.rules().begin(), settings.rules().end(), [&](const auto& other) {
    return other.name() == rule.name() && other.service() == service;
  });
}

// Leaves what holds for the one service, and says whom each rule would tell.
void NarrowTo(const std::string& service, const v1::AlarmSettings& settings, Rules& rules) {
  std::erase_if(rules,
                [&](const auto& one) { return !HoldsFor(settings, one.second.rule(), service); });
  for (auto& [id, view] : rules) {
    if (view.rule().disabled()) continue;
    const alarm::Labels labels = alarm::LabelsFor(settings, view.rule(), {service});
    for (const alarm::Target& target : alarm::TargetsOf(settings, labels)) {
      view.add_receivers(target.receiver->name());
    }
  }
}

bool Asked(const v1::ListAlarmsRequest& request, const v1::AlarmFiring& firing) {
  if (!request.firing().empty()) return firing.id() == request.firing();
  if (request.service().empty()) return true;
  return firing.key_size() > 0 && alarm::PatternMatches(request.service(), firing.key(0));
}

v1::AlarmView PendingView(const v1::AlarmSettings& settings, const Rules& rules,
                          const v1::AlarmTrack& track) {
  v1::AlarmView view;
  view.set_state(v1::AlarmView::STATE_PENDING);
  v1::AlarmFiring& firing = *view.mutable_firing();
  firing.set_rule(track.rule());
  *firing.mutable_key() = track.key();
  firing.set_since(track.since());
  if (const auto found = rules.find(track.rule()); found != rules.end()) {
    const v1::AlarmRule& rule = found->second.rule();
    *firing.mutable_labels() =
        alarm::LabelsFor(settings, rule, {track.key().begin(), track.key().end()});
    *firing.mutable_figure() = rule.figure();
    *firing.mutable_condition() = rule.condition();
  }
  return view;
}

// Firing, pending, resolved; the newest of each first.
bool Before(const v1::AlarmView& a, const v1::AlarmView& b) {
  const auto rank = [](const v1::AlarmView& view) {
    return view.state() == v1::AlarmView::STATE_FIRING ? -1 : static_cast<int>(view.state());
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a.firing().since() > b.firing().since();
}

std::vector<v1::AlarmView> ViewsOf(const alarm::Memory& memory, const v1::AlarmSettings& settings,
                                   const Rules& rules, const v1::ListAlarmsRequest& request,
                                   int64_t now) {
  std::vector<v1::AlarmView> views;
  for (const auto& [id, firing] : memory.firings) {
    const bool over = firing.resolved_at() != 0;
    const bool past = request.resolved() || !request.firing().empty();
    if (!Asked(request, firing) || (over && !past)) continue;
    v1::AlarmView& view = views.emplace_back();
    view.set_state(over ? v1::AlarmView::STATE_RESOLVED : v1::AlarmView::STATE_FIRING);
    *view.mutable_firing() = firing;
    view.set_muted(alarm::WhyMuted(settings, memory, firing, now));
  }
  for (const auto& [name, track] : memory.tracks) {
    if (track.fired_at() != 0 || track.breached_windows() == 0) continue;
    v1::AlarmView view = PendingView(settings, rules, track);
    if (Asked(request, view.firing())) views.push_back(std::move(view));
  }
  std::stable_sort(views.begin(), views.end(), Before);
  return views;
}

}  // namespace

v1::ListAlarmsReply ListAlarms(const v1::AlarmState& state, const v1::AlarmSettings& settings,
                               const v1::ListAlarmsRequest& request, int64_t now) {
  const alarm::Memory memory = alarm::Memory::From(state);
  Rules rules = RulesOf(settings);
  const size_t limit =
      request.limit() > 0 ? static_cast<size_t>(request.limit()) : kAlarmsListedDefault;
  std::vector<v1::AlarmView> views = ViewsOf(memory, settings, rules, request, now);
  const bool one_service = !request.service().empty() && !alarm::IsPattern(request.service());
  if (one_service) NarrowTo(request.service(), settings, rules);
  v1::ListAlarmsReply reply;
  for (v1::AlarmView& view : views) {
    if (static_cast<size_t>(reply.alarms_size()) == std::min(limit, kAlarmsListedMax)) break;
    *reply.add_alarms() = std::move(view);
  }
  reply.set_more(views.size() - static_cast<size_t>(reply.alarms_size()));
  for (auto& [id, view] : rules) {
    const auto progress = memory.progress.find(id);
    if (progress != memory.progress.end()) *view.mutable_progress() = progress->second;
    *reply.add_rules() = std::move(view);
  }
  for (const v1::AlarmSilence& silence : settings.silences()) {
    if (now < silence.to()) *reply.add_silences() = silence;
  }
  for (const auto& [key, group] : memory.groups) *reply.add_groups() = group;
  reply.set_notifications(memory.notifications);
  reply.set_notifications_lost(memory.notifications_lost);
  reply.set_evaluator(memory.holder);
  return reply;
}

}  // namespace bellrock::metrics::alarm_server
