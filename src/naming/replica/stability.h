// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "naming/replica/version_vector.h"

namespace bellrock::naming::replica {

// What a node said that it has seen, and whom it knows to share the data; of two the one with the
// later life, then count, is the later.
struct SeenBy {
  Origin life;
  uint64_t count = 0;
  VersionVector seen;
  std::set<uint64_t> peers{};
};

// Says which events are behind everybody, so that tombstones and ended lives may be forgotten. An
// event is stable when every known peer has passed it and whatever any of them had accepted before
// that has arrived here too: only then can nothing older of the same record come any more, from no
// log. Works in rounds, so that it needs no vector per tombstone. Owned by a replica.
class Stability {
 public:
  explicit Stability(uint64_t self) : self_(self) {}

  // All nodes that share the data but ourselves, also those out of reach. Nothing is stable before
  // each was heard, nor before everybody was whom one of those knows: a node that comes without a
  // memory does not know whom it does not know.
  void SetPeers(const std::set<uint64_t>& nodes);
  // As set, without those that others told of: for SeenBy::peers, so that no two nodes keep a third
  // alive by telling each other.
  const std::set<uint64_t>& own_peers() const { return own_peers_; }
  // Directly or through somebody else; only what is later than before counts.
  void Heard(const SeenBy& peer);
  // What to pass on, so that nodes that never talk to each other hear of each other all the same.
  std::vector<SeenBy> Share() const;
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
  void TakePeers();

  const uint64_t self_;
  std::set<uint64_t> own_peers_;
  std::map<uint64_t, std::optional<SeenBy>> peers_;
  std::optional<Round> round_;
  VersionVector stable_;
};

}  // namespace bellrock::naming::replica
