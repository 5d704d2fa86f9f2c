// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "naming/cluster/member.h"

// What server nodes send one another, each in one datagram. docs/naming-cluster.md tells when.
namespace bellrock::naming::cluster {

// Are you there? Answered with Ack, but only by the node named.
struct Ping {
  uint64_t sequence = 0;
  std::string target;
};
// Ping that one for me: answered with Ack if it answers, with Nack if it does not in time.
struct IndirectPing {
  uint64_t sequence = 0;
  std::string target;
  Address address;
};
struct Ack {
  uint64_t sequence = 0;
};
struct Nack {
  uint64_t sequence = 0;
};
// Nothing but updates.
struct Gossip {};
// The updates are (a part of) what the sender knows. The receiver answers with its own whole state
// and one answer less wanted.
struct Exchange {
  uint8_t answers_wanted = 0;
};
inline constexpr uint8_t kAnswersWantedMax = 2;

struct VoteRequest {
  bool trial = false;  // only asks whether it would be elected; changes nobody's term
  uint64_t term = 0;
  uint64_t progress = 0;
  bool any_progress = false;  // to be elected even by those who have more data
};
enum class Verdict : uint8_t { kGranted = 0, kLeaderLives = 1, kOldTerm = 2, kLessProgress = 3 };
struct VoteReply {
  bool trial = false;
  uint64_t asked_term = 0;
  uint64_t term = 0;  // the highest that the voter knows
  Verdict verdict = Verdict::kGranted;
  LeaderClaim leader;         // kLeaderLives: whose, and
  uint64_t heard_ms_ago = 0;  // when the voter heard it itself
};
struct LeaderBeat {
  LeaderClaim claim;
};
// Told to a leader: this one outranks you.
struct Rival {
  LeaderClaim claim;
};
// The leader goes; elect another at once.
struct Resignation {
  LeaderClaim claim;
};

using Body = std::variant<Ping, IndirectPing, Ack, Nack, Gossip, Exchange, VoteRequest, VoteReply,
                          LeaderBeat, Rival, Resignation>;

struct Message {
  std::string from;  // the sender's name
  Body body;
  std::vector<MemberUpdate> updates;
};

struct Outgoing {
  Address to;
  Message message;
};

}  // namespace bellrock::naming::cluster
