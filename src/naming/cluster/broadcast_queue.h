// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "naming/cluster/member.h"

namespace bellrock::naming::cluster {

// The news that still have to be told, at most one of each member: a newer one replaces the older.
// Each goes out on as many messages as SWIM needs to reach everybody with high probability,
// kRetransmitFactor * log10(members), those told least often first. Twice what memberlist takes:
// when a partition begins, half of it is told to members that do not hear it any more. Owned by
// Membership, which bounds the number of members and so the queue.
class BroadcastQueue {
 public:
  static constexpr uint32_t kRetransmitFactor = 8;

  void Push(MemberUpdate update);
  // What to put on a message that has `bytes` left; `members` decides how often each is told.
  std::vector<MemberUpdate> Take(size_t bytes, size_t members);
  void Forget(const std::string& name) { waiting_.erase(name); }
  bool empty() const { return waiting_.empty(); }

  // How often each piece of news is told among this many members.
  static uint32_t Retransmits(size_t members);

 private:
  struct News {
    MemberUpdate update;
    size_t wire_bytes = 0;
    uint32_t told = 0;
  };
  std::map<std::string, News> waiting_;  // by member
};

}  // namespace bellrock::naming::cluster
