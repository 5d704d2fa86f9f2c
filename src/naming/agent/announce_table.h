// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"

namespace bellrock::naming::agent {

// How long an instance whose announcement broke may take to announce itself again before it is
// deregistered (proto/bellrock/naming/v1/agent.proto).
inline constexpr Duration kAnnounceGrace = std::chrono::seconds(1);

// Which announcement speaks for which path, and which paths have lost theirs. Pure: time is an
// argument.
//
// Always holds: a path has at most one live announcement; a path in its grace has none.
class AnnounceTable {
 public:
  // A new announcement; its token names it from now on. Ends a grace, and supersedes a live
  // announcement of a lower incarnation. kAlreadyExists while one of the same or a higher
  // incarnation lives.
  Result<uint64_t> Begin(std::string_view path, uint64_t incarnation);
  // The announcement broke: the grace begins. False if another has superseded it.
  bool Break(std::string_view path, uint64_t token, Time now);
  // Takes it back without a grace.
  void Drop(std::string_view path, uint64_t token);

  // Paths whose grace is over; they are forgotten here.
  std::vector<std::string> TakeExpired(Time now);
  // When TakeExpired() has something; kNever if nothing waits.
  Time due() const;

  // A live announcement speaks for it.
  bool live(std::string_view path) const;
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    uint64_t token = 0;
    uint64_t incarnation = 0;
    Time expires = kNever;  // kNever = live
  };
  std::map<std::string, Entry, std::less<>> entries_;
  uint64_t last_token_ = 0;
};

}  // namespace bellrock::naming::agent
