// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "bellrock/time.h"

namespace bellrock::rpc::protect {

// Defaults from B. Maurer, "Fail at Scale", ACM Queue 2015, doi 10.1145/2838344.2839461: N = 100
// ms, M = 5 ms.
struct AgeQueueOptions {
  size_t calls_max = 1000;
  Duration age_max = std::chrono::milliseconds(100);
  Duration target = std::chrono::milliseconds(5);
  Duration interval = std::chrono::milliseconds(100);
  bool bounds_age = true;  // false: late only by deadline

  bool operator==(const AgeQueueOptions&) const = default;
};

// How long a call may have waited. For age_max as long as waiting is a burst's; for `target` once
// it was never calm for a whole interval: such a standing queue does no work for anybody, it only
// makes each call late (K. Nichols, V. Jacobson, "Controlling Queue Delay", ACM Queue 2012). That
// is over once nobody was late for an interval: the queue of an overloaded server is empty at times
// just because calls were turned away. A slow service frees its places seldom, so the bound is
// never less than twice the pause between turns: else each turn would find the queue just emptied.
// Pure.
class AgeBound {
 public:
  explicit AgeBound(const AgeQueueOptions& options) : options_(options) {}

  void SetOptions(const AgeQueueOptions& options) { options_ = options; }
  const AgeQueueOptions& options() const { return options_; }

  // The queue was worked off, or a call did not have to wait.
  void OnCalm() { busy_since_ = kNever; }
  // A call has to wait. After an interval without any such call the past says nothing.
  void OnBusy(Time now) {
    if (busy_since_ == kNever || now - last_busy_ > options_.interval) busy_since_ = now;
    last_busy_ = now;
    if (now - busy_since_ >= options_.interval) standing_until_ = now + options_.interval;
  }
  // A call was turned away because it waited, or would have to wait, too long.
  void OnLate(Time now) {
    if (standing(now)) standing_until_ = now + options_.interval;
  }
  // One of the calls being served has ended, whether or not somebody waits for its place.
  void OnTurn(Time now) {
    // A pause of minutes says that nobody called, not that the service is slow.
    if (last_turn_ != kNever) pause_ += (std::min(now - last_turn_, options_.age_max) - pause_) / 8;
    last_turn_ = now;
  }
  bool standing(Time now) const { return options_.bounds_age && now < standing_until_; }
  Duration Limit(Time now) const {
    if (!options_.bounds_age) return Duration::max();
    if (!standing(now)) return options_.age_max;
    return std::clamp(2 * pause_, options_.target, options_.age_max);
  }

 private:
  AgeQueueOptions options_;
  Time busy_since_ = kNever;  // kNever: calm
  Time last_busy_{};
  Time standing_until_ = Time::min();
  Time last_turn_ = kNever;
  Duration pause_{0};  // between turns, smoothed
};

}  // namespace bellrock::rpc::protect
