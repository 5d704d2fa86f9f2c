// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "bellrock/time.h"
#include "naming/protect/override.h"

namespace bellrock::naming::protect {

// Senses a partition among servers or a mass loss of heartbeats before leases run out (VIN-044) and
// says whether states are frozen (VIN-045): while they are nobody becomes unreachable, heartbeats
// still revive. Pure; the server place feeds it and asks it, on one loop.
//
// Begins when a member is lost while heartbeats are missing, or when so many heartbeats are missing
// that single deaths do not explain it. Ends by itself: when heartbeats have been whole again for a
// while (who talked to a member that crashed talks to another by then), when what is missing has
// been missing for so long that it counts as dead, or at the latest when a named time is over.
class Freeze {
 public:
  // A slot of heartbeats; the window has to be shorter than the shortest usual lease.
  static constexpr Duration kSlot = std::chrono::seconds(1);
  static constexpr size_t kSlots = 4;
  // Of the heartbeats that were due. Above what a bad host or a release loses, below what cutting
  // off one of several sites does.
  static constexpr double kMissingShareMax = 0.15;
  static constexpr double kMissingShareCalm = 0.05;
  // The same while members are lost: who is on the other side of a cut must not run out here.
  static constexpr double kMissingShareCalmCut = 0.01;
  // Fewer heartbeats due in a window than this say nothing about shares.
  static constexpr uint64_t kDueMin = 10;
  // Missing nobody: after a member was lost its clients need this long to come to another.
  static constexpr Duration kHold = std::chrono::seconds(10);
  // With all members there: what is still missing then has died, and leases may tell.
  static constexpr Duration kHeartbeatsMax = std::chrono::minutes(5);
  // With members lost: longer than any partition that nobody has looked at.
  static constexpr Duration kMembersMax = std::chrono::hours(24);

  enum class Reason : uint8_t { kNone, kOperator, kMembersLost, kHeartbeatsMissing };
  struct State {
    bool on = false;
    Reason reason = Reason::kNone;
    Time since;
    std::string detail;  // for people: "2 of 5 members lost, 31 % of heartbeats missing"
  };

  // From membership, at each change: how many there are, and how many of them nobody here hears.
  void SetMembers(size_t known, size_t lost, Time now);
  // Of the leases held here: whose heartbeats are due, which of them are missing, and which may
  // still come, for nobody has listened long enough. While those are many it does not end; and it
  // begins, if members are lost, who may be hearing them.
  struct Slot {
    uint64_t due = 0;
    uint64_t missing = 0;
    uint64_t unproven = 0;
  };
  // Once per kSlot.
  void OnSlot(const Slot& slot, Time now);
  OverrideSlot& override_slot() { return override_; }

  State At(Time now) const;
  double missing_share() const { return ShareOf(&Slot::missing); }

 private:
  double ShareOf(uint64_t Slot::*what) const;
  double unproven_share() const { return ShareOf(&Slot::unproven); }
  void Decide(Time now);
  bool Overdue(Time now) const;
  std::string Detail() const;

  std::deque<Slot> slots_;
  size_t known_ = 0;
  size_t lost_ = 0;
  bool on_ = false;
  bool given_up_ = false;  // ended by its named time: not again before things were calm
  Reason reason_ = Reason::kNone;
  Time since_;
  Time limit_since_;  // what the named times count from: its beginning, the last loss or return
  Time uncalm_ = Time::min();  // when heartbeats were last missing, or a member was newly lost
  OverrideSlot override_;
};

}  // namespace bellrock::naming::protect
