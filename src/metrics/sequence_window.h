// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/bounds.h"

namespace bellrock::metrics {

// The newest 128 sequence numbers of a source, told apart; older ones count as seen. A value.
class SequenceWindow {
 public:
  // False if it was noted before, or may have been.
  bool Note(uint64_t sequence);

  // For keeping: the newest, and bit i of byte i/8 for newest - i.
  uint64_t newest() const { return newest_; }
  std::string Bits() const;
  static SequenceWindow From(uint64_t newest, std::string_view bits);

 private:
  uint64_t newest_ = 0;
  std::bitset<kSequencesRemembered> seen_;
};

}  // namespace bellrock::metrics
