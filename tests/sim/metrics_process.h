// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/status.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "testing/sim_clock.h"

namespace bellrock::metrics {

// Where requests go to, and how it is at the moment.
struct SimPlace {
  static constexpr Duration kUsualDelay = std::chrono::milliseconds(2);

  bool up = true;
  uint64_t life = 1;                 // what was asked of an earlier one gets no answer
  Duration delay_max = kUsualDelay;  // of a message, either way
  uint64_t lost_per_mille = 0;       // answers, and as many requests

  void Die() {
    up = false;
    ++life;
  }
};

// A process as others see it: it asks places for things, dies at any moment or stands still, and
// then what it asked for may have been done or not. Its fibers run on; what they ask goes nowhere
// while it is dead and waits while it stands still. Lives on one loop.
class SimProcess {
 public:
  explicit SimProcess(testing::SimRandom& dice) : dice_(dice) {}

  bool dead() const { return dead_; }
  bool paused() const { return paused_; }
  bool runs() const { return !dead_ && !paused_; }
  void Kill() {
    dead_ = true;
    Resume();
  }
  void Pause() { paused_ = true; }
  void Resume() {
    paused_ = false;
    resumed_.WakeAll();
  }

  template <typename Ask>
  auto Call(const SimPlace& place, Ask ask) -> decltype(ask()) {
    if (dead_) return CancelledError("died");
    const Status sent = Travel(place);
    if (!sent.ok()) {
      if (place.up && OneIn(2)) (void)ask();  // it was on its way
      return sent;
    }
    if (!place.up || Lost(place)) return UnavailableError("not reached");
    const uint64_t life = place.life;
    auto answer = ask();
    BELLROCK_TRY(Travel(place));
    if (place.life != life || Lost(place)) return UnavailableError("the answer was lost");
    return answer;
  }
  // kCancelled if it died.
  Status AwaitRunning() {
    while (paused_) BELLROCK_TRY(resumed_.Wait());
    return dead_ ? CancelledError("died") : Status::Ok();
  }

 private:
  bool OneIn(uint64_t n) { return dice_.Between(1, n) == 1; }
  bool Lost(const SimPlace& place) { return dice_.Between(1, 1000) <= place.lost_per_mille; }
  Status Travel(const SimPlace& place) {
    BELLROCK_TRY(AwaitRunning());
    const auto max = static_cast<uint64_t>(place.delay_max.count());
    BELLROCK_TRY(fiber::SleepFor(Duration(dice_.Between(max / 10, max))));
    const bool stood = paused_;
    BELLROCK_TRY(AwaitRunning());
    return stood && OneIn(2) ? DeadlineExceededError("stood still too long") : Status::Ok();
  }

  testing::SimRandom& dice_;
  bool dead_ = false;
  bool paused_ = false;
  fiber::WaitQueue resumed_;
};

}  // namespace bellrock::metrics
