// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bellrock/time.h"
#include "naming/cluster/member.h"
#include "naming/cluster/message.h"
#include "naming/cluster/random.h"

namespace bellrock::naming::cluster {

struct ElectionOptions {
  std::string name;
  uint64_t boot = 0;  // another one at each start: makes islands of two lives differ
  uint64_t seed = 0;
  // With seeds: wait to meet the others before leading oneself.
  bool expects_others = false;
};

// Another node of the same site, as membership sees it now.
struct Peer {
  // Under suspicion, or out of reach: of no use as a leader here.
  bool suspect = false;
  LeaderClaim claim;        // if it says that it leads
  bool disk_fails = false;  // it says so
};

// What membership sees of the site, without the node itself.
struct SiteView {
  std::map<std::string, Peer> peers;  // those not dead and not gone
  size_t dead = 0;                    // known, and maybe in another part
};

struct ElectionEvent {
  enum class Kind : uint8_t {
    kLeading,       // `claim` is this node's new leadership
    kClaimChanged,  // the same leadership, its majority came or went
    kFollowing,     // `claim` is somebody's
    kLeaderLost,    // `claim` is not heard of any more; nobody leads as far as this node knows
    kSteppedDown,   // `claim` was this node's: its events are to be merged into `winner`'s
    kHandedOver,    // `claim` was this node's: its disk fails, and others have one that works
  };
  Kind kind = Kind::kLeading;
  LeaderClaim claim;
  LeaderClaim winner;
};

struct ElectionEffects {
  struct Letter {
    std::string to;
    Body body;
  };
  std::vector<Letter> letters;
  // Silent leaders, and rivals that only gossip tells of: membership shall probe them next.
  std::vector<std::string> doubted;
  std::vector<ElectionEvent> events;
};

// One leader in every connected part of a site (VIN-023, VIN-039..042, VIN-047). Raft's terms,
// votes and random timeouts, but the quorum is counted over the members that this node can see: a
// lone node leads itself. So it is no consensus: two parts have two leaders, and when they meet
// Outranks() decides which one goes on and the other is told to have its events merged. Pure: time,
// view and messages are arguments. Owned by ClusterNode.
class Election {
 public:
  // VIN-042; a leader that fell silent is replaced after one to two of these.
  static constexpr Duration kElectionTimeout = std::chrono::seconds(1);
  static constexpr Duration kBeatInterval = std::chrono::milliseconds(250);
  static constexpr Duration kVoteWait = std::chrono::milliseconds(400);
  // Then whoever has not answered is asked once more: one lost datagram is no lost election.
  static constexpr Duration kAskAgain = std::chrono::milliseconds(150);
  // A failed round is followed by the next after one to three of these, at first.
  static constexpr Duration kRetryWait = std::chrono::milliseconds(100);
  // The view has to be so old since somebody came before it is voted on, but nobody waits longer
  // than kViewPatience.
  static constexpr Duration kViewStable = std::chrono::seconds(1);
  static constexpr Duration kViewPatience = std::chrono::seconds(5);
  // So many failed rounds, and then data and unreachable members count no more.
  static constexpr uint32_t kStrictRounds = 3;
  static constexpr Duration kStartGrace = std::chrono::seconds(3);
  // A rival known only from gossip may have stepped down already, or be in another part: so long,
  // and until it has answered a probe, is that waited for.
  static constexpr Duration kRivalPatience = std::chrono::milliseconds(500);
  // Without a rival for so long, a leader that sees a majority counts as elected by it.
  static constexpr Duration kMajorityAfter = std::chrono::seconds(5);
  // A leader whose disk fails and that was elected all the same tries to hand over that often.
  static constexpr Duration kHandOverEvery = std::chrono::seconds(10);

  Election(const ElectionOptions& options, Time now);

  ElectionEffects SetView(SiteView view, Time now);
  ElectionEffects Tick(Time now);
  ElectionEffects Receive(const std::string& from, const Body& body, Time now);
  // Membership probed this node and it answered, itself or through others of its site.
  void Answered(const std::string& name);
  // How complete this node's data is; only compared.
  void SetProgress(uint64_t progress) { progress_ = progress; }
  // A node that cannot keep words is the last choice for a leader: it counts as one without data,
  // and hands the leadership over as soon as it sees somebody who can.
  void SetDiskFails(bool fails) { disk_fails_ = fails; }
  bool disk_fails() const { return disk_fails_; }
  // Gives the leadership up, and never votes or stands again.
  ElectionEffects Resign(Time now);

  Time NextTick() const;
  bool leading() const { return state_ == State::kLeader; }
  // Its own or the followed one; exists() is false: nobody is known to lead.
  const LeaderClaim& claim() const { return claim_; }
  uint64_t term() const { return term_; }
  uint64_t rounds() const { return rounds_; }  // trials and votes begun

 private:
  enum class State : uint8_t { kFollower, kTrial, kCandidate, kLeader, kResigned };
  struct Round {
    VoteRequest request;
    Time ask_again = kNever;
    Time ends{};
    std::set<std::string> answered;
    std::set<std::string> granted;
    bool less_progress = false;
    size_t votes_wanted = 0;
  };

  void Handle(const std::string& from, const VoteRequest& request, Time now);
  void Handle(const std::string& from, const VoteReply& reply, Time now);
  void Handle(const std::string& from, const LeaderBeat& beat, Time now);
  void Handle(const std::string& from, const Rival& rival, Time now);
  void Handle(const std::string& from, const Resignation& resignation, Time now);
  template <typename Other>
  void Handle(const std::string&, const Other&, Time) {}

  Verdict Judge(const std::string& from, const VoteRequest& request, Time now) const;
  bool HearsLeader(Time now) const;
  void StartRound(bool trial, size_t votes_wanted, Time now);
  void TickRound(Time now);
  void AskAgain();
  void EndTrial(Time now);
  void FailRound(Time now);
  void Lead(Time now);
  void Follow(const LeaderClaim& claim, Time heard, Time now);
  void StepDown(const LeaderClaim& winner, Time now);
  void LoseLeader(Time now);
  void TickLeader(Time now);
  bool YieldToRival(Time now);
  bool HandOver(Time now);
  uint64_t Progress() const { return disk_fails_ ? 0 : progress_; }
  void OutdateClaimsInView();
  const LeaderClaim* RivalInView() const;
  void UpdateMajority(Time now);
  Time MayStandAt() const;
  const LeaderClaim* LeaderInView() const;
  void DoubtLeaders();
  bool SeesMajority() const;
  bool IsMajority(size_t part) const { return part * 2 > view_.peers.size() + 1 + view_.dead; }
  size_t Majority() const { return (view_.peers.size() + 1) / 2 + 1; }
  uint64_t MakeIsland() const;
  void WaitAnew(Time now);
  void RetrySoon(Time now);
  void SendAll(const Body& body);
  void Happened(ElectionEvent::Kind kind, LeaderClaim claim, LeaderClaim winner = {});
  ElectionEffects TakeEffects();

  const ElectionOptions options_;
  Random random_;
  State state_ = State::kFollower;
  SiteView view_;
  Time view_grew_;
  uint64_t term_ = 0;        // the highest heard of
  uint64_t voted_term_ = 0;  // one vote in each term
  std::string voted_for_;    // by others than itself
  uint64_t progress_ = 0;
  bool disk_fails_ = false;
  Time next_hand_over_{};
  LeaderClaim claim_;
  Time heard_{};    // the leader itself
  Time confirmed_;  // the leader, by itself or by somebody who had heard it
  Time deadline_;   // then this node stands
  Time next_beat_;
  struct GossipedRival {
    std::string name;
    Time since{};
    bool answered = false;
  };
  std::optional<GossipedRival> rival_;
  // Claims that stood in the view when this node's own began or changed: those leaders were not
  // heard then, or were outranked and are to step down. Old gossip of them is no rival.
  std::vector<LeaderClaim> stale_claims_;
  Time majority_since_;  // since when it has differed from the claim
  Round round_;
  uint32_t failed_rounds_ = 0;
  uint64_t rounds_ = 0;
  ElectionEffects effects_;
};

}  // namespace bellrock::naming::cluster
