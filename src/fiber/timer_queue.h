// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "bellrock/time.h"

namespace bellrock::fiber {

// Callbacks by time; pure, the owner brings the time. A 4-ary heap that knows each timer's place,
// so that cancelling takes the timer out at once: a call that ends before its deadline leaves
// nothing behind. Timers of the same instant fire in the order they were added. Ids carry a
// generation: a stale id never hits another timer.
class TimerQueue {
 public:
  using Id = uint64_t;  // never 0

  Id Add(Time when, std::function<void()> callback);
  // False if the timer already fired, was cancelled, or never was.
  bool Cancel(Id id);
  // Takes out the earliest timer if it is due; empty function if none is.
  std::function<void()> TakeDue(Time now);
  // Drops all timers.
  void Clear();

  // kNever if there is none.
  Time next() const { return heap_.empty() ? kNever : heap_.front().when; }
  size_t size() const { return heap_.size(); }
  // Bound by the largest number of timers that were alive at once.
  size_t slots() const { return slots_.size(); }

 private:
  struct Entry {
    Time when;
    uint64_t order;
    uint32_t slot;
    bool Before(const Entry& other) const {
      return when != other.when ? when < other.when : order < other.order;
    }
  };
  struct Slot {
    uint32_t generation = 1;
    uint32_t place = 0;  // in heap_, while alive
    bool alive = false;
    std::function<void()> callback;
  };

  std::function<void()> TakeAt(size_t place);
  void Put(size_t place, const Entry& entry);
  void SiftUp(size_t place, const Entry& entry);
  void SiftDown(size_t place, const Entry& entry);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  uint64_t added_ = 0;
};

}  // namespace bellrock::fiber
