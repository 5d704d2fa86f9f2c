// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// How an election is held: trials, votes, and what is done when they fail.
#include <algorithm>

#include "naming/cluster/election.h"

namespace bellrock::naming::cluster {

Time Election::MayStandAt() const {
  return std::min(view_grew_ + kViewStable, confirmed_ + kViewPatience);
}

void Election::StartRound(bool trial, size_t votes_wanted, Time now) {
  ++rounds_;
  state_ = trial ? State::kTrial : State::kCandidate;
  round_ = {};
  round_.ask_again = now + kAskAgain;
  round_.ends = now + kVoteWait;
  round_.votes_wanted = votes_wanted;
  round_.request = {trial, term_ + 1, Progress(), failed_rounds_ >= kStrictRounds};
  if (!trial) {
    voted_term_ = term_ = round_.request.term;
    voted_for_.clear();
  }
  SendAll(round_.request);
  if (trial && view_.peers.empty()) EndTrial(now);
  if (!trial && votes_wanted <= 1) Lead(now);
}

void Election::TickRound(Time now) {
  if (now >= round_.ask_again) AskAgain();
  if (now < round_.ends) return;
  state_ == State::kTrial ? EndTrial(now) : FailRound(now);
}

void Election::AskAgain() {
  round_.ask_again = kNever;
  for (const auto& [name, peer] : view_.peers) {
    if (!round_.answered.contains(name)) effects_.letters.push_back({name, round_.request});
  }
}

// A trial hears everybody out: who has more data shall be known before anybody is elected.
void Election::EndTrial(Time now) {
  const size_t granted = round_.granted.size() + 1;
  const size_t answered = round_.answered.size() + 1;
  const bool patient = failed_rounds_ < kStrictRounds;
  if (round_.less_progress && patient) return FailRound(now);
  if (granted >= round_.votes_wanted) return StartRound(false, round_.votes_wanted, now);
  // The view has members that nobody here reaches, and nobody who answered hears a leader. Rather a
  // leader too many, who will be outranked, than none.
  const bool most = granted * 2 > answered;
  if (most && !patient) return StartRound(false, answered / 2 + 1, now);
  FailRound(now);
}

void Election::FailRound(Time now) {
  state_ = State::kFollower;
  ++failed_rounds_;
  DoubtLeaders();
  const LeaderClaim* alive = LeaderInView();
  if (alive == nullptr || !alive->SameLeadership(claim_)) LoseLeader(now);
  failed_rounds_ <= kStrictRounds ? RetrySoon(now) : WaitAnew(now);
}

// The best leader that membership sees alive, heard or not.
const LeaderClaim* Election::LeaderInView() const {
  const LeaderClaim* best = nullptr;
  for (const auto& [name, peer] : view_.peers) {
    if (peer.suspect || !peer.claim.exists()) continue;
    if (best == nullptr || Outranks(peer.claim, *best)) best = &peer.claim;
  }
  return best;
}

// Whoever is said to lead and is not heard keeps others from leading until he is found dead; that
// must not wait for his turn in the round of probes.
void Election::DoubtLeaders() {
  for (const auto& [name, peer] : view_.peers) {
    const bool leads = peer.claim.exists() || claim_.leader == name;
    if (leads && !peer.suspect) effects_.doubted.push_back(name);
  }
}

bool Election::HearsLeader(Time now) const {
  return leading() || (claim_.exists() && now - heard_ < kElectionTimeout);
}

Verdict Election::Judge(const std::string& from, const VoteRequest& request, Time now) const {
  if (HearsLeader(now) && claim_.leader != from) return Verdict::kLeaderLives;
  const bool again = !request.trial && request.term == voted_term_ && from == voted_for_;
  const uint64_t used = request.trial ? term_ : voted_term_;
  if ((request.term <= used && !again) || request.term < term_) return Verdict::kOldTerm;
  if (!request.any_progress && request.progress < Progress()) return Verdict::kLessProgress;
  return Verdict::kGranted;
}

void Election::Handle(const std::string& from, const VoteRequest& request, Time now) {
  VoteReply reply;
  reply.trial = request.trial;
  reply.asked_term = request.term;
  reply.verdict = Judge(from, request, now);
  if (reply.verdict == Verdict::kLeaderLives) {
    reply.leader = claim_;
    const Duration ago = leading() ? Duration(0) : now - heard_;
    reply.heard_ms_ago =
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(ago).count());
  } else if (reply.verdict == Verdict::kLessProgress && state_ == State::kFollower) {
    // The better candidate shall not wait out its whole timeout.
    deadline_ = std::min(deadline_, now + random_.Between(Duration(0), kElectionTimeout / 4));
  } else if (reply.verdict == Verdict::kGranted && !request.trial) {
    voted_term_ = term_ = request.term;
    voted_for_ = from;
    if (state_ != State::kFollower) state_ = State::kFollower;
    WaitAnew(now);
  }
  reply.term = term_;
  effects_.letters.push_back({from, reply});
}

void Election::Handle(const std::string& from, const VoteReply& reply, Time now) {
  const bool trial = state_ == State::kTrial;
  if (!trial && state_ != State::kCandidate) return;
  if (reply.trial != trial || reply.asked_term != round_.request.term) return;
  round_.answered.insert(from);
  const bool visible = view_.peers.contains(reply.leader.leader);
  if (reply.verdict == Verdict::kLeaderLives && visible) {
    const Duration ago = std::chrono::milliseconds(std::min<uint64_t>(
        reply.heard_ms_ago,
        std::chrono::duration_cast<std::chrono::milliseconds>(kElectionTimeout).count()));
    // Known at second hand: good enough to follow, but not to be told to others as heard.
    const Time heard = claim_.SameLeadership(reply.leader) ? heard_ : now - kElectionTimeout;
    Follow(reply.leader, heard, now - ago);
    return;
  }
  if (reply.verdict == Verdict::kGranted) round_.granted.insert(from);
  round_.less_progress |= reply.verdict == Verdict::kLessProgress;
  term_ = std::max(term_, reply.term);
  if (!trial && round_.granted.size() + 1 >= round_.votes_wanted) return Lead(now);
  if (trial && round_.answered.size() == view_.peers.size()) EndTrial(now);
}

}  // namespace bellrock::naming::cluster
