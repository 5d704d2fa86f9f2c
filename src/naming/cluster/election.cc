// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/election.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::cluster {

Election::Election(const ElectionOptions& options, Time now)
    : options_(options),
      random_(options.seed),
      view_grew_(now),
      confirmed_(now),
      deadline_(now),
      next_beat_(now),
      majority_since_(now) {
  WaitAnew(now);
  if (options_.expects_others) deadline_ += kStartGrace;
}

ElectionEffects Election::SetView(SiteView view, Time now) {
  // Who goes only makes the quorum smaller; who comes may have a leader.
  const bool grew = !std::includes(view_.peers.begin(), view_.peers.end(), view.peers.begin(),
                                   view.peers.end(), view.peers.value_comp());
  if (grew) view_grew_ = now;
  view_ = std::move(view);
  for (const auto& [name, peer] : view_.peers) term_ = std::max(term_, peer.claim.term);
  if (!leading() && !view_.peers.contains(claim_.leader)) LoseLeader(now);
  return TakeEffects();
}

ElectionEffects Election::Tick(Time now) {
  switch (state_) {
    case State::kLeader:
      TickLeader(now);
      break;
    case State::kFollower:
      if (now < deadline_) break;
      if (now >= MayStandAt()) {
        StartRound(true, Majority(), now);
      } else {
        deadline_ = MayStandAt() + random_.Between(Duration(0), kElectionTimeout / 2);
      }
      break;
    case State::kTrial:
    case State::kCandidate:
      TickRound(now);
      break;
    case State::kResigned:
      break;
  }
  return TakeEffects();
}

ElectionEffects Election::Receive(const std::string& from, const Body& body, Time now) {
  // Whom membership does not see cannot be led or followed; it is heard again once they have met.
  if (state_ != State::kResigned && view_.peers.contains(from)) {
    std::visit([&](const auto& known) { Handle(from, known, now); }, body);
  }
  return TakeEffects();
}

ElectionEffects Election::Resign(Time) {
  if (leading()) SendAll(Resignation{claim_});
  state_ = State::kResigned;
  claim_ = {};
  return TakeEffects();
}

Time Election::NextTick() const {
  switch (state_) {
    case State::kLeader:
      return next_beat_;
    case State::kFollower:
      return deadline_;
    case State::kTrial:
    case State::kCandidate:
      return std::min(round_.ask_again, round_.ends);
    case State::kResigned:
      break;
  }
  return kNever;
}

// FNV-1a over what makes this leadership different from every other.
uint64_t Election::MakeIsland() const {
  uint64_t hash = 0xcbf29ce484222325;
  auto add = [&](std::string_view bytes) {
    for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
    hash = (hash ^ 0xff) * 0x100000001b3;
  };
  add(options_.name);
  for (const auto& [name, peer] : view_.peers) add(name);
  hash = (hash ^ options_.boot) * 0x100000001b3;
  hash = (hash ^ round_.request.term) * 0x100000001b3;
  return hash;
}

void Election::Lead(Time now) {
  state_ = State::kLeader;
  failed_rounds_ = 0;
  rival_.reset();
  majority_since_ = now;
  claim_ = {options_.name, round_.request.term, MakeIsland(),
            IsMajority(round_.granted.size() + 1)};
  next_beat_ = now;
  OutdateClaimsInView();
  Happened(ElectionEvent::Kind::kLeading, claim_);
  TickLeader(now);
}

// Suspects count as long as they are only to be kept, but do not help to gain a majority.
bool Election::SeesMajority() const {
  size_t part = 1;
  for (const auto& [name, peer] : view_.peers) part += claim_.majority || !peer.suspect;
  return IsMajority(part);
}

void Election::OutdateClaimsInView() {
  stale_claims_.clear();
  for (const auto& [name, peer] : view_.peers) {
    if (peer.claim.exists()) stale_claims_.push_back(peer.claim);
  }
}

// The best of those that outrank this leader and show a sign of life since it was elected.
const LeaderClaim* Election::RivalInView() const {
  const LeaderClaim* rival = nullptr;
  for (const auto& [name, peer] : view_.peers) {
    if (peer.suspect || !peer.claim.exists() || !Outranks(peer.claim, claim_)) continue;
    const bool stale =
        std::find(stale_claims_.begin(), stale_claims_.end(), peer.claim) != stale_claims_.end();
    if (!stale && (rival == nullptr || Outranks(peer.claim, *rival))) rival = &peer.claim;
  }
  return rival;
}

void Election::TickLeader(Time now) {
  if (YieldToRival(now) || HandOver(now)) return;
  UpdateMajority(now);
  if (now < next_beat_) return;
  next_beat_ = now + kBeatInterval;
  SendAll(LeaderBeat{claim_});
}

// Leaders that hear each other are told apart by their beats. Gossip may come from a part that was
// cut off since, so a rival known by it alone has to answer a probe first: to step down for one
// whom nobody here reaches would leave this part without a leader.
bool Election::YieldToRival(Time now) {
  const LeaderClaim* rival = RivalInView();
  if (rival == nullptr) {
    rival_.reset();
    return false;
  }
  if (!rival_ || rival_->name != rival->leader) rival_ = GossipedRival{rival->leader, now, false};
  if (!rival_->answered) effects_.doubted.push_back(rival->leader);
  if (!rival_->answered || now - rival_->since < kRivalPatience) return false;
  StepDown(LeaderClaim(*rival), now);
  return true;
}

// Heartbeats need a leader even where no disk works, so only to somebody who can do better.
bool Election::HandOver(Time now) {
  if (!disk_fails_ || now < next_hand_over_) return false;
  const bool somebody = std::any_of(view_.peers.begin(), view_.peers.end(), [](const auto& peer) {
    return !peer.second.suspect && !peer.second.disk_fails;
  });
  if (!somebody) return false;
  next_hand_over_ = now + kHandOverEvery;
  SendAll(Resignation{claim_});
  state_ = State::kFollower;
  Happened(ElectionEvent::Kind::kHandedOver, std::exchange(claim_, {}));
  confirmed_ = now;
  deadline_ = now + 2 * kElectionTimeout;  // the others first
  return true;
}

void Election::Answered(const std::string& name) {
  if (rival_ && rival_->name == name) rival_->answered = true;
}

// Goes quickly and comes back slowly: of two leaders that meet, the one who kept the majority all
// the time must still be told from the one who sees it now.
void Election::UpdateMajority(Time now) {
  if (SeesMajority() == claim_.majority || (!claim_.majority && LeaderInView() != nullptr)) {
    majority_since_ = now;
    return;
  }
  const Duration wait = claim_.majority ? kViewStable : kMajorityAfter;
  if (now - majority_since_ < wait) return;
  claim_.majority = !claim_.majority;
  OutdateClaimsInView();
  majority_since_ = now;
  Happened(ElectionEvent::Kind::kClaimChanged, claim_);
}

void Election::Handle(const std::string& from, const LeaderBeat& beat, Time now) {
  const LeaderClaim& theirs = beat.claim;
  if (theirs.leader != from || !theirs.exists()) return;
  if (leading()) {
    if (Outranks(theirs, claim_)) return StepDown(theirs, now);
    effects_.letters.push_back({from, Rival{claim_}});
    return;
  }
  if (claim_.leader == from && theirs.term < claim_.term) return;  // late
  if (claim_.leader != from && HearsLeader(now) && Outranks(claim_, theirs)) {
    effects_.letters.push_back({from, Rival{claim_}});
    return;
  }
  Follow(theirs, now, now);
}

void Election::Handle(const std::string&, const Rival& rival, Time now) {
  if (!leading() || !rival.claim.exists() || !Outranks(rival.claim, claim_)) return;
  if (view_.peers.contains(rival.claim.leader)) StepDown(rival.claim, now);
}

void Election::Handle(const std::string& from, const Resignation& resignation, Time now) {
  if (leading() || claim_.leader != from || !claim_.SameLeadership(resignation.claim)) return;
  LoseLeader(now);
  deadline_ = now + random_.Between(Duration(0), kElectionTimeout / 2);
}

void Election::Follow(const LeaderClaim& claim, Time heard, Time now) {
  const bool same = claim_.SameLeadership(claim);
  state_ = State::kFollower;
  failed_rounds_ = 0;
  claim_ = claim;
  heard_ = heard;
  confirmed_ = now;
  term_ = std::max(term_, claim.term);
  if (!same) Happened(ElectionEvent::Kind::kFollowing, claim_);
  WaitAnew(now);
}

void Election::StepDown(const LeaderClaim& winner, Time now) {
  Happened(ElectionEvent::Kind::kSteppedDown, claim_, winner);
  Follow(winner, now - kElectionTimeout, now);
}

void Election::LoseLeader(Time now) {
  if (!claim_.exists()) return;
  Happened(ElectionEvent::Kind::kLeaderLost, std::exchange(claim_, {}));
  confirmed_ = now;
}

void Election::WaitAnew(Time now) {
  deadline_ = now + random_.Between(kElectionTimeout, 2 * kElectionTimeout);
}

// Trials cost little and change nobody's term, so the first ones follow each other quickly. Not in
// step with those of others.
void Election::RetrySoon(Time now) {
  deadline_ = now + random_.Between(kRetryWait, 3 * kRetryWait);
}

void Election::SendAll(const Body& body) {
  for (const auto& [name, peer] : view_.peers) effects_.letters.push_back({name, body});
}

void Election::Happened(ElectionEvent::Kind kind, LeaderClaim claim, LeaderClaim winner) {
  effects_.events.push_back({kind, std::move(claim), std::move(winner)});
}

ElectionEffects Election::TakeEffects() {
  return std::exchange(effects_, {});
}

}  // namespace bellrock::naming::cluster
