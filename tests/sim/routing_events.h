// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "bellrock/time.h"

namespace bellrock::routing::sim {

enum class EventKind : uint8_t {
  kCall,         // a: caller; it wants to make a call
  kArrive,       // a: attempt; its request reaches the callee
  kServed,       // a: attempt, b: callee and its life
  kReply,        // a: attempt; the answer reaches the caller
  kGiveUp,       // a: attempt; the caller's patience ends
  kTick,         // a: caller
  kProbeResult,  // a: probe
  kSample,
  kChange,  // a: number of the change
};

struct Event {
  Time at;
  uint64_t order = 0;
  EventKind kind = EventKind::kSample;
  uint32_t a = 0;
  uint32_t b = 0;

  friend bool operator>(const Event& one, const Event& other) {
    return one.at != other.at ? one.at > other.at : one.order > other.order;
  }
};

// What will happen, in order of time and, at one moment, in the order in which it was said. Plain
// values instead of functions: a scene has millions of them.
class EventQueue {
 public:
  void Push(Time at, EventKind kind, uint32_t a = 0, uint32_t b = 0) {
    events_.push(Event{at, ++order_, kind, a, b});
  }
  bool empty() const { return events_.empty(); }
  Event Pop() {
    const Event event = events_.top();
    events_.pop();
    return event;
  }

 private:
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t order_ = 0;
};

}  // namespace bellrock::routing::sim
