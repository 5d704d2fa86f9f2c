// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/push_window.h"

#include <algorithm>

namespace bellrock::naming {

void PushWindow::OnPush(Time due, size_t events, Time now) {
  const Duration held = At(now);
  // As wide as the last round of pushes took: then the rounds take at most half of the time.
  Duration wanted = std::max(kMin, 2 * (now - due));
  if (events >= kManyEvents) wanted = std::max(wanted, 2 * held);
  if (wanted <= held) return;
  width_ = std::min(wanted, kMax);
  since_ = now;
}

Duration PushWindow::At(Time now) const {
  constexpr int64_t kShiftMax = 32;
  const int64_t halvings = std::clamp<int64_t>((now - since_) / kHalfLife, 0, kShiftMax);
  return std::max(kMin, Duration(width_.count() >> halvings));
}

}  // namespace bellrock::naming
