// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/source_log.h"

#include <algorithm>

namespace bellrock::metrics {

SourceLog::Source& SourceLog::Touch(const std::string& source, uint64_t epoch, bool& fresh) {
  std::string key = source + '#' + std::to_string(epoch);
  auto found = by_key_.find(key);
  fresh = found == by_key_.end();
  if (!fresh) {
    order_.splice(order_.end(), order_, found->second);
    return order_.back();
  }
  if (by_key_.size() >= sources_max_) {
    by_key_.erase(order_.front().key);
    order_.pop_front();
  }
  order_.push_back({});
  order_.back().key = key;
  by_key_.emplace(std::move(key), std::prev(order_.end()));
  return order_.back();
}

bool SourceLog::Note(const std::string& source, uint64_t epoch, uint64_t sequence, uint64_t calls,
                     uint64_t calls_total, int64_t second) {
  bool fresh = false;
  Source& entry = Touch(source, epoch, fresh);
  entry.heard_second = second;
  if (!entry.sequences.Note(sequence)) return false;
  if (fresh) {
    // A source that has been pushing to an earlier run of this server: only what comes from now on
    // is expected here.
    entry.baseline = entry.total = calls_total - calls;
  }
  // The very first push speaks for all the source ever counted, dropped calls included.
  const uint64_t baseline = sequence == 1 ? 0 : std::min(entry.baseline, calls_total - calls);
  const uint64_t total = std::max(entry.total, calls_total);
  calls_expected_ += (total - entry.total) + (entry.baseline - baseline);
  entry.total = total;
  entry.baseline = baseline;
  return true;
}

uint64_t SourceLog::HeardSince(int64_t second) const {
  return static_cast<uint64_t>(
      std::count_if(order_.begin(), order_.end(),
                    [second](const Source& source) { return source.heard_second >= second; }));
}

}  // namespace bellrock::metrics
