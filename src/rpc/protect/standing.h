// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "bellrock/time.h"

namespace bellrock::rpc::protect {

// Tells a standing queue from a burst: a queue that was never calm for a whole interval does no
// work for anybody, it only makes each call late (K. Nichols, V. Jacobson, "Controlling Queue
// Delay", ACM Queue 2012). It is over once nobody was late for an interval: the queue of an
// overloaded server is empty at times just because calls were turned away. Pure.
class StandingDetector {
 public:
  explicit StandingDetector(Duration interval) : interval_(interval) {}

  void set_interval(Duration interval) { interval_ = interval; }
  // The queue was worked off, or a call did not have to wait.
  void OnCalm() { busy_since_.reset(); }
  // A call has to wait. After an interval without any such call the past says nothing.
  void OnBusy(Time now) {
    if (!busy_since_ || now - last_busy_ > interval_) busy_since_ = now;
    last_busy_ = now;
    if (now - *busy_since_ >= interval_) until_ = now + interval_;
  }
  // A call was turned away because it would have waited too long.
  void OnLate(Time now) {
    if (standing(now)) until_ = now + interval_;
  }
  bool standing(Time now) const { return now < until_; }

 private:
  Duration interval_;
  std::optional<Time> busy_since_;
  Time last_busy_{};
  Time until_ = Time::min();
};

}  // namespace bellrock::rpc::protect
