// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/protect/push_pause.h"

#include <fmt/format.h>

namespace bellrock::naming::protect {

void PushPause::OnSample(uint64_t sent, uint64_t capacity, Time now) {
  samples_.push_back({sent, capacity});
  if (samples_.size() > kSamples) samples_.pop_front();
  if (on_) {
    const bool overdue = now - since_ >= kPauseMax;
    if (overdue) breath_until_ = now + kBreath;
    if (overdue || share() < kResumeBelow) on_ = false;
    return;
  }
  if (samples_.size() < kSamples || share() <= kPauseAbove || now < breath_until_) return;
  on_ = true;
  since_ = now;
}

double PushPause::share() const {
  uint64_t sent = 0, capacity = 0;
  for (const Sample& sample : samples_) {
    sent += sample.sent;
    capacity += sample.capacity;
  }
  return capacity == 0 ? 0 : static_cast<double>(sent) / static_cast<double>(capacity);
}

PushPause::State PushPause::At(Time now) const {
  if (const Override* said = override_.At(now)) {
    return {said->on, true, said->since, said->who_and_why};
  }
  if (!on_) return {};
  return {true, false, since_, fmt::format("{:.0f} % of the network's bandwidth", 100 * share())};
}

}  // namespace bellrock::naming::protect
