// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>

namespace bellrock::naming::replica {

// One life of a node: the epoch is raised, durably, each time it starts, so that a node which lost
// the unsynced end of its journal never uses a number twice.
struct Origin {
  uint64_t node = 0;
  uint64_t epoch = 0;

  friend auto operator<=>(const Origin&, const Origin&) = default;
};

// The name of one event: the n-th of its origin, from 1. 0 names none.
struct Dot {
  Origin origin;
  uint64_t sequence = 0;

  friend auto operator<=>(const Dot&, const Dot&) = default;
};

// What a replica has seen (VIN-048): of each origin all events up to a number. Lives of a node that
// ended and of which everybody has everything are folded into one epoch per node, so that restarts
// do not let it grow. A value.
class VersionVector {
 public:
  enum class Order : uint8_t { kEqual, kBefore, kAfter, kConcurrent };
  static constexpr uint64_t kWhole = UINT64_MAX;  // of a folded life

  // Of this origin all up to here.
  uint64_t At(const Origin& origin) const;
  bool Covers(const Dot& dot) const { return dot.sequence <= At(dot.origin); }
  bool Covers(const VersionVector& other) const;
  // Whether lives that the other has folded are folded here too; if not, nobody can say from the
  // numbers alone what is missing.
  bool CoversFolds(const VersionVector& other) const;
  // The last life of that node of which anything was seen; 0: of none.
  uint64_t LatestEpoch(uint64_t node) const;
  Order Compare(const VersionVector& other) const;

  void Raise(const Dot& dot);
  // The least that covers both, and the most that both cover.
  void Join(const VersionVector& other);
  static VersionVector Meet(const VersionVector& a, const VersionVector& b);
  // All lives of the node before `epoch` are seen whole.
  void Fold(uint64_t node, uint64_t epoch);

  const std::map<Origin, uint64_t>& entries() const { return entries_; }
  const std::map<uint64_t, uint64_t>& folds() const { return folds_; }
  size_t bytes() const { return 24 * entries_.size() + 16 * folds_.size(); }

  friend bool operator==(const VersionVector&, const VersionVector&) = default;

 private:
  uint64_t FoldOf(uint64_t node) const;

  std::map<Origin, uint64_t> entries_;
  std::map<uint64_t, uint64_t> folds_;  // node -> epochs below it are seen whole
};

}  // namespace bellrock::naming::replica
