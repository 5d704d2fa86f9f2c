// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "metrics/bounds.h"
#include "metrics/sequence_window.h"

namespace bellrock::metrics {

// Remembers which pushes were applied, by (source, epoch, sequence), so that a push sent again
// after a lost answer counts once; and sums what the sources say they counted, for calls_expected.
// Per source the newest 128 sequences are told apart, older ones count as duplicates. At the bound
// the source unheard for longest is forgotten. Not thread-safe.
class SourceLog {
 public:
  explicit SourceLog(size_t sources_max) : sources_max_(sources_max) {}

  // False if this push was noted before. `calls` are those in the push, `calls_total` the source's
  // own running sum.
  bool Note(const std::string& source, uint64_t epoch, uint64_t sequence, uint64_t calls,
            uint64_t calls_total, int64_t second);

  // Sum over all sources ever heard of the calls they counted since this log began to hear them.
  uint64_t calls_expected() const { return calls_expected_; }
  // Sources heard at or after `second`.
  uint64_t HeardSince(int64_t second) const;

 private:
  struct Source {
    std::string key;
    SequenceWindow sequences;
    uint64_t baseline = 0;  // what the source had counted before we heard it
    uint64_t total = 0;
    int64_t heard_second = 0;
  };
  using Order = std::list<Source>;  // least recently heard first

  Source& Touch(const std::string& source, uint64_t epoch, bool& fresh);

  size_t sources_max_;
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_key_;
  uint64_t calls_expected_ = 0;
};

}  // namespace bellrock::metrics
