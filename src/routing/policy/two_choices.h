// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

// The power of two choices (Mitzenmacher 2001) over a table's sequence: both candidates come from
// the sequence, so static weights, shields and levels hold as for every policy, and the better one
// is taken.
namespace bellrock::routing::policy {

struct Candidates {
  uint16_t first = 0;
  uint16_t second = 0;  // equal to the first if no other was found soon
};

// A position that has nothing to do with the cursor's next ones. In a sequence neighbours are
// always the same, so the element beside the first would make fixed pairs: an instance whose
// partner is slow too would never be compared with a fast one.
constexpr uint32_t Stray(uint32_t cursor) {
  uint32_t mixed = cursor * 0x9e3779b9u;  // finalizer of MurmurHash3
  mixed ^= mixed >> 16;
  mixed *= 0x85ebca6bu;
  mixed ^= mixed >> 13;
  mixed *= 0xc2b2ae35u;
  return mixed ^ (mixed >> 16);
}

// `sequence` is a power of two long and not empty.
inline Candidates TwoOf(std::span<const uint16_t> sequence, uint32_t cursor) {
  constexpr uint32_t kTries = 4;  // for another than the first
  const auto mask = static_cast<uint32_t>(sequence.size() - 1);
  Candidates two;
  two.first = sequence[cursor & mask];
  uint32_t at = Stray(cursor);
  for (uint32_t turn = 0; turn < kTries; ++turn, ++at) {
    two.second = sequence[at & mask];
    if (two.second != two.first) break;
  }
  return two;
}

}  // namespace bellrock::routing::policy
