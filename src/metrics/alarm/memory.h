// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"

namespace bellrock::metrics::alarm {

// What an evaluator remembers, to be looked up; the other form of v1::AlarmState. A value.
struct Memory {
  static Memory From(const v1::AlarmState& state);
  v1::AlarmState ToState() const;

  uint64_t epoch = 0;
  std::string holder;
  uint64_t version = 0;
  std::map<std::string, v1::AlarmProgress> progress;  // by rule
  std::map<std::string, v1::AlarmTrack> tracks;       // by TrackName()
  std::map<std::string, v1::AlarmFiring> firings;     // by id
  std::map<std::string, v1::AlarmGroup> groups;       // by key
  uint64_t notifications = 0;
  uint64_t notifications_lost = 0;
};

// The tracks of one rule stand side by side.
template <typename Key>
std::string TrackName(const std::string& rule, const Key& key) {
  std::string name = rule + '\n';
  for (const std::string& value : key) name += value + '\n';
  return name;
}

// Whether a state may take another's place: the highest epoch prevails, and within it each version
// follows the one before. So an evaluator that was paused while another took over changes nothing
// when it goes on, and finds that out before it sends anything. What keeps the state asks this;
// kAborted says who holds it.
Status MayReplace(const v1::AlarmState& kept, const v1::AlarmState& next);
// The same state in the hands of `holder`, one epoch higher.
v1::AlarmState TakenOver(v1::AlarmState state, const std::string& holder);

}  // namespace bellrock::metrics::alarm
