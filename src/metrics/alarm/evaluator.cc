// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "metrics/alarm/bounds.h"
#include "metrics/alarm/firing.h"
#include "metrics/alarm/matcher.h"
#include "metrics/alarm/rule_terms.h"
#include "metrics/alarm/templates.h"

namespace bellrock::metrics::alarm {

// One window of one rule that is judged.
struct Evaluator::Window {
  const v1::AlarmRule& rule;
  std::string rule_id;
  Step step;
  double completeness = 1;
  int64_t now = 0;
};

Evaluator::Evaluator(const v1::AlarmState& state)
    : memory_(Memory::From(state)), dispatcher_(memory_) {}

void Evaluator::SetSettings(v1::AlarmSettings settings, int64_t now) {
  settings_ = std::move(settings);
  rules_.clear();
  own_.clear();
  if (!settings_.no_templates()) {
    for (const v1::AlarmRule& rule : TemplateRules()) rules_[RuleId(rule)] = rule;
  }
  for (const v1::AlarmRule& rule : settings_.rules()) {
    if (!IsPattern(rule.service())) own_.emplace(rule.name(), rule.service());
    rules_.erase(RuleId(rule));
    if (!rule.disabled()) rules_[RuleId(rule)] = rule;
  }
  for (auto it = memory_.tracks.begin(); it != memory_.tracks.end();) {
    v1::AlarmTrack& track = it->second;
    const v1::AlarmRule* rule = FindRule(track.rule());
    const GroupKey key(track.key().begin(), track.key().end());
    if (rule != nullptr && !Overridden(*rule, key)) {
      ++it;
      continue;
    }
    if (track.fired_at() != 0) Resolve(track, now, "its rule was removed or disabled");
    it = memory_.tracks.erase(it);
  }
  std::erase_if(memory_.progress, [&](const auto& one) { return FindRule(one.first) == nullptr; });
  changed_ = true;
}

const v1::AlarmRule* Evaluator::FindRule(const std::string& id) const {
  const auto found = rules_.find(id);
  return found == rules_.end() ? nullptr : &found->second;
}

bool Evaluator::Overridden(const v1::AlarmRule& rule, const GroupKey& key) const {
  return IsPattern(rule.service()) && !key.empty() && own_.contains({rule.name(), key[0]});
}

std::vector<Asked> Evaluator::Plan(int64_t now) {
  std::vector<Asked> plan;
  for (const auto& [id, rule] : rules_) {
    const int64_t length = WindowSeconds(rule);
    const int64_t newest = NewestWindowEnd(rule, now);
    const auto [it, fresh] = memory_.progress.try_emplace(id);
    v1::AlarmProgress& progress = it->second;
    if (fresh) {
      progress.set_rule(id);
      progress.set_judged_to(newest - length);
    }
    const int64_t oldest = newest - kCatchUpWindows * length;
    if (progress.judged_to() < oldest) {
      const auto skipped = static_cast<uint64_t>((oldest - progress.judged_to()) / length);
      progress.set_windows_skipped(progress.windows_skipped() + skipped);
      progress.set_judged_to(oldest);
    }
    // Also after the length of its windows was changed.
    const int64_t next = progress.judged_to() - progress.judged_to() % length + length;
    if (next <= newest) plan.push_back(PlanWindow(rule, next));
  }
  return plan;
}

std::set<GroupKey> Evaluator::Remembered(const v1::AlarmRule& rule) const {
  std::set<GroupKey> keys;
  const std::string prefix = TrackName(RuleId(rule), GroupKey());
  for (auto it = memory_.tracks.lower_bound(prefix);
       it != memory_.tracks.end() && it->first.starts_with(prefix); ++it) {
    keys.emplace(it->second.key().begin(), it->second.key().end());
  }
  return keys;
}

bool Evaluator::Complete(const Window& window, v1::AlarmProgress& progress) const {
  if (window.completeness >= CompletenessMin(window.rule)) {
    progress.set_incomplete_run(0);
    return true;
  }
  if (window.now < window.step.window_end + kIncompleteWaitSeconds) {
    progress.set_problem(fmt::format("only {:.2f} % of the calls are counted so far: it waits",
                                     window.completeness * 100));
    return false;
  }
  progress.set_incomplete_run(progress.incomplete_run() + 1);
  return true;
}

void Evaluator::Take(const Asked& asked, const Result<query::Answer>& answer,
                     const Result<query::Answer>& past, int64_t now) {
  const v1::AlarmRule* rule = FindRule(asked.rule);
  const auto found = memory_.progress.find(asked.rule);
  if (rule == nullptr || found == memory_.progress.end()) return;
  v1::AlarmProgress& progress = found->second;
  if (asked.window_end <= progress.judged_to()) return;
  const bool past_forgotten = !past.ok() && past.status().code() == StatusCode::kOutOfRange;
  const bool past_failed = asked.past && !past.ok() && !past_forgotten;
  if (!answer.ok() || past_failed) {
    progress.set_problem((answer.ok() ? past : answer).status().ToString());
    return;
  }
  Window window{*rule, asked.rule, {asked.window_end, false}, CompletenessOf(*answer), now};
  if (!Complete(window, progress)) return;
  const bool incomplete = progress.incomplete_run() > 0;
  window.step.doubtful = incomplete && progress.incomplete_run() <= kIncompleteRunMax;
  progress.set_judged_to(asked.window_end);
  progress.clear_problem();
  const query::Answer* before = asked.past && past.ok() ? &*past : nullptr;
  for (const Judgement& one : Judge(*rule, *answer, before, Remembered(*rule))) {
    if (!Overridden(*rule, one.key)) TakeOne(window, one);
  }
  ForgetOldFirings(now);
  changed_ = true;
}

bool Evaluator::Full(const std::string& track) const {
  if (memory_.tracks.contains(track)) return false;
  return memory_.tracks.size() >= kTracksMax;
}

void Evaluator::TakeOne(const Window& window, const Judgement& judgement) {
  const std::string name = TrackName(window.rule_id, judgement.key);
  if (Full(name)) {
    memory_.progress[window.rule_id].set_problem(
        fmt::format("{} groups are tracked; further ones are not judged", kTracksMax));
    return;
  }
  v1::AlarmTrack& track = memory_.tracks[name];
  track.set_rule(window.rule_id);
  track.mutable_key()->Assign(judgement.key.begin(), judgement.key.end());
  switch (Advance(window.rule, judgement, window.step, track)) {
    case Transition::kFired:
      Fire(window, judgement, track);
      break;
    case Transition::kResolved:
      Resolve(track, window.step.window_end,
              judgement.verdict == Verdict::kTooFew
                  ? fmt::format("{} calls are too few to judge", judgement.calls)
                  : std::string());
      break;
    case Transition::kNone:
      if (const auto firing = memory_.firings.find(track.firing());
          firing != memory_.firings.end() && judgement.verdict == Verdict::kBreach) {
        NoteBreach(window.rule, judgement, window.completeness, firing->second);
      }
      break;
  }
  if (!Forgettable(window.rule, track, window.step.window_end)) return;
  if (track.fired_at() != 0) Resolve(track, window.step.window_end, "it had no calls for too long");
  memory_.tracks.erase(name);
}

void Evaluator::Fire(const Window& window, const Judgement& judgement, v1::AlarmTrack& track) {
  v1::AlarmFiring firing = NewFiring(settings_, window.rule, judgement.key, track);
  NoteBreach(window.rule, judgement, window.completeness, firing);
  track.set_firing(firing.id());
  memory_.firings[firing.id()] = std::move(firing);
}

void Evaluator::Resolve(v1::AlarmTrack& track, int64_t at, const std::string& note) {
  const auto found = memory_.firings.find(track.firing());
  track.clear_firing();
  if (found == memory_.firings.end()) return;
  found->second.set_resolved_at(at);
  found->second.set_note(note);
}

// Beyond the bound those go that were resolved first; what fires stays.
void Evaluator::ForgetOldFirings(int64_t now) {
  std::erase_if(memory_.firings, [&](const auto& one) {
    const int64_t resolved = one.second.resolved_at();
    return resolved != 0 && resolved <= now - kHistorySeconds;
  });
  while (memory_.firings.size() > kFiringsMax) {
    auto oldest = memory_.firings.end();
    for (auto it = memory_.firings.begin(); it != memory_.firings.end(); ++it) {
      if (it->second.resolved_at() == 0) continue;
      const bool first = oldest == memory_.firings.end();
      if (first || it->second.resolved_at() < oldest->second.resolved_at()) oldest = it;
    }
    if (oldest == memory_.firings.end()) return;
    memory_.firings.erase(oldest);
  }
}

std::vector<std::pair<std::string, std::vector<SplitQuestion>>> Evaluator::PlanBreakdowns() const {
  std::vector<std::pair<std::string, std::vector<SplitQuestion>>> plan;
  for (const auto& [id, firing] : memory_.firings) {
    if (firing.has_breakdown() || firing.resolved_at() != 0) continue;
    const v1::AlarmRule* rule = FindRule(firing.rule());
    if (rule == nullptr) continue;
    std::vector<SplitQuestion> questions = PlanBreakdown(*rule, firing);
    if (!questions.empty()) plan.emplace_back(id, std::move(questions));
  }
  return plan;
}

void Evaluator::TakeBreakdown(const std::string& firing, const std::vector<Split>& splits) {
  const auto found = memory_.firings.find(firing);
  if (found == memory_.firings.end()) return;
  *found->second.mutable_breakdown() = BreakDown(found->second, splits);
  changed_ = true;
}

std::vector<Notification> Evaluator::Collect(int64_t now) {
  std::vector<Notification> notifications = dispatcher_.Collect(settings_, now);
  changed_ |= !notifications.empty();
  return notifications;
}

void Evaluator::OnSent(const Notification& notification, const Status& status, int64_t now) {
  dispatcher_.OnSent(notification, status, now);
  changed_ = true;
}

v1::AlarmState Evaluator::NextState() {
  ++memory_.version;
  changed_ = false;
  return memory_.ToState();
}

}  // namespace bellrock::metrics::alarm
