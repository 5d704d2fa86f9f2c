// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/time.h"
#include "naming/protect/empty_guard.h"
#include "naming/protect/freeze.h"
#include "naming/protect/push_pause.h"
#include "naming/protect/threshold.h"

namespace bellrock::naming::protect {

// All protections of a registry in their order of strength (DESIGN 3.3): the operator's word, the
// freeze, the threshold, the empty guard; beside them the pause of pushes. None of them keeps a
// caller from avoiding an instance for itself. Owned by the server place, used on its loop.
class Protection {
 public:
  enum class By : uint8_t { kNobody, kOperator, kFreeze, kThreshold };
  struct Verdict {
    bool may_end = true;
    By by = By::kNobody;  // who holds it
  };
  // What holds at the moment, for page, log and metrics.
  struct Active {
    std::string name;     // "freeze", "threshold", "empty_guard", "push_pause"
    std::string subject;  // a service, or ""
    std::string reason;
    Time since;
  };
  static constexpr size_t kActiveMax = 200;  // the page's; counts tell the rest

  // A lease ran out: whether its instance may become unreachable.
  Verdict MayEnd(std::string_view service, const Threshold::Counts& counts, Time now);
  std::vector<Active> ActiveAt(Time now);

  Freeze& freeze() { return freeze_; }
  Threshold& threshold() { return threshold_; }
  EmptyGuard& empty_guard() { return empty_guard_; }
  PushPause& push_pause() { return push_pause_; }

 private:
  Freeze freeze_;
  Threshold threshold_;
  EmptyGuard empty_guard_;
  PushPause push_pause_;
};

}  // namespace bellrock::naming::protect
