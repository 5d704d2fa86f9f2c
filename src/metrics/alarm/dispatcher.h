// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"
#include "metrics/alarm/memory.h"
#include "metrics/alarm/router.h"

namespace bellrock::metrics::alarm {

// One message to one receiver.
struct Notification {
  std::string key;  // the same for each try, whoever sends it
  std::string group_key;
  Labels group_labels;
  v1::AlarmReceiver receiver;
  std::vector<v1::AlarmFiring> firing;
  std::vector<v1::AlarmFiring> resolved;
  uint64_t left_out = 0;  // beyond kAlarmsPerMessage
  bool again = false;     // may have been received before, under the same key
  std::string console_url;
};

// Says who is to be told what and when: alarms of a route that are alike in its labels share
// messages; a message goes out when there is news, or again after a while; nobody hears of what is
// silenced or inhibited, nor of the end of what they never heard of unless it passed unheard.
//
// What is to be sent is written into the memory first. The memory must be saved before it is sent:
// then whoever takes over sends just what may not have been sent, under the same key, and a message
// is doubled only if its sender died between sending it and writing that down. Owned by an
// evaluator, as is the memory. Pure.
class Dispatcher {
 public:
  explicit Dispatcher(Memory& memory) : memory_(memory) {}

  // What is to be sent now. Each must be answered by OnSent().
  std::vector<Notification> Collect(const v1::AlarmSettings& settings, int64_t now);
  void OnSent(const Notification& notification, const Status& status, int64_t now);

 private:
  struct Candidate;
  using Candidates = std::map<std::string, Candidate>;  // by group key

  Candidates FindCandidates(const v1::AlarmSettings& settings, int64_t now);
  void AddTo(const Target& target, v1::AlarmFiring& firing, bool muted, Candidates& candidates);
  void DropIdleGroups(const Candidates& candidates);
  bool Due(const Candidate& candidate, const v1::AlarmGroup& group, int64_t now) const;
  void Begin(const Candidate& candidate, v1::AlarmGroup& group);
  Notification Compose(const Candidate& candidate, const v1::AlarmGroup& group) const;
  void Told(v1::AlarmGroup& group, int64_t now);

  Memory& memory_;
  std::map<std::string, std::string> in_flight_;  // message by group
};

}  // namespace bellrock::metrics::alarm
