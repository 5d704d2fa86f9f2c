// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/leader_finder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Mode = LeaderFinder::Mode;
using Failure = LeaderFinder::Failure;

Address Server(int i) {
  return Address::Tcp("10.0.0." + std::to_string(i), 7600);
}

std::vector<Address> Servers(int count) {
  std::vector<Address> servers;
  for (int i = 1; i <= count; ++i) servers.push_back(Server(i));
  return servers;
}

// A site as its clients meet it: who can be reached, whom each server takes for the leader.
struct Site {
  // What became of one try; what it did is written down in `log`.
  bool Serve(LeaderFinder& finder, LeaderFinder::Way& way, const LeaderFinder::Try& tried,
             Time now) {
    log += (log.empty() ? "" : " ") + tried.server.host().substr(7) + (tried.forward ? "f" : "");
    if (down.contains(tried.server)) {
      finder.OnFailed(way, tried, now, HowItFails(tried.server));
      return false;
    }
    const Address named = believes.contains(tried.server) ? believes[tried.server] : leader;
    if (named == tried.server) {
      finder.OnServed(tried);
      return true;
    }
    if (!tried.forward) {
      finder.OnRedirect(way, tried, named, now);
      return false;
    }
    if (unreachable_for_servers.contains(named)) {
      finder.OnFailed(way, tried, now, Failure::kUnable);
      return false;
    }
    finder.OnServed(tried);
    return true;
  }
  Failure HowItFails(const Address& server) const {
    if (hung.contains(server)) return Failure::kSilent;
    return mute.contains(server) ? Failure::kUnreachable : Failure::kUnable;
  }
  // One call (or check) to its end. The log is "server" or "server f(orward)" of each try.
  bool Run(LeaderFinder& finder, LeaderFinder::Way way, Time now) {
    log.clear();
    while (const auto tried = finder.Next(way)) {
      if (Serve(finder, way, *tried, now)) return true;
    }
    return false;
  }
  bool Call(LeaderFinder& finder, Time now) { return Run(finder, LeaderFinder::Way(), now); }
  bool Check(LeaderFinder& finder, Time now) { return Run(finder, finder.BeginCheck(now, 0), now); }

  Address leader = Server(1);
  std::map<Address, Address> believes;  // who has another opinion
  std::set<Address> down;               // for clients
  std::set<Address> hung;               // those of them that are silent
  std::set<Address> mute;               // those of them that refuse connections
  std::set<Address> unreachable_for_servers;
  std::string log;
};

constexpr Time kStart = Time(seconds(100));

class LeaderFinderTest : public ::testing::Test {
 protected:
  // Knows the leader, server 1, and would ask server 2 first otherwise.
  void SetUp() override {
    finder_.SetServers(Servers(3));
    ASSERT_TRUE(site_.Call(finder_, kStart));
    ASSERT_EQ(site_.log, "2 1");
  }

  LeaderFinder finder_{1};
  Site site_;
};

TEST_F(LeaderFinderTest, FollowsTheRedirectOnceAndThenGoesStraightToTheLeader) {
  EXPECT_EQ(finder_.mode(), Mode::kDirect);
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1");
  EXPECT_EQ(finder_.check_due(), kNever);
}

TEST_F(LeaderFinderTest, TakesTheNewLeaderFromTheOldOne) {
  site_.leader = Server(3);
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 3");
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "3");
}

TEST_F(LeaderFinderTest, LeaderThatThisClientCannotReachIsReachedThroughAFollower) {
  site_.down = {Server(1)};
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2f");
  EXPECT_EQ(finder_.mode(), Mode::kProxy);
  EXPECT_TRUE(site_.Call(finder_, kStart + seconds(1)));
  EXPECT_EQ(site_.log, "2f");
}

TEST_F(LeaderFinderTest, LeavesProxyModeWhenTheLeaderAnswersTheCheck) {
  site_.down = {Server(1)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  ASSERT_EQ(finder_.check_due(), kStart + LeaderFinder::kLeaderCheck);
  EXPECT_FALSE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(finder_.mode(), Mode::kProxy);
  site_.down.clear();
  EXPECT_TRUE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(site_.log, "1");
  EXPECT_EQ(finder_.mode(), Mode::kDirect);
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1");
}

TEST_F(LeaderFinderTest, CheckFindsTheLeaderThatWasElectedInPlaceOfADeadOne) {
  site_.down = {Server(1)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  site_.leader = Server(3);
  EXPECT_TRUE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(site_.log, "1 2 3");
  EXPECT_EQ(finder_.leader(), Server(3));
  EXPECT_EQ(finder_.mode(), Mode::kDirect);
}

TEST_F(LeaderFinderTest, FollowerThatHasBecomeTheLeaderIsFoundByTheCheck) {
  site_.down = {Server(1)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  site_.leader = Server(2);
  ASSERT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "2f");  // serves what it is asked to pass on
  EXPECT_TRUE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(finder_.leader(), Server(2));
  EXPECT_EQ(finder_.mode(), Mode::kDirect);
}

TEST_F(LeaderFinderTest, CheckMovesToAnotherLeaderThatCannotBeReachedEitherAndStaysInProxyMode) {
  site_.down = {Server(1), Server(3)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  site_.leader = Server(3);
  EXPECT_FALSE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(finder_.leader(), Server(3));
  EXPECT_EQ(finder_.mode(), Mode::kProxy);
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "2f");
}

TEST_F(LeaderFinderTest, DeadProxyIsReplacedByTheNextServer) {
  site_.down = {Server(1)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  site_.down = {Server(1), Server(2)};
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "2f 3f");
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "3f");
}

TEST_F(LeaderFinderTest, SilentServersAreAskedLastAndOneOnlyOnceSomebodySpoke) {
  finder_.SetServers(Servers(5));
  site_.down = {Server(1), Server(2), Server(3)};
  site_.hung = {Server(1), Server(2)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2f 3f 4f");
  site_.hung = {Server(1), Server(2), Server(4)};
  site_.down = {Server(1), Server(2), Server(3), Server(4), Server(5)};
  EXPECT_FALSE(site_.Call(finder_, kStart + seconds(1)));
  EXPECT_EQ(site_.log, "4f 5f 3f");
  EXPECT_FALSE(site_.Call(finder_, kStart + seconds(2)));
  EXPECT_EQ(site_.log, "3f 5f") << "all the others were silent just now";
  EXPECT_FALSE(site_.Call(finder_, kStart + seconds(3)));
  EXPECT_EQ(site_.log, "3f 5f 2f");
  EXPECT_FALSE(site_.Call(finder_, kStart + seconds(5)));
  EXPECT_EQ(site_.log, "3f 5f 4f") << "each in turn, for one of them may be back";
}

TEST_F(LeaderFinderTest, WhenNobodySpeaksAllSilentServersAreAsked) {
  site_.down = site_.hung = {Server(1), Server(2), Server(3)};
  finder_.SetServers(Servers(4));
  site_.down.insert(Server(4));
  site_.mute = {Server(4)};
  EXPECT_FALSE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2f 3f 4f");
  EXPECT_FALSE(site_.Call(finder_, kStart + seconds(4)));
  EXPECT_EQ(site_.log, "4f 2f 3f 1");
}

TEST_F(LeaderFinderTest, LeaderThatWasSilentJustNowIsNotTriedForARedirect) {
  site_.down = site_.hung = {Server(1)};
  ASSERT_TRUE(site_.Call(finder_, kStart));
  site_.leader = Server(3);
  ASSERT_TRUE(site_.Check(finder_, kStart + seconds(1)));
  site_.leader = Server(1);  // says 3, which it follows again; to us it is still silent
  EXPECT_TRUE(site_.Call(finder_, kStart + seconds(2)));
  EXPECT_EQ(site_.log, "3 2f");
  EXPECT_EQ(finder_.mode(), Mode::kProxy);
}

TEST_F(LeaderFinderTest, WithoutAnyServerEachIsTriedOnceAndTheLeaderIsFoundAgainLater) {
  site_.down = {Server(1), Server(2), Server(3)};
  EXPECT_FALSE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2f 3f");
  site_.down.clear();
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_TRUE(site_.Check(finder_, finder_.check_due()));
  EXPECT_EQ(finder_.mode(), Mode::kDirect);
}

TEST_F(LeaderFinderTest, WhileTheSiteHasNoLeaderAllAreTriedAndNobodyIsTrusted) {
  site_.down = {Server(1)};
  site_.unreachable_for_servers = {Server(1)};
  EXPECT_FALSE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2f 3f");
  site_.leader = Server(3);
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_LE(site_.log.size(), std::string("1 2f 3f").size());
}

TEST_F(LeaderFinderTest, ServersThatSendItRoundInCirclesAreLeftAfterThreeRedirects) {
  site_.leader = Server(9);
  site_.believes = {{Server(1), Server(2)}, {Server(2), Server(1)}};
  EXPECT_TRUE(site_.Call(finder_, kStart));
  EXPECT_EQ(site_.log, "1 2 1 1f");  // passes on to whom it can
  site_.unreachable_for_servers = {Server(1), Server(2), Server(9)};
  EXPECT_FALSE(site_.Call(finder_, kStart));
}

TEST(LeaderFinder, OneServerThatWasRestartedIsUsedAgain) {
  Site site;
  LeaderFinder finder(5);
  finder.SetServers(Servers(1));
  EXPECT_TRUE(site.Call(finder, kStart));
  EXPECT_EQ(site.log, "1");
  site.down = {Server(1)};
  EXPECT_FALSE(site.Call(finder, kStart));
  EXPECT_EQ(site.log, "1");
  site.down.clear();
  EXPECT_TRUE(site.Call(finder, kStart));
  EXPECT_EQ(finder.mode(), Mode::kDirect);
}

TEST(LeaderFinder, WithoutServersThereIsNothingToTry) {
  LeaderFinder finder(1);
  LeaderFinder::Way way;
  EXPECT_FALSE(finder.Next(way).has_value());
  EXPECT_EQ(finder.mode(), Mode::kSeeking);
}

TEST(LeaderFinder, ServersThatNameAnUnlistedLeaderAreBelieved) {
  Site site;
  site.leader = Server(7);
  LeaderFinder finder(0);
  finder.SetServers(Servers(3));
  EXPECT_TRUE(site.Call(finder, kStart));
  EXPECT_EQ(finder.leader(), Server(7));
}

TEST(LeaderFinder, ClientsAskDifferentServersFirst) {
  std::set<Address> first;
  for (uint64_t random = 0; random < 30; ++random) {
    LeaderFinder finder(random);
    finder.SetServers(Servers(3));
    LeaderFinder::Way way;
    first.insert(finder.Next(way)->server);
  }
  EXPECT_EQ(first.size(), 3u);
}

TEST(LeaderFinder, NewListKeepsTheServerThatAnswers) {
  Site site;
  LeaderFinder finder(1);
  finder.SetServers(Servers(3));
  ASSERT_TRUE(site.Call(finder, kStart));
  site.down = {Server(1)};
  ASSERT_TRUE(site.Call(finder, kStart));
  ASSERT_EQ(site.log, "1 2f");
  finder.SetServers({Server(5), Server(6), Server(2)});
  EXPECT_TRUE(site.Call(finder, kStart));
  EXPECT_EQ(site.log, "2f");
}

// Whatever servers answer, a call ends within its bound; once all is well the next check or call
// finds the leader, and calls then need one try.
class LeaderFinderRandom : public ::testing::TestWithParam<uint64_t> {};

TEST_P(LeaderFinderRandom, FindsTheLeaderAgainAfterAnyDisorder) {
  std::mt19937_64 random(GetParam());
  auto any = [&] { return Server(static_cast<int>(random() % 5) + 1); };
  LeaderFinder finder(random());
  finder.SetServers(Servers(5));
  Site site;
  Time now = kStart;
  for (int step = 0; step < 300; ++step, now += milliseconds(700)) {
    if (random() % 4 == 0) site.leader = any();
    if (random() % 3 == 0) site.down.insert(any());
    if (random() % 3 == 0) site.down.erase(any());
    if (random() % 4 == 0) site.believes[any()] = any();
    if (random() % 4 == 0) site.believes.erase(any());
    if (random() % 5 == 0) site.unreachable_for_servers = site.down;
    (void)site.Call(finder, now);
    ASSERT_LE(site.log.size(), 3u * LeaderFinder::kTriesMax);
    if (now >= finder.check_due()) (void)site.Check(finder, now);
  }
  site.down.clear();
  site.believes.clear();
  site.unreachable_for_servers.clear();
  ASSERT_TRUE(site.Call(finder, now));
  now += LeaderFinder::kLeaderCheck;
  if (now >= finder.check_due()) {
    ASSERT_TRUE(site.Check(finder, now));
  }
  EXPECT_TRUE(site.Call(finder, now));
  EXPECT_EQ(finder.mode(), Mode::kDirect);
  EXPECT_EQ(site.log, site.leader.host().substr(7));
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeaderFinderRandom, ::testing::Range<uint64_t>(1, 201));

}  // namespace
}  // namespace bellrock::naming::client
