// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"
#include "metrics/alarm/breakdown.h"
#include "metrics/alarm/dispatcher.h"
#include "metrics/alarm/judge.h"
#include "metrics/alarm/lifecycle.h"
#include "metrics/alarm/memory.h"

namespace bellrock::metrics::alarm {

// All of alarms but asking, keeping and sending: says what to ask, judges the answers, says what to
// send. One evaluator works at a time, in the epoch of the state it was made from; docs/
// metrics-alarms.md says how another takes over. What it decides depends on the settings, the
// state and the answers, so that two evaluators decide the same. Not thread-safe. Pure.
class Evaluator {
 public:
  // Of a state that was taken over, see TakenOver().
  explicit Evaluator(const v1::AlarmState& state);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Alarms of rules that are gone or disabled are resolved.
  void SetSettings(v1::AlarmSettings settings, int64_t now);

  // The next window of every rule that has one. Windows of a rule are judged one after the other.
  std::vector<Asked> Plan(int64_t now);
  // The answers to one of these; `past` for those that asked it. A window whose calls are not yet
  // there, or whose answer is not, comes again in the next plan.
  void Take(const Asked& asked, const Result<query::Answer>& answer,
            const Result<query::Answer>& past, int64_t now);

  // Firings that were not broken down yet.
  std::vector<std::pair<std::string, std::vector<SplitQuestion>>> PlanBreakdowns() const;
  // At the first answers, or without any if there are none: it is tried once.
  void TakeBreakdown(const std::string& firing, const std::vector<Split>& splits);

  // As of Dispatcher. Save NextState() before sending what Collect() gave.
  std::vector<Notification> Collect(int64_t now);
  void OnSent(const Notification& notification, const Status& status, int64_t now);

  // To be kept in place of the one before, see MayReplace().
  v1::AlarmState NextState();
  // Something happened since the last NextState() that a successor should know.
  bool changed() const { return changed_; }
  const Memory& memory() const { return memory_; }
  const v1::AlarmSettings& settings() const { return settings_; }

 private:
  struct Window;

  const v1::AlarmRule* FindRule(const std::string& id) const;
  bool Overridden(const v1::AlarmRule& rule, const GroupKey& key) const;
  std::set<GroupKey> Remembered(const v1::AlarmRule& rule) const;
  bool Complete(const Window& window, v1::AlarmProgress& progress) const;
  void TakeOne(const Window& window, const Judgement& judgement);
  void Fire(const Window& window, const Judgement& judgement, v1::AlarmTrack& track);
  void Resolve(v1::AlarmTrack& track, int64_t at, const std::string& note);
  bool Full(const std::string& track) const;
  void ForgetOldFirings(int64_t now);

  Memory memory_;
  Dispatcher dispatcher_;
  v1::AlarmSettings settings_;
  std::map<std::string, v1::AlarmRule> rules_;  // that are looked at, by id
  // Name and service of rules for one service, disabled ones too.
  std::set<std::pair<std::string, std::string>> own_;
  bool changed_ = false;
};

}  // namespace bellrock::metrics::alarm
