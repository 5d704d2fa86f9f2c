// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "bellrock/time.h"
#include "naming/protect/override.h"

namespace bellrock::naming::protect {

// Pauses all pushes while they take too much of the machine's network, so that members, heartbeats
// and replication keep their room (VIN-069, VIN-070); polls are answered "nothing new" (304)
// meanwhile. Pure; fed once per sample.
class PushPause {
 public:
  static constexpr double kPauseAbove = 0.70;   // VIN-069
  static constexpr double kResumeBelow = 0.60;  // DESIGN 3.3: so that it does not flap
  static constexpr size_t kSamples = 3;         // a single burst is no overload
  // Paused for longer, watchers hold lists so old that telling them is worth more.
  static constexpr Duration kPauseMax = std::chrono::seconds(60);
  // After such an end, how long pushes run before another pause.
  static constexpr Duration kBreath = std::chrono::seconds(5);

  struct State {
    bool on = false;
    bool by_operator = false;
    Time since;
    std::string detail;
  };

  // Bytes sent and what could have been sent in the same time.
  void OnSample(uint64_t sent, uint64_t capacity, Time now);
  OverrideSlot& override_slot() { return override_; }

  State At(Time now) const;
  double share() const;

 private:
  struct Sample {
    uint64_t sent = 0;
    uint64_t capacity = 0;
  };
  std::deque<Sample> samples_;
  bool on_ = false;
  Time since_;
  Time breath_until_ = Time::min();
  OverrideSlot override_;
};

}  // namespace bellrock::naming::protect
