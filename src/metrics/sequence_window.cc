// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/sequence_window.h"

namespace bellrock::metrics {

bool SequenceWindow::Note(uint64_t sequence) {
  if (seen_.none()) {
    newest_ = sequence;
    seen_.set(0);
    return true;
  }
  if (sequence > newest_) {
    const uint64_t ahead = sequence - newest_;
    seen_ = ahead < kSequencesRemembered ? seen_ << ahead : decltype(seen_)();
    newest_ = sequence;
    seen_.set(0);
    return true;
  }
  const uint64_t behind = newest_ - sequence;
  if (behind >= kSequencesRemembered || seen_.test(behind)) return false;
  seen_.set(behind);
  return true;
}

std::string SequenceWindow::Bits() const {
  std::string bits(kSequencesRemembered / 8, '\0');
  for (size_t i = 0; i < kSequencesRemembered; ++i) {
    if (seen_.test(i)) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
  }
  return bits;
}

SequenceWindow SequenceWindow::From(uint64_t newest, std::string_view bits) {
  SequenceWindow window;
  window.newest_ = newest;
  for (size_t i = 0; i < kSequencesRemembered && i / 8 < bits.size(); ++i) {
    if ((static_cast<unsigned char>(bits[i / 8]) >> (i % 8) & 1) != 0) window.seen_.set(i);
  }
  return window;
}

}  // namespace bellrock::metrics
