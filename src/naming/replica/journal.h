// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "naming/replica/replica.h"

namespace bellrock::naming::replica {

// What goes from a replica to the disk, in which pieces. What always holds: whatever the disk keeps
// of the units written so far, its records are at least as new as its vector says. So a unit takes
// changes in their order, holds the present record of each path, and is one piece of the log: all
// of it or nothing. A unit that could not be written is made again, with what came since. Pure;
// owned by the server place.
class Journal {
 public:
  static constexpr size_t kUnitBytesMax = size_t{1} << 20;  // about
  // Waiting for a disk that does not take them; beyond it nothing more may be taken from peers.
  static constexpr size_t kWaitingMax = 1'000'000;

  // Takes over what the replica changed; the number to wait for (durable()).
  uint64_t Collect(Replica& replica);
  uint64_t collected() const { return taken_ + waiting_.size(); }
  uint64_t durable() const { return taken_; }
  bool idle() const { return waiting_.empty(); }
  size_t waiting() const { return waiting_.size(); }
  bool full() const { return waiting_.size() >= kWaitingMax; }

  // The next unit; not idle(). Written() or Failed() follows before another.
  std::string NextUnit(const Replica& replica);
  void Written();
  void Failed() { in_unit_ = 0; }
  // Without a disk: nothing is kept, all of it counts as durable.
  void Discard();

 private:
  std::deque<Change> waiting_;
  size_t in_unit_ = 0;
  uint64_t taken_ = 0;
};

// Recovery: reads snapshot entries and units back into a replica. kDataLoss: another format, since
// the log has checked that the bytes are whole.
class Recovery {
 public:
  explicit Recovery(Replica& replica) : replica_(replica) {}

  Status OnSnapshotEntry(std::string_view bytes, const Moment& at);
  Status OnUnit(std::string_view bytes, const Moment& at);
  // The replica is whole then.
  void Finish() { replica_.FinishRecovery(seen_); }

 private:
  Replica& replica_;
  VersionVector seen_;
};

// A snapshot in steps, between which the replica may change: what changed meanwhile is in units
// that are replayed over it.
class SnapshotCursor {
 public:
  // Appends at most `entries_max` entries, the first time more if there are many tombstones. True
  // when all were given.
  bool Next(const Replica& replica, size_t entries_max, std::vector<std::string>& out);

 private:
  bool begun_ = false;
  std::string after_;
};

}  // namespace bellrock::naming::replica
