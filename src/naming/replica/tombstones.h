// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bellrock/time.h"
#include "naming/replica/version_vector.h"

namespace bellrock::naming::replica {

// Which dead words (a deregistration, an operator's word taken back) are kept, in the order in
// which they came, and when each may be forgotten: when it is stable, or, against a peer that never
// comes back, by number and age. Owned by a replica.
class Tombstones {
 public:
  enum class Word : uint8_t { kInstance, kOperator };
  struct Options {
    size_t number_max = 100'000;
    // Longer than a message can be under way or two clocks differ.
    Duration age_min = std::chrono::seconds(60);
    Duration age_max = std::chrono::hours(24);
  };
  struct Entry {
    std::string path;
    Word word = Word::kInstance;
    Dot dot;
    Time since;
    bool forced = false;  // forgotten although somebody may not have it
  };

  explicit Tombstones(const Options& options) : options_(options) {}

  void Add(std::string path, Word word, const Dot& dot, Time now);
  // Takes out what may be forgotten, at most kSweepMax. The word may have been overtaken since.
  static constexpr size_t kSweepMax = 1000;
  std::vector<Entry> Sweep(const VersionVector& stable, Time now);
  size_t size() const { return entries_.size(); }

 private:
  const Options options_;
  std::deque<Entry> entries_;
};

}  // namespace bellrock::naming::replica
