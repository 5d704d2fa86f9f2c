// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/cluster/broadcast_queue.h"
#include "naming/cluster/lifeguard.h"
#include "naming/cluster/message.h"
#include "naming/cluster/random.h"

namespace bellrock::naming::cluster {

struct MembershipOptions {
  std::string name;  // unique in the cluster, the same after a restart
  Profile profile;
  uint64_t seed = 0;
};

struct Member {
  Profile profile;
  uint64_t incarnation = 0;
  uint64_t profile_incarnation = 0;  // older if only a suspicion told the newer one
  Liveness liveness = Liveness::kAlive;
  Time since{};  // of its liveness
  // It did not answer this node's last probe, or through another site only. It may be alive, but
  // calls do not get there.
  bool out_of_reach = false;
  std::optional<Suspicion> suspicion;

  bool reachable() const { return liveness == Liveness::kAlive || liveness == Liveness::kSuspect; }
};

struct MemberEvent {
  enum class Kind : uint8_t {
    kJoined,
    kSuspected,
    kAliveAgain,
    kDead,
    kLeft,
    kMetadataChanged,
    kForgotten,
    kNameConflict,  // somebody else lives under this node's own name
  };
  Kind kind = Kind::kJoined;
  std::string name;
  std::string accuser = {};  // kSuspected, kDead: who said so
};

struct MembershipEffects {
  std::vector<Outgoing> messages;
  std::vector<MemberEvent> events;
  std::string answered;        // who answered this node's probe just now; empty: nobody
  bool reach_changed = false;  // Member::out_of_reach of somebody
};

// Who is there, over all sites: SWIM (Das et al. 2002) with Lifeguard's timers, as a pure state
// machine. Time and messages are arguments, what to send and what happened are return values.
// Claims about a member are ordered by its incarnation, which only the member itself raises: to
// refute a suspicion and to tell new metadata. Owned by ClusterNode.
class Membership {
 public:
  static constexpr Duration kProbeInterval = std::chrono::milliseconds(500);
  static constexpr Duration kProbeTimeout = std::chrono::milliseconds(200);
  static constexpr size_t kIndirectProbes = 3;
  // Of another site than the target's, beside as many of its own, to know whether the way to it
  // leads through its site.
  static constexpr size_t kDetourProbes = 1;
  static constexpr size_t kRelaysMax = 128;  // indirect probes served at a time
  static constexpr Duration kGossipInterval = std::chrono::milliseconds(200);
  static constexpr size_t kGossipFanout = 3;
  static constexpr size_t kUpdateBytesMax = 1000;  // of updates in one message
  // With a random member, and more often with one that is lost or a seed, so that parts that were
  // cut from each other meet again.
  static constexpr Duration kExchangeInterval = std::chrono::seconds(10);
  static constexpr Duration kReconnectInterval = std::chrono::seconds(1);
  static constexpr size_t kAnswersPerSecondMax = 16;
  static constexpr Duration kDeadKept = std::chrono::hours(24);
  static constexpr Duration kLeftKept = std::chrono::hours(1);
  static constexpr Duration kForgetInterval = std::chrono::minutes(1);
  static constexpr size_t kMembersMax = 1024;
  static constexpr size_t kSeedsMax = 64;
  static constexpr size_t kFarewellsMax = 16;  // told directly when leaving
  // A tick later than this means that the node itself stood still.
  static constexpr Duration kPauseMin = std::chrono::seconds(1);

  // The incarnation begins at 1; a restarted node learns from the others what it was before.
  // kInvalidArgument for a name or profile that no message could carry.
  static Status Check(const MembershipOptions& options);
  Membership(const MembershipOptions& options, Time now);

  // The seeds from now on, in the place of former ones; those that are new are knocked at at once.
  MembershipEffects Join(const std::vector<Address>& seeds, Time now);
  MembershipEffects Tick(Time now);
  // Bodies of others (votes, beats) are ignored but for their updates.
  MembershipEffects Receive(const Message& message, const Address& from, Time now);
  // Tick() on for a second or two, so that the others hear it; nothing is answered any more.
  MembershipEffects Leave(Time now);
  MembershipEffects SetMetadata(const Metadata& metadata, Time now);
  // Somebody has a reason to doubt this member: the next probe is his.
  void ProbeNext(const std::string& name);

  Time NextTick() const;
  const std::map<std::string, Member>& members() const { return members_; }  // itself too
  const Member& self() const { return members_.at(name_); }
  const std::string& name() const { return name_; }
  size_t reachable() const { return reachable_; }
  int local_health() const { return health_.score(); }
  uint64_t refused() const { return refused_; }  // nodes beyond kMembersMax
  // Seeds at which no member lives, as far as is known: somebody may be there who was not met.
  size_t UnmetSeeds() const;

 private:
  struct Probe {
    std::string target;
    uint64_t sequence = 0;
    Time ask_others{};
    Time deadline{};
    bool asked_others = false;
    bool acked = false;
    bool by_detour = false;  // only so until now
    int nacks_wanted = 0;
    int nacks = 0;
  };
  struct Relay {
    Address origin;
    uint64_t origin_sequence = 0;
    std::string target;
    Time nack_at{};
    Time expires{};
    bool nacked = false;
  };

  void Handle(const Ping& ping, const Message& message, const Address& from, Time now);
  void Handle(const IndirectPing& ping, const Message& message, const Address& from, Time now);
  void Handle(const Ack& ack, const Message& message, const Address& from, Time now);
  void Handle(const Nack& nack, const Message& message, const Address& from, Time now);
  void Handle(const Exchange& exchange, const Message& message, const Address& from, Time now);
  template <typename Other>
  void Handle(const Other&, const Message&, const Address&, Time) {}

  void Merge(const MemberUpdate& update, bool exchange, Time now);
  void MergeAlive(const MemberUpdate& update, Time now);
  void MergeSuspect(const MemberUpdate& update, Time now);
  void MergeGone(const MemberUpdate& update, Time now);
  void HearOfSelf(const MemberUpdate& update, Time now);
  void AddMember(const MemberUpdate& update, Time now);
  void Raise(uint64_t above);

  void TakeProfile(const std::string& name, Member& member, const MemberUpdate& update, Time now);
  void AskToSettle(const MemberUpdate& heard, const Member& member, Time now);
  void Tell(const MemberUpdate& update);

  Time NextDuty() const;
  void NoticePause(Time now);
  void TickRelays(Time now);
  void TickSuspicions(Time now);
  void TickProbe(Time now);
  void TickGossip(Time now);
  void TickExchanges(Time now);
  void TickForget(Time now);
  void StartProbe(Time now);
  void AskOthers(Time now);
  void EndProbe(Time now);
  std::string NextProbeTarget();
  std::vector<std::string> ProbeHelpers();
  void TakeAnswer(const std::string& from);
  bool IsDetour(const std::string& helper, const Member& target) const;

  void SetLiveness(const std::string& name, Member& member, Liveness liveness, Time now,
                   const std::string& accuser = {});
  MemberUpdate UpdateOf(const std::string& name, const Member& member, bool whole) const;
  void SendState(const Address& to, uint8_t answers_wanted);
  void Knock(const Address& to);
  void Send(const Address& to, const std::string& name, Body body);
  void SendUpdates(const Address& to, Body body, std::vector<MemberUpdate> updates);
  bool MayAnswer(Time now);
  void Happened(MemberEvent::Kind kind, const std::string& name, const std::string& accuser = {});
  std::vector<std::string> Reachable(const std::string& except) const;
  std::vector<Address> Lost() const;
  std::optional<Address> NextLost();
  MembershipEffects TakeEffects();

  const std::string name_;
  Random random_;
  std::map<std::string, Member> members_;
  size_t reachable_ = 1;
  std::vector<Address> seeds_;
  BroadcastQueue news_;
  LocalHealth health_;
  std::optional<Probe> probe_;
  std::vector<std::string> probe_order_;
  std::vector<Address> knock_order_;
  std::map<uint64_t, Relay> relays_;  // by our own sequence
  uint64_t sequence_;
  bool leaving_ = false;
  Time next_probe_;
  Time next_gossip_;
  Time next_exchange_;
  Time next_reconnect_;
  Time next_forget_;
  Time next_conflict_;
  Time answers_since_;
  size_t answers_ = 0;
  uint64_t refused_ = 0;
  MembershipEffects effects_;
};

}  // namespace bellrock::naming::cluster
