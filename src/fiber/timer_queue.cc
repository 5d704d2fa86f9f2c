// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/timer_queue.h"

#include <algorithm>
#include <utility>

namespace bellrock::fiber {
namespace {

constexpr size_t kArity = 4;

}  // namespace

TimerQueue::Id TimerQueue::Add(Time when, std::function<void()> callback) {
  uint32_t index;
  if (free_.empty()) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.callback = std::move(callback);
  slot.alive = true;
  heap_.emplace_back();
  SiftUp(heap_.size() - 1, Entry{when, added_++, index});
  return (static_cast<uint64_t>(slot.generation) << 32) | index;
}

bool TimerQueue::Cancel(Id id) {
  const auto index = static_cast<uint32_t>(id);
  if (index >= slots_.size()) return false;
  const Slot& slot = slots_[index];
  if (!slot.alive || slot.generation != static_cast<uint32_t>(id >> 32)) return false;
  TakeAt(slot.place);
  return true;
}

std::function<void()> TimerQueue::TakeDue(Time now) {
  if (heap_.empty() || heap_.front().when > now) return nullptr;
  return TakeAt(0);
}

void TimerQueue::Clear() {
  while (!heap_.empty()) TakeAt(heap_.size() - 1);
}

std::function<void()> TimerQueue::TakeAt(size_t place) {
  const uint32_t index = heap_[place].slot;
  Slot& slot = slots_[index];
  std::function<void()> callback = std::move(slot.callback);
  slot.callback = nullptr;
  slot.alive = false;
  if (++slot.generation == 0) slot.generation = 1;
  free_.push_back(index);

  const Entry last = heap_.back();
  heap_.pop_back();
  if (place < heap_.size()) {
    if (place > 0 && last.Before(heap_[(place - 1) / kArity])) {
      SiftUp(place, last);
    } else {
      SiftDown(place, last);
    }
  }
  return callback;
}

void TimerQueue::Put(size_t place, const Entry& entry) {
  heap_[place] = entry;
  slots_[entry.slot].place = static_cast<uint32_t>(place);
}

void TimerQueue::SiftUp(size_t place, const Entry& entry) {
  while (place > 0) {
    const size_t parent = (place - 1) / kArity;
    if (!entry.Before(heap_[parent])) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, entry);
}

void TimerQueue::SiftDown(size_t place, const Entry& entry) {
  for (;;) {
    const size_t first = place * kArity + 1;
    if (first >= heap_.size()) break;
    size_t least = first;
    const size_t end = std::min(first + kArity, heap_.size());
    for (size_t child = first + 1; child < end; ++child)
      if (heap_[child].Before(heap_[least])) least = child;
    if (!heap_[least].Before(entry)) break;
    Put(place, heap_[least]);
    place = least;
  }
  Put(place, entry);
}

}  // namespace bellrock::fiber
