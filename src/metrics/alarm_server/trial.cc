// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fiber/fiber.h"
#include "metrics/alarm/judge.h"
#include "metrics/alarm/lifecycle.h"
#include "metrics/alarm/planner.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/alarm/settings_check.h"

namespace bellrock::metrics::alarm_server {
namespace {

Status CheckRequest(const v1::TryRuleRequest& request) {
  BELLROCK_TRY(alarm::CheckAlarmRule(request.rule()));
  const int64_t seconds = request.seconds();
  if (seconds < 0 || seconds > kTrialSecondsMax) {
    return InvalidArgumentError(
        fmt::format("seconds {}: use 0..{}, 0 for an hour", seconds, kTrialSecondsMax));
  }
  const int64_t windows = seconds / alarm::WindowSeconds(request.rule());
  if (windows <= static_cast<int64_t>(kTrialWindowsMax)) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("seconds {}: are {} windows of the rule, at most {} are looked at: use less",
                  seconds, windows, kTrialWindowsMax));
}

class Trial {
 public:
  explicit Trial(const v1::AlarmRule& rule) : rule_(rule) {}

  void Take(const alarm::Asked& asked, const query::Answer& now, const query::Answer* past) {
    std::set<alarm::GroupKey> remembered;
    for (const auto& [key, group] : groups_) remembered.insert(key);
    for (const alarm::Judgement& one : alarm::Judge(rule_, now, past, remembered)) {
      TakeOne(asked.window_end, one);
    }
  }

  void Finish(v1::TryRuleReply& reply) {
    std::vector<v1::TryRuleReply::Group*> order;
    for (auto& [key, group] : groups_) order.push_back(&group.told);
    std::stable_partition(order.begin(), order.end(),
                          [](const auto* group) { return group->firings_size() > 0; });
    for (auto* group : order) {
      if (static_cast<size_t>(reply.groups_size()) == kTrialGroupsMax) {
        reply.set_more(order.size() - kTrialGroupsMax);
        return;
      }
      *reply.add_groups() = std::move(*group);
    }
  }

 private:
  struct Group {
    v1::AlarmTrack track;
    v1::TryRuleReply::Group told;
  };

  void TakeOne(int64_t window_end, const alarm::Judgement& judgement) {
    Group& group = groups_[judgement.key];
    group.told.mutable_key()->Assign(judgement.key.begin(), judgement.key.end());
    const bool breach = judgement.verdict == alarm::Verdict::kBreach;
    if (breach) group.told.set_windows_breached(group.told.windows_breached() + 1);
    if (breach || judgement.verdict == alarm::Verdict::kFine) {
      group.told.set_windows_judged(group.told.windows_judged() + 1);
      group.told.set_last_value(judgement.value);
      group.told.set_last_calls(judgement.calls);
    }
    const alarm::Step step{window_end, false};
    const alarm::Transition transition = alarm::Advance(rule_, judgement, step, group.track);
    if (transition == alarm::Transition::kFired) {
      v1::TryRuleReply::Firing& firing = *group.told.add_firings();
      firing.set_since(group.track.since());
      firing.set_fired_at(window_end);
    } else if (transition == alarm::Transition::kResolved && group.told.firings_size() > 0) {
      group.told.mutable_firings()->rbegin()->set_resolved_at(window_end);
    }
  }

  const v1::AlarmRule& rule_;
  std::map<alarm::GroupKey, Group> groups_;
};

Status AskAndTake(query::Source& source, const alarm::Asked& asked, Trial& trial) {
  BELLROCK_ASSIGN(const query::Answer now, source.Ask(asked.now));
  if (!asked.past) {
    trial.Take(asked, now, nullptr);
    return Status::Ok();
  }
  const Result<query::Answer> past = source.Ask(*asked.past);
  const bool forgotten = !past.ok() && past.status().code() == StatusCode::kOutOfRange;
  if (!past.ok() && !forgotten) return past.status();
  trial.Take(asked, now, past.ok() ? &*past : nullptr);
  return Status::Ok();
}

}  // namespace

Result<v1::TryRuleReply> TryRule(query::Source& source, const v1::TryRuleRequest& request,
                                 int64_t now) {
  BELLROCK_TRY(CheckRequest(request));
  const v1::AlarmRule& rule = request.rule();
  const int64_t length = alarm::WindowSeconds(rule);
  const int64_t seconds = request.seconds() > 0 ? request.seconds() : kTrialSecondsDefault;
  const int64_t end = alarm::NewestWindowEnd(rule, now);
  const int64_t windows = std::max<int64_t>(seconds / length, 1);
  v1::TryRuleReply reply;
  reply.set_from(end - windows * length);
  reply.set_to(end);
  Trial trial(rule);
  for (int64_t at = reply.from() + length; at <= end; at += length) {
    BELLROCK_TRY(fiber::CheckCurrent());
    reply.set_windows(reply.windows() + 1);
    const Status taken = AskAndTake(source, alarm::PlanWindow(rule, at), trial);
    if (taken.ok()) continue;
    // It would be refused for every window.
    if (taken.code() == StatusCode::kInvalidArgument) return taken;
    reply.set_windows_unknown(reply.windows_unknown() + 1);
    reply.set_problem(taken.ToString());
  }
  trial.Finish(reply);
  return reply;
}

}  // namespace bellrock::metrics::alarm_server
