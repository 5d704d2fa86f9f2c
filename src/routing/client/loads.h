// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "bellrock/time.h"
#include "routing/policy/load.h"

namespace bellrock::routing::client {

// What this process has going at each slot, for policies that look at it (p2c, least_request,
// bounded_ring): policy::Load in relaxed atomics. Any thread; nobody waits, and a lost update costs
// a sample. Calls that were picked under another policy make the count wrong until the slot is idle
// once. Time is that of the router's last tick: averages that fade over seconds need no better.
class Loads {
 public:
  explicit Loads(size_t slots) : slots_(slots), cells_(std::make_unique<Cell[]>(slots)) {}

  void SetTime(Time now) { now_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  Time now() const { return Time{Duration{now_.load(std::memory_order_relaxed)}}; }

  void Begin(uint32_t slot) {
    if (slot >= slots_) return;
    cells_[slot].in_flight.fetch_add(1, std::memory_order_relaxed);
    in_flight_.fetch_add(1, std::memory_order_relaxed);
  }
  void End(uint32_t slot, bool ok, Duration latency) {
    if (slot >= slots_) return;
    policy::Load load = Of(slot);
    policy::EndCall(load, policy::LoadOptions(), ok, latency, now());
    cells_[slot].ewma_us.store(load.ewma_us, std::memory_order_relaxed);
    cells_[slot].stamp.store(load.stamp.time_since_epoch().count(), std::memory_order_relaxed);
    Drop(slot);
  }
  // It ended without a word on the instance.
  void Drop(uint32_t slot) {
    if (slot < slots_ && Lower(cells_[slot].in_flight)) Lower(in_flight_);
  }
  policy::Load Of(uint32_t slot) const {
    if (slot >= slots_) return {};
    const Cell& cell = cells_[slot];
    return {cell.ewma_us.load(std::memory_order_relaxed),
            cell.in_flight.load(std::memory_order_relaxed),
            Time{Duration{cell.stamp.load(std::memory_order_relaxed)}}};
  }
  uint32_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  size_t slots() const { return slots_; }

 private:
  struct Cell {
    std::atomic<double> ewma_us{0};
    std::atomic<int64_t> stamp{0};
    std::atomic<uint32_t> in_flight{0};
  };

  // Never below 0, whatever is reported twice.
  static bool Lower(std::atomic<uint32_t>& count) {
    uint32_t now = count.load(std::memory_order_relaxed);
    while (now > 0) {
      if (count.compare_exchange_weak(now, now - 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  const size_t slots_;
  std::unique_ptr<Cell[]> cells_;
  std::atomic<uint32_t> in_flight_{0};
  std::atomic<int64_t> now_{0};
};

}  // namespace bellrock::routing::client
