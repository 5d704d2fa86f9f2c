// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "bellrock/time.h"
#include "naming/registry.h"
#include "naming/server/reply_encoder.h"

namespace bellrock::naming::server {

// The full state of a target in replies, read in order by any number of watchers. A reply is
// encoded when the first of them comes to it. It is the state as of `revision` or later, instance
// by instance: who has read all of it goes on with the events after `revision`. On the home loop.
class FullState {
 public:
  static constexpr size_t kChunk = 5'000;  // instances in one reply

  struct Chunk {
    SharedReply reply;
    std::string after;  // the last path in it
    bool last = false;
    std::shared_ptr<Chunk> next;
  };

  FullState(Registry& registry, Target target, WatchFilter filter, uint64_t epoch);

  uint64_t revision() const { return revision_; }
  std::shared_ptr<Chunk> First() { return Make("", true); }
  // Not of the last one.
  std::shared_ptr<Chunk> After(Chunk& chunk);
  size_t bytes() const { return bytes_; }

 private:
  std::shared_ptr<Chunk> Make(const std::string& after, bool first);

  Registry& registry_;
  const Target target_;
  const WatchFilter filter_;
  const uint64_t epoch_;
  const uint64_t revision_;
  size_t bytes_ = 0;  // made so far
};

// Who needs the full state of the same target at about the same time reads the same one (VIN-065).
// One is kept for those who come while it is young, small, and still true; for those who come when
// kFreshMax have been made within a second, while it is not far behind: events make up for the
// rest. Readers keep what they still have to read of it. On
// the home loop.
class FullStates {
 public:
  static constexpr Duration kJoinFor = std::chrono::seconds(1);
  static constexpr uint64_t kJoinBehindMax = 1'000;  // revisions
  static constexpr int kFreshMax = 8;                // of one target and filter within kJoinFor
  static constexpr size_t kKept = 64;
  static constexpr size_t kKeptBytesMax = 4 << 20;  // of one

  FullStates(Registry& registry, uint64_t epoch) : registry_(registry), epoch_(epoch) {}

  struct Reading {
    std::shared_ptr<FullState> state;
    std::shared_ptr<FullState::Chunk> chunk;  // the first
  };
  // Of that revision or later: nobody is led back behind what he was told.
  Reading Join(const Target& target, const WatchFilter& filter, uint64_t at_least, Time now);
  // Drops what nobody may join any more. Call once a second.
  void Sweep(Time now);
  uint64_t made() const { return made_; }

 private:
  struct Kept {
    Reading reading;
    Time begun;
    Time crowd_since;  // what `fresh` counts from
    int fresh = 0;
  };
  bool Joinable(const Kept& kept, Time now) const;
  bool Crowded(const Kept& kept, Time now) const {
    return kept.fresh >= kFreshMax && now - kept.crowd_since <= kJoinFor;
  }

  Registry& registry_;
  const uint64_t epoch_;
  std::map<std::string, Kept> kept_;  // by target and filter
  uint64_t made_ = 0;
};

}  // namespace bellrock::naming::server
