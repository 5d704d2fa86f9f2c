// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/tombstones.h"

#include <utility>

namespace bellrock::naming::replica {

void Tombstones::Add(std::string path, Word word, const Dot& dot, Time now) {
  entries_.push_back({std::move(path), word, dot, now, false});
}

std::vector<Tombstones::Entry> Tombstones::Sweep(const VersionVector& stable, Time now) {
  std::vector<Entry> forgotten;
  while (!entries_.empty() && forgotten.size() < kSweepMax) {
    Entry& oldest = entries_.front();
    const Duration age = now - oldest.since;
    const bool passed = age >= options_.age_min && stable.Covers(oldest.dot);
    oldest.forced = !passed;
    if (!passed && age < options_.age_max && entries_.size() <= options_.number_max) break;
    forgotten.push_back(std::move(oldest));
    entries_.pop_front();
  }
  return forgotten;
}

}  // namespace bellrock::naming::replica
