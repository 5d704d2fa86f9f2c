// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/election.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace bellrock::naming::cluster {
namespace {

using Kind = ElectionEvent::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart = Time() + seconds(1000);

// One node, "a", whose view and mail the test makes up.
class ElectionTest : public ::testing::Test {
 protected:
  void See(const std::vector<std::string>& names, size_t dead = 0) {
    SiteView view;
    for (const std::string& name : names) view.peers[name] = {};
    view.dead = dead;
    Take(election_.SetView(std::move(view), now_));
  }
  void Hear(const std::string& from, const Body& body) {
    Take(election_.Receive(from, body, now_));
  }
  void Tick() {
    now_ = std::max(now_, election_.NextTick());
    Take(election_.Tick(now_));
  }
  void TickFor(Duration time) {
    const Time end = now_ + time;
    while (election_.NextTick() <= end) Tick();
    now_ = end;
  }
  // Until it asks for votes; what it asked.
  VoteRequest UntilAsked(bool trial) {
    const Time end = now_ + seconds(20);
    while (now_ < end) {
      letters_.clear();
      Tick();
      for (const auto& letter : letters_) {
        const auto* request = std::get_if<VoteRequest>(&letter.body);
        if (request != nullptr && request->trial == trial) return *request;
      }
    }
    ADD_FAILURE() << "never asked";
    return {};
  }
  void Answer(const std::string& from, const VoteRequest& request, Verdict verdict,
              LeaderClaim leader = {}, uint64_t heard_ms_ago = 0) {
    Hear(from, VoteReply{request.trial, request.term, 0, verdict, leader, heard_ms_ago});
  }
  void BeElected() {
    const VoteRequest trial = UntilAsked(true);
    Answer("b", trial, Verdict::kGranted);
    Answer("c", trial, Verdict::kGranted);
    Answer("b", {false, trial.term, 0, false}, Verdict::kGranted);
    ASSERT_TRUE(election_.leading());
  }
  Verdict Ask(const std::string& from, const VoteRequest& request) {
    letters_.clear();
    Hear(from, request);
    EXPECT_EQ(letters_.size(), 1u);
    return std::get<VoteReply>(letters_.at(0).body).verdict;
  }
  bool Happened(Kind kind) {
    return std::any_of(events_.begin(), events_.end(),
                       [&](const ElectionEvent& event) { return event.kind == kind; });
  }
  template <typename T>
  size_t Count() {
    return static_cast<size_t>(
        std::count_if(letters_.begin(), letters_.end(),
                      [](const auto& letter) { return std::holds_alternative<T>(letter.body); }));
  }

  Time now_ = kStart;
  Election election_{{"a", 1, 99, false}, kStart};
  std::vector<ElectionEffects::Letter> letters_;
  std::vector<ElectionEvent> events_;
  std::vector<std::string> doubted_;

 private:
  void Take(ElectionEffects effects) {
    letters_.insert(letters_.end(), effects.letters.begin(), effects.letters.end());
    events_.insert(events_.end(), effects.events.begin(), effects.events.end());
    doubted_.insert(doubted_.end(), effects.doubted.begin(), effects.doubted.end());
  }
};

TEST(Outranks, PrefersTheMajorityThenTheTermThenTheIsland) {
  const LeaderClaim majority{"a", 1, 1, true}, term{"b", 9, 1, false}, island{"c", 9, 2, false};
  EXPECT_TRUE(Outranks(majority, island));
  EXPECT_TRUE(Outranks(island, term));
  EXPECT_FALSE(Outranks(term, island));
  EXPECT_FALSE(Outranks(term, term));
}

TEST_F(ElectionTest, ALoneNodeLeadsItself) {
  TickFor(seconds(3));
  EXPECT_TRUE(election_.leading());
  EXPECT_EQ(election_.claim().term, 1u);
  EXPECT_TRUE(election_.claim().majority);
}

TEST_F(ElectionTest, ALoneRestOfManyLeadsItselfWithoutAMajority) {
  See({}, 4);
  TickFor(seconds(3));
  EXPECT_TRUE(election_.leading());
  EXPECT_FALSE(election_.claim().majority);
}

TEST_F(ElectionTest, WaitsForTheOthersWhenSeedsAreGiven) {
  Election election({"a", 1, 99, true}, kStart);
  EXPECT_GE(election.NextTick(), kStart + Election::kStartGrace);
}

TEST_F(ElectionTest, IsElectedByAMajorityOfItsViewAfterATrial) {
  See({"b", "c"});
  BeElected();
  EXPECT_TRUE(Happened(Kind::kLeading));
  EXPECT_EQ(Count<LeaderBeat>(), 2u);
  letters_.clear();
  TickFor(seconds(1));
  EXPECT_EQ(Count<LeaderBeat>(), 8u);
}

TEST_F(ElectionTest, ATrialChangesNobodysTerm) {
  See({"b", "c"});
  const VoteRequest trial = UntilAsked(true);
  EXPECT_EQ(trial.term, 1u);
  EXPECT_EQ(UntilAsked(true).term, 1u);
  EXPECT_EQ(election_.term(), 0u);
}

TEST_F(ElectionTest, GivesWayToWhoHasMoreDataButNotForEver) {
  See({"b", "c"});
  VoteRequest trial;
  for (uint32_t i = 0; i < Election::kStrictRounds; ++i) {
    trial = UntilAsked(true);
    EXPECT_FALSE(trial.any_progress);
    Answer("b", trial, Verdict::kGranted);
    Answer("c", trial, Verdict::kLessProgress);
    EXPECT_EQ(election_.term(), 0u);
  }
  trial = UntilAsked(true);
  EXPECT_TRUE(trial.any_progress);
}

TEST_F(ElectionTest, VotesForNobodyWithLessDataAndHurriesItself) {
  See({"b", "c"});
  election_.SetProgress(10);
  EXPECT_EQ(Ask("b", {true, 1, 9, false}), Verdict::kLessProgress);
  EXPECT_LE(election_.NextTick(), now_ + Election::kElectionTimeout / 4);
  EXPECT_EQ(Ask("b", {true, 1, 9, true}), Verdict::kGranted);
  EXPECT_EQ(Ask("b", {true, 1, 10, false}), Verdict::kGranted);
}

TEST_F(ElectionTest, VotesOnceInATerm) {
  See({"b", "c"});
  EXPECT_EQ(Ask("b", {false, 5, 0, false}), Verdict::kGranted);
  EXPECT_EQ(Ask("c", {false, 5, 0, false}), Verdict::kOldTerm);
  EXPECT_EQ(Ask("c", {false, 6, 0, false}), Verdict::kGranted);
}

TEST_F(ElectionTest, WhileItHearsALeaderItVotesForNobodyElse) {
  See({"b", "c"});
  Hear("b", LeaderBeat{{"b", 3, 7, true}});
  EXPECT_EQ(Ask("c", {true, 9, 0, false}), Verdict::kLeaderLives);
  EXPECT_EQ(Ask("c", {false, 9, 0, false}), Verdict::kLeaderLives);
  now_ += Election::kElectionTimeout;
  EXPECT_EQ(Ask("c", {true, 9, 0, false}), Verdict::kGranted);
}

TEST_F(ElectionTest, FollowsALeaderThatOnlyOthersHear) {
  See({"b", "c"});
  const LeaderClaim leader{"c", 3, 7, true};
  Answer("b", UntilAsked(true), Verdict::kLeaderLives, leader, 100);
  EXPECT_EQ(election_.claim(), leader);
  // But it must not tell others that it hears it: two could keep a dead leader alive.
  EXPECT_EQ(Ask("b", {true, 9, 0, false}), Verdict::kGranted);
  // Asked again and again, that is one leader and no lost one.
  for (int i = 0; i < 5; ++i) Answer("b", UntilAsked(true), Verdict::kLeaderLives, leader, 100);
  EXPECT_FALSE(Happened(Kind::kLeaderLost));
  EXPECT_EQ(std::count_if(events_.begin(), events_.end(),
                          [](const auto& event) { return event.kind == Kind::kFollowing; }),
            1);
}

TEST_F(ElectionTest, ASilentLeaderIsLostAndReplaced) {
  See({"b", "c"});
  Hear("b", LeaderBeat{{"b", 3, 7, true}});
  const VoteRequest trial = UntilAsked(true);
  EXPECT_LE(now_, kStart + 2 * Election::kElectionTimeout);
  EXPECT_EQ(trial.term, 4u);
  Answer("c", trial, Verdict::kGranted);
  UntilAsked(false);
  Answer("c", {false, 4, 0, false}, Verdict::kGranted);
  EXPECT_TRUE(election_.leading());
  EXPECT_EQ(election_.claim().term, 4u);
}

TEST_F(ElectionTest, UnreachableMembersOfTheViewDoNotPreventALeaderForEver) {
  See({"b", "c", "d", "e"});
  Time asked_since = now_;
  while (!election_.leading() && now_ < asked_since + seconds(20)) {
    const VoteRequest trial = UntilAsked(true);
    Answer("b", trial, Verdict::kGranted);
    TickFor(Election::kVoteWait);
    Answer("b", {false, trial.term, 0, false}, Verdict::kGranted);
  }
  EXPECT_TRUE(election_.leading());
  EXPECT_FALSE(election_.claim().majority) << "two votes of five";
}

TEST_F(ElectionTest, ALeaderInTheViewThatNobodyHearsIsDoubtedAndThenReplaced) {
  SiteView view;
  view.peers["b"] = {false, {"b", 3, 7, true}};
  view.peers["c"] = {};
  (void)election_.SetView(view, now_);
  for (uint32_t i = 0; i <= Election::kStrictRounds; ++i) {
    EXPECT_FALSE(election_.leading());
    Answer("c", UntilAsked(true), Verdict::kGranted);
  }
  EXPECT_NE(std::count(doubted_.begin(), doubted_.end(), "b"), 0);
  Answer("c", UntilAsked(false), Verdict::kGranted);
  EXPECT_TRUE(election_.leading());
}

TEST_F(ElectionTest, WhoDoesNotAnswerIsAskedOnceMore) {
  See({"b", "c"});
  const VoteRequest trial = UntilAsked(true);
  Answer("b", trial, Verdict::kGranted);
  letters_.clear();
  TickFor(Election::kVoteWait - milliseconds(1));
  ASSERT_EQ(letters_.size(), 1u);
  EXPECT_EQ(letters_[0].to, "c");
  EXPECT_EQ(std::get<VoteRequest>(letters_[0].body).term, trial.term);
  Answer("c", trial, Verdict::kGranted);
  UntilAsked(false);
}

TEST_F(ElectionTest, AVoteWhoseAnswerWasLostIsGivenAgainToTheSameOneOnly) {
  See({"b", "c"});
  EXPECT_EQ(Ask("b", {false, 5, 0, false}), Verdict::kGranted);
  EXPECT_EQ(Ask("b", {false, 5, 0, false}), Verdict::kGranted);
  EXPECT_EQ(Ask("c", {false, 5, 0, false}), Verdict::kOldTerm);
  EXPECT_EQ(Ask("b", {true, 5, 0, false}), Verdict::kOldTerm) << "a trial is for a new term";
}

TEST_F(ElectionTest, FailedRoundsFollowEachOtherQuicklyAtFirst) {
  See({"b", "c"});
  UntilAsked(true);
  const Time first = now_;
  for (uint32_t i = 0; i < Election::kStrictRounds; ++i) UntilAsked(true);
  EXPECT_LE(now_ - first,
            Election::kStrictRounds * (Election::kVoteWait + 3 * Election::kRetryWait));
}

TEST_F(ElectionTest, OfTwoLeadersThatMeetTheOutrankedOneStepsDownAtOnce) {
  See({"b", "c"});
  BeElected();
  const LeaderClaim own = election_.claim();
  const LeaderClaim winner{"b", own.term + 1, 7, true};
  Hear("b", LeaderBeat{winner});
  EXPECT_FALSE(election_.leading());
  const auto down = std::find_if(events_.begin(), events_.end(), [](const auto& event) {
    return event.kind == Kind::kSteppedDown;
  });
  ASSERT_NE(down, events_.end());
  EXPECT_EQ(down->claim, own);
  EXPECT_EQ(down->winner, winner);
}

TEST_F(ElectionTest, TheOtherOneIsToldSo) {
  See({"b", "c"});
  BeElected();
  letters_.clear();
  Hear("b", LeaderBeat{{"b", 1, 0, false}});
  EXPECT_TRUE(election_.leading());
  ASSERT_EQ(Count<Rival>(), 1u);
  EXPECT_EQ(std::get<Rival>(letters_[0].body).claim, election_.claim());
}

TEST_F(ElectionTest, OldGossipOfALeaderIsNoRival) {
  SiteView view;
  view.peers["b"] = {true, {"b", 1, 7, true}};
  view.peers["c"] = {};
  view.dead = 3;
  (void)election_.SetView(view, now_);
  const VoteRequest trial = UntilAsked(true);
  Answer("c", trial, Verdict::kGranted);
  TickFor(Election::kVoteWait);
  Answer("c", {false, trial.term, 0, false}, Verdict::kGranted);
  ASSERT_TRUE(election_.leading());
  view.peers["b"].suspect = false;
  (void)election_.SetView(view, now_);
  TickFor(seconds(3));
  EXPECT_TRUE(election_.leading()) << "outranked, but by nothing newer than its election";
}

TEST_F(ElectionTest, ARivalThatOnlyGossipTellsOfHasToAnswerAProbeFirst) {
  See({"b", "c"});
  BeElected();
  SiteView view;
  view.peers["b"] = {};
  view.peers["c"] = {};
  view.peers["d"] = {false, {"d", election_.term() + 1, 7, true}};
  (void)election_.SetView(view, now_);
  doubted_.clear();
  TickFor(seconds(5));
  EXPECT_TRUE(election_.leading()) << "d may be in another part";
  EXPECT_NE(std::count(doubted_.begin(), doubted_.end(), "d"), 0);
  election_.Answered("c");
  TickFor(seconds(1));
  EXPECT_TRUE(election_.leading()) << "that was somebody else";
  election_.Answered("d");
  TickFor(Election::kRivalPatience);
  EXPECT_FALSE(election_.leading());
  EXPECT_EQ(election_.claim().leader, "d");
}

TEST_F(ElectionTest, AnAnswerCountsForTheRivalOfItsTimeOnly) {
  See({"b", "c"});
  BeElected();
  SiteView view;
  view.peers["b"] = {false, {"b", election_.term() + 1, 7, true}};
  view.peers["c"] = {};
  (void)election_.SetView(view, now_);
  Tick();
  election_.Answered("b");
  view.peers["b"].claim = {};
  (void)election_.SetView(view, now_);
  Tick();
  view.peers["b"].claim = {"b", election_.term() + 2, 7, true};
  (void)election_.SetView(view, now_);
  TickFor(seconds(3));
  EXPECT_TRUE(election_.leading());
}

TEST_F(ElectionTest, LosesItsMajorityQuicklyAndGainsItSlowly) {
  See({"b", "c"});
  BeElected();
  EXPECT_TRUE(election_.claim().majority);
  See({}, 2);
  TickFor(Election::kViewStable + 2 * Election::kBeatInterval);
  EXPECT_FALSE(election_.claim().majority);
  See({"b", "c"});
  TickFor(seconds(2));
  EXPECT_FALSE(election_.claim().majority);
  TickFor(Election::kMajorityAfter);
  EXPECT_TRUE(election_.claim().majority);
}

TEST_F(ElectionTest, TwoLivesOfANodeHaveDifferentIslands) {
  Election again({"a", 2, 99, false}, kStart);
  (void)again.Tick(again.NextTick());
  TickFor(seconds(3));
  EXPECT_TRUE(again.leading());
  EXPECT_EQ(again.claim().term, election_.claim().term);
  EXPECT_NE(again.claim().island, election_.claim().island);
}

TEST_F(ElectionTest, ALeaderThatResignsIsReplacedSooner) {
  See({"b", "c"});
  const LeaderClaim leader{"b", 3, 7, true};
  now_ += seconds(10);
  Hear("b", LeaderBeat{leader});
  Hear("b", Resignation{leader});
  EXPECT_TRUE(Happened(Kind::kLeaderLost));
  EXPECT_LE(election_.NextTick(), now_ + Election::kElectionTimeout / 2);
}

TEST_F(ElectionTest, WhoResignedNeitherStandsNorVotes) {
  See({"b", "c"});
  BeElected();
  const ElectionEffects effects = election_.Resign(now_);
  EXPECT_EQ(effects.letters.size(), 2u);
  EXPECT_EQ(election_.NextTick(), kNever);
  letters_.clear();
  Hear("b", VoteRequest{false, 99, 0, false});
  EXPECT_TRUE(letters_.empty());
}

TEST_F(ElectionTest, WhomMembershipDoesNotSeeIsNotHeard) {
  See({"b"});
  Hear("x", LeaderBeat{{"x", 9, 9, true}});
  EXPECT_FALSE(election_.claim().exists());
}

TEST_F(ElectionTest, WhoJustCameIsWaitedForButNotForEver) {
  for (int i = 0; i < 4; ++i) {
    See({i % 2 == 0 ? "b" : "c"});
    TickFor(milliseconds(900));
  }
  EXPECT_EQ(election_.rounds(), 0u);
  for (int i = 0; i < 8; ++i) {
    See({i % 2 == 0 ? "b" : "c"});
    TickFor(milliseconds(900));
  }
  EXPECT_GT(election_.rounds(), 0u);
}

TEST_F(ElectionTest, ALeaderWhoseDiskFailsHandsOverToOneWhoseDiskWorks) {
  See({"b", "c"});
  BeElected();
  const LeaderClaim own = election_.claim();
  letters_.clear();
  election_.SetDiskFails(true);
  Tick();
  EXPECT_FALSE(election_.leading());
  EXPECT_FALSE(election_.claim().exists());
  EXPECT_EQ(Count<Resignation>(), 2u);
  ASSERT_TRUE(Happened(Kind::kHandedOver));
  EXPECT_EQ(events_.back().claim, own);
  EXPECT_GE(election_.NextTick(), now_ + Election::kElectionTimeout) << "the others stand first";
}

TEST_F(ElectionTest, WhereNoDiskWorksALeaderLeadsOn) {
  SiteView view;
  view.peers["b"] = view.peers["c"] = {false, {}, true};
  (void)election_.SetView(view, now_);
  BeElected();
  election_.SetDiskFails(true);
  TickFor(seconds(30));
  EXPECT_TRUE(election_.leading()) << "heartbeats need somebody";
  view.peers["c"].disk_fails = false;
  (void)election_.SetView(view, now_);
  Tick();
  EXPECT_FALSE(election_.leading()) << "now there is somebody better";
}

TEST_F(ElectionTest, ALeaderElectedWithABadDiskDoesNotHandOverAllTheTime) {
  See({"b", "c"});
  BeElected();
  election_.SetDiskFails(true);
  Tick();
  ASSERT_FALSE(election_.leading());
  BeElected();
  events_.clear();
  TickFor(seconds(5));
  EXPECT_FALSE(Happened(Kind::kHandedOver));
  TickFor(Election::kHandOverEvery);
  EXPECT_TRUE(Happened(Kind::kHandedOver)) << "but it tries again";
}

TEST_F(ElectionTest, WhoseDiskFailsIsVotedForOnlyByOthersWhoseDisksFail) {
  See({"b", "c"});
  election_.SetProgress(10);
  EXPECT_EQ(Ask("b", {true, 1, 0, false}), Verdict::kLessProgress);
  election_.SetDiskFails(true);
  EXPECT_EQ(UntilAsked(true).progress, 0u) << "it stands as one without data";
  EXPECT_EQ(Ask("b", {true, 1, 0, false}), Verdict::kGranted);
}

TEST_F(ElectionTest, ThatSomebodyGoesDelaysNothing) {
  See({"b", "c", "d", "e"});
  TickFor(milliseconds(900));
  See({"b", "c", "d"});
  TickFor(milliseconds(900));
  See({"b", "c"});
  TickFor(milliseconds(200));
  EXPECT_GT(election_.rounds(), 0u);
}

}  // namespace
}  // namespace bellrock::naming::cluster
