// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "naming/replica/version_vector.h"

namespace bellrock::naming::replica {

// Says which events are behind everybody, so that tombstones and ended lives may be forgotten. An
// event is stable when every known peer has passed it and whatever any of them had accepted before
// that has arrived here too: only then can nothing older of the same record come any more, from no
// log. Works in rounds, so that it needs no vector per tombstone. Owned by a replica.
class Stability {
 public:
  // All nodes that share the data but ourselves, also those out of reach. Nothing is stable before
  // each was heard.
  void SetPeers(const std::set<uint64_t>& nodes);
  void Heard(uint64_t node, const VersionVector& seen);
  // Ends the round if we have seen all that anybody had when it began, and begins the next.
  void Step(const VersionVector& own);

  const VersionVector& stable() const { return stable_; }
  // Lives of nodes that ended and of which all peers have seen exactly what we have: node -> the
  // first epoch that must stay.
  std::map<uint64_t, uint64_t> Foldable(const VersionVector& own) const;

 private:
  struct Round {
    VersionVector passed;   // by everybody
    VersionVector barrier;  // what anybody had
  };
  // Of the lives of a node before its present one.
  static bool SameBelow(const Origin& present, const VersionVector& own,
                        const VersionVector& theirs);
  bool all_heard() const;

  std::map<uint64_t, std::optional<VersionVector>> peers_;
  std::optional<Round> round_;
  VersionVector stable_;
};

}  // namespace bellrock::naming::replica
