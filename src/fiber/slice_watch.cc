// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/slice_watch.h"

namespace bellrock::fiber {

bool SliceWatch::Look(uint64_t word, Time now) {
  active_ = word != seen_ || IsUser(word);
  if (word != seen_) {
    seen_ = word;
    since_ = now;
    return false;
  }
  return IsUser(word) && now - since_ >= tick_;
}

void LongRun::Begin(uint64_t slice, Time since) {
  if (slice_ == slice) return;
  slice_ = slice;
  since_ = since;
  reported_ = false;
}

bool LongRun::IsDue(Time now, Duration bound) const {
  return slice_ != 0 && !reported_ && now - since_ >= bound;
}

}  // namespace bellrock::fiber
