// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "base/address.h"

// What server nodes tell of one another. Plain values, used by membership, election and codec.
namespace bellrock::naming::cluster {

enum class Liveness : uint8_t { kAlive = 0, kSuspect = 1, kDead = 2, kLeft = 3 };
enum class Role : uint8_t { kFollower = 0, kLeader = 1 };

// Limits of what a node may say of itself; longer texts are refused by the codec.
inline constexpr size_t kNameBytesMax = 128;
inline constexpr size_t kHostBytesMax = 108;  // as long as a Unix socket's path
inline constexpr size_t kSiteBytesMax = 63;   // a path component, docs/naming.md

// Names go into log lines as they are.
constexpr bool IsControl(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

// One leadership. (term, island) names it for ever and goes into every event of its time; the
// island is made of the leader, its start and the members of its part. No claim has term 0.
struct LeaderClaim {
  std::string leader;
  uint64_t term = 0;
  uint64_t island = 0;
  // Its part holds more than half of the site's known members. Lost when the part shrinks.
  bool majority = false;

  bool exists() const { return term != 0; }
  bool SameLeadership(const LeaderClaim& other) const {
    return leader == other.leader && term == other.term && island == other.island;
  }
  friend bool operator==(const LeaderClaim&, const LeaderClaim&) = default;
};

// Which of two leaders that meet goes on (VIN-047): the one of a majority, then of the higher term,
// then of the higher island. A total order over claims, so that both come to the same answer.
inline bool Outranks(const LeaderClaim& a, const LeaderClaim& b) {
  return std::tie(a.majority, a.term, a.island, a.leader) >
         std::tie(b.majority, b.term, b.island, b.leader);
}

// What a node says of itself. Its version is the incarnation under which it is told.
struct Metadata {
  std::string site;
  std::string zone;
  std::string service_address;  // where clients reach it
  Role role = Role::kFollower;
  uint64_t term = 0;  // of the leadership it leads or follows; 0: none
  uint64_t island = 0;
  bool majority = false;
  bool disk_fails = false;  // it cannot take words, and leads only if nobody else can
  bool standby = false;     // its site holds everything and leads no instances (VIN-082)

  friend bool operator==(const Metadata&, const Metadata&) = default;
};

// Where a node gossips, and what it says of itself.
struct Profile {
  Address address;
  Metadata metadata;

  friend bool operator==(const Profile&, const Profile&) = default;
};

// One piece of gossip: `name` was seen in this state at this incarnation.
struct MemberUpdate {
  std::string name;
  Liveness liveness = Liveness::kAlive;
  uint64_t incarnation = 0;
  std::string accuser;             // kSuspect and kDead: who says so
  std::optional<Profile> profile;  // always with kAlive
};

}  // namespace bellrock::naming::cluster
