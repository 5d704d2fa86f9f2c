// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/time.h"

namespace bellrock::fiber {

// Decides whether a loop is held up by user code; pure. A loop's word is even while framework code
// runs and odd while user code does, and grows with every change, so that an odd word names one
// stretch of user code: a slice. A slice is stuck when a tick finds it again at least a tick after
// it was first seen, so after one to two ticks of running.
class SliceWatch {
 public:
  explicit SliceWatch(Duration tick) : tick_(tick) {}

  static bool IsUser(uint64_t word) { return (word & 1) != 0; }

  // The word now. True if it names a stuck slice, which began at since() or up to a tick earlier.
  bool Look(uint64_t word, Time now);
  Time since() const { return since_; }
  // Whether user code ran between the last two looks, or runs.
  bool active() const { return active_; }

 private:
  Duration tick_;
  uint64_t seen_ = 0;
  Time since_{};
  bool active_ = false;
};

// One stuck slice, until it ends: says once when it has run for `bound`.
class LongRun {
 public:
  void Begin(uint64_t slice, Time since);
  void End() { slice_ = 0; }
  bool IsDue(Time now, Duration bound) const;
  void SetReported() { reported_ = true; }
  uint64_t slice() const { return slice_; }
  Time since() const { return since_; }

 private:
  uint64_t slice_ = 0;  // 0: none
  Time since_{};
  bool reported_ = false;
};

}  // namespace bellrock::fiber
