// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/set_dictionary.h"

#include "metrics/bounds.h"

namespace bellrock::metrics {

SetDictionary::SetDictionary(size_t sets_max) : sets_max_(sets_max) {
  for (const bool served : {false, true}) {
    for (int code = 0; code < kStatusCodeCount; ++code) {
      entries_.push_back(
          {{kOverflowName, kOverflowName, kOverflowName, kOverflowName, code, "", served},
           1,
           true});
    }
  }
}

uint32_t SetDictionary::Intern(const Dimensions& dimensions) {
  if (auto found = numbers_.find(dimensions); found != numbers_.end()) return found->second;
  if (numbers_.size() >= sets_max_) {
    ++overflowed_;
    return static_cast<uint32_t>(dimensions.code + (dimensions.served ? kStatusCodeCount : 0));
  }
  uint32_t set = end();
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    set = free_.back();
    free_.pop_back();
  }
  entries_[set] = {dimensions, 0, true};
  numbers_.emplace(dimensions, set);
  return set;
}

void SetDictionary::Release(uint32_t set) {
  Entry& entry = entries_[set];
  if (--entry.references > 0) return;
  numbers_.erase(entry.dimensions);
  entry = {};
  free_.push_back(set);
}

}  // namespace bellrock::metrics
