// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>

#include "shm/cursor_file.h"

namespace bellrock::routing::client {

// Where the callers of a service are in its sequences, all processes of the host together: quotas
// are then right for the host, however the calls are spread over processes and threads (ZY-022).
struct Cursors {
  explicit Cursors(shm::CursorFile shared) : file(std::move(shared)) {}

  const shm::CursorFile file;
  // Moves on with the router's ticks: by it a thread sees, without a clock, how fast it calls.
  std::atomic<uint32_t> ticks{0};
};

// The elements of one sequence that one thread has taken and not used yet. A busy thread takes many
// at once, so that the shared line is seldom touched; one that calls now and then takes one.
class Claim {
 public:
  static constexpr uint32_t kElementsMax = 64;

  // The next element's number.
  uint32_t Next(Cursors& cursors, uint32_t pool) {
    if (next_ == end_) [[unlikely]]
      Refill(cursors, pool);
    return next_++;
  }
  // Where the next one will be, for a look ahead.
  uint32_t next() const { return next_; }

 private:
  void Refill(Cursors& cursors, uint32_t pool) {
    const uint32_t now = cursors.ticks.load(std::memory_order_relaxed);
    // Used up within a tick or two: twice as many. Otherwise as few as lasted.
    elements_ = now - refilled_ <= 1 ? std::min(elements_ * 2, kElementsMax)
                                     : std::max(elements_ / 2, uint32_t{1});
    refilled_ = now;
    next_ = static_cast<uint32_t>(cursors.file.Claim(pool, elements_));
    end_ = next_ + elements_;
  }

  uint32_t next_ = 0;
  uint32_t end_ = 0;
  uint32_t elements_ = 1;
  uint32_t refilled_ = 0;
};

}  // namespace bellrock::routing::client
