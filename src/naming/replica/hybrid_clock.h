// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace bellrock::naming::replica {

// A hybrid timestamp: 48 bits of Unix milliseconds, 16 bits that count within one. Ordered as time
// is, and later for whoever saw the earlier.
struct Hlc {
  uint64_t value = 0;

  int64_t unix_ms() const { return static_cast<int64_t>(value >> 16); }
  friend auto operator<=>(const Hlc&, const Hlc&) = default;
};

// One node's hybrid logical clock (Kulkarni, Demirbas et al., "Logical Physical Clocks", 2014):
// close to the wall clock, never backwards, later than every timestamp that it was shown. The wall
// clock is an argument and may jump either way: after a jump back timestamps go on counting from
// the last one until the wall clock has caught up. Owned by a replica.
class HybridClock {
 public:
  // Two nodes whose clocks are 5 s wrong in opposite directions differ by 10 s. A timestamp further
  // ahead than this comes from a broken clock and does not drag ours along.
  static constexpr int64_t kDriftMsMax = 60'000;

  // Later than all stamped and observed before, and than `after`: so whoever overwrites a word from
  // a broken clock is still the later one.
  Hlc Stamp(int64_t unix_ms, Hlc after = {});
  // Takes over a timestamp from elsewhere. False, and counted: it lies too far ahead.
  bool Observe(Hlc seen, int64_t unix_ms);

  Hlc last() const { return last_; }
  uint64_t refused() const { return refused_; }

 private:
  Hlc last_;
  uint64_t refused_ = 0;
};

}  // namespace bellrock::naming::replica
