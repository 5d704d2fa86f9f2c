// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/version_vector.h"

#include <algorithm>

namespace bellrock::naming::replica {

uint64_t VersionVector::FoldOf(uint64_t node) const {
  const auto at = folds_.find(node);
  return at == folds_.end() ? 0 : at->second;
}

uint64_t VersionVector::At(const Origin& origin) const {
  if (origin.epoch < FoldOf(origin.node)) return kWhole;
  const auto at = entries_.find(origin);
  return at == entries_.end() ? 0 : at->second;
}

bool VersionVector::CoversFolds(const VersionVector& other) const {
  return std::all_of(other.folds_.begin(), other.folds_.end(),
                     [&](const auto& fold) { return FoldOf(fold.first) >= fold.second; });
}

bool VersionVector::Covers(const VersionVector& other) const {
  return CoversFolds(other) &&
         std::all_of(other.entries_.begin(), other.entries_.end(), [&](const auto& entry) {
           return Covers(Dot{entry.first, entry.second});
         });
}

uint64_t VersionVector::LatestEpoch(uint64_t node) const {
  const auto after = entries_.upper_bound({node, UINT64_MAX});
  const bool any = after != entries_.begin() && std::prev(after)->first.node == node;
  return std::max(FoldOf(node), any ? std::prev(after)->first.epoch : 0);
}

VersionVector::Order VersionVector::Compare(const VersionVector& other) const {
  const bool covers = Covers(other), covered = other.Covers(*this);
  if (covers && covered) return Order::kEqual;
  if (covers) return Order::kAfter;
  return covered ? Order::kBefore : Order::kConcurrent;
}

void VersionVector::Raise(const Dot& dot) {
  if (dot.sequence == 0 || Covers(dot)) return;
  entries_[dot.origin] = dot.sequence;
}

void VersionVector::Join(const VersionVector& other) {
  for (const auto& [node, epoch] : other.folds_) Fold(node, epoch);
  for (const auto& [origin, sequence] : other.entries_) Raise({origin, sequence});
}

VersionVector VersionVector::Meet(const VersionVector& a, const VersionVector& b) {
  VersionVector both;
  for (const auto& [node, epoch] : a.folds_) {
    const uint64_t common = std::min(epoch, b.FoldOf(node));
    if (common != 0) both.folds_[node] = common;
  }
  for (const VersionVector* one : {&a, &b}) {
    for (const auto& [origin, sequence] : one->entries_) {
      both.Raise({origin, std::min(a.At(origin), b.At(origin))});
    }
  }
  return both;
}

void VersionVector::Fold(uint64_t node, uint64_t epoch) {
  if (epoch <= FoldOf(node)) return;
  folds_[node] = epoch;
  entries_.erase(entries_.lower_bound({node, 0}), entries_.lower_bound({node, epoch}));
}

}  // namespace bellrock::naming::replica
