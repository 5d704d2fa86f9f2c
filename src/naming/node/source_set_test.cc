// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/source_set.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace bellrock::naming::node {
namespace {

using std::chrono::milliseconds;

Time At(int64_t ms) {
  return Time() + milliseconds(ms);
}

Peer PeerNamed(const std::string& name, const std::string& site) {
  return {NodeNumber(name), name, site, name + ":7600"};
}

// A follower of n1 in a site of four, beside a site of one.
class SourceSetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const Peer& peer : {leader_, PeerNamed("n3", "sz"), PeerNamed("n4", "sz"), far_}) {
      plan_.members.emplace(peer.number, peer);
      plan_.reachable.insert(peer.number);
    }
    plan_.sources = {leader_};
    sources_.SetPlan(plan_, At(0));
  }

  SourceSync& SyncOf(uint64_t number) { return sources_.all().at(number)->sync; }
  void Fail(uint64_t number, int64_t ms) {
    SyncOf(number).OnFailed("unreachable", At(ms));
    sources_.Settle(number, plan_, At(ms));
  }
  void Answer(uint64_t number, int64_t ms) {
    replica::PullReply reply;
    reply.from = {{number, 1}, static_cast<uint64_t>(ms), {}};
    SyncOf(number).OnPull(reply, {At(ms), ms});
    sources_.Settle(number, plan_, At(ms));
  }
  // 0: none.
  uint64_t StandIn() const {
    for (const auto& [number, source] : sources_.all()) {
      if (source->why == SourceSet::Why::kStandIn) return number;
    }
    return 0;
  }

  const Peer leader_ = PeerNamed("n1", "sz");
  const Peer far_ = PeerNamed("n5", "bj");
  Plan plan_;
  replica::Replica replica_{{NodeNumber("n2"), 1}, {}, nullptr};
  SourceSet sources_{replica_, 1};
};

TEST_F(SourceSetTest, AFailureOrTwoAreNoReasonToAskOthers) {
  Fail(leader_.number, 0);
  Fail(leader_.number, 2'900);
  EXPECT_EQ(StandIn(), 0u);
  Answer(leader_.number, 2'950);
  Fail(leader_.number, 5'000);
  EXPECT_EQ(StandIn(), 0u) << "it answered between";
}

TEST_F(SourceSetTest, AnotherOfItsSiteStandsInForOneThatCannotBeCalled) {
  Fail(leader_.number, 0);
  Fail(leader_.number, 3'000);
  ASSERT_NE(StandIn(), 0u);
  EXPECT_EQ(plan_.members.at(StandIn()).site, "sz");
  EXPECT_TRUE(sources_.all().contains(leader_.number)) << "it is still tried";
}

TEST_F(SourceSetTest, TheyTakeTurnsSinceOneMayBeCutOffToo) {
  Fail(leader_.number, 0);
  Fail(leader_.number, 3'000);
  std::set<uint64_t> asked;
  for (int64_t ms = 3'000; ms < 300'000; ms += 500) {
    asked.insert(StandIn());
    Answer(StandIn(), ms);
    Fail(leader_.number, ms);
  }
  EXPECT_EQ(asked, (std::set{NodeNumber("n3"), NodeNumber("n4")}));
}

TEST_F(SourceSetTest, OneThatFailsItselfIsReplaced) {
  Fail(leader_.number, 0);
  Fail(leader_.number, 3'000);
  const uint64_t first = StandIn();
  Fail(first, 3'100);
  Fail(first, 6'100);
  EXPECT_NE(StandIn(), first);
  EXPECT_NE(StandIn(), 0u);
}

TEST_F(SourceSetTest, NobodyStandsInAnyMoreOnceItAnswers) {
  Fail(leader_.number, 0);
  Fail(leader_.number, 3'000);
  const uint64_t stand_in = StandIn();
  Answer(leader_.number, 4'000);
  EXPECT_EQ(StandIn(), 0u);
  Answer(stand_in, 4'001);
  EXPECT_FALSE(sources_.all().contains(stand_in)) << "when it has nothing left";
}

TEST_F(SourceSetTest, WhereNobodyElseOfTheSiteIsInReachAnotherSiteServes) {
  plan_.reachable = {leader_.number, far_.number};
  sources_.SetPlan(plan_, At(0));
  Fail(leader_.number, 0);
  Fail(leader_.number, 3'000);
  EXPECT_EQ(StandIn(), far_.number);
  plan_.sources.clear();  // this node leads now
  sources_.SetPlan(plan_, At(3'001));
  EXPECT_TRUE(sources_.all().empty());
}

}  // namespace
}  // namespace bellrock::naming::node
