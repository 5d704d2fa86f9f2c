// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/node.h"

#include <gtest/gtest.h>

#include <string>

#include "naming/strict_lease.h"

namespace bellrock::naming::node {
namespace {

constexpr int64_t kUnixMs = 1'800'000'000'000;

Moment At(int64_t ms) {
  return {Time() + std::chrono::milliseconds(ms), kUnixMs + ms};
}

std::string PathOf(int number) {
  return "/sz/im/music/catalog/default/" + std::to_string(number);
}

Spec Saying(const std::string& path, uint64_t incarnation = 1) {
  Spec spec;
  spec.path = path;
  spec.address = "10.0.0.1:8080";
  spec.traits = std::make_shared<const Traits>();
  spec.incarnation = incarnation;
  return spec;
}

Peer PeerNamed(const std::string& name, const std::string& site) {
  return {NodeNumber(name), name, site, name + ":7600"};
}

// A node of a cluster whose plan is written by hand.
struct Member {
  Member(const std::string& name, const std::string& site)
      : self(PeerNamed(name, site)), node({self.number, 1}, {}, 1) {}

  void Plan(const Peer& leader, const std::vector<Peer>& sources, const std::vector<Peer>& others,
            int64_t ms) {
    node::Plan plan;
    plan.site = self.site;
    plan.leader = leader;
    plan.leading = leader == self;
    plan.sources = sources;
    for (const Peer& peer : others) plan.members.emplace(peer.number, peer);
    plan.standby = standby;
    plan.clustered = !others.empty();
    plan.known = others.size() + 1;
    node.SetPlan(plan, At(ms).now);
  }
  // One turn with its only source.
  void Exchange(Member& with, int64_t ms) {
    const auto source = node.sources().at(with.self.number);
    switch (source->sync.Next(At(ms).now).act) {
      case SourceSync::Act::kPull:
        source->sync.OnPull(with.node.AnswerPull(node.registry().replica().MakePull(), At(ms).now),
                            At(ms));
        break;
      case SourceSync::Act::kRepair:
        source->sync.OnRepair(with.node.AnswerRepair(source->sync.repair_request(), At(ms)),
                              At(ms));
        break;
      case SourceSync::Act::kShare:
        source->sync.OnShared(At(ms).now);
        break;
      case SourceSync::Act::kWait:
        break;
    }
    node.Settle(with.self.number, At(ms).now);
  }
  // It leads its site, and so do those.
  void PlanRivals(const std::vector<Peer>& rivals, int64_t ms) {
    node::Plan plan = node.plan();
    plan.leading = true;
    plan.leader = self;
    plan.rivals.clear();
    for (const Peer& peer : rivals) plan.rivals.insert(peer.number);
    node.SetPlan(plan, At(ms).now);
  }
  const Instance* Find(int number) const { return node.registry().tree().Find(PathOf(number)); }

  Peer self;
  Node node;
  bool standby = false;
};

// As by way of a third node.
void Pull(Member& to, Member& from, int64_t ms) {
  replica::Replica& replica = to.node.registry().replica();
  (void)replica.Apply(from.node.registry().replica().AnswerPull(replica.MakePull()), At(ms));
}

class NodeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    leader_.Plan(leader_.self, {}, {follower_.self}, 0);
    follower_.Plan(leader_.self, {leader_.self}, {leader_.self}, 0);
  }
  Member leader_{"n1", "sz"};
  Member follower_{"n2", "sz"};
};

TEST_F(NodeTest, AFollowerPullsWhatItsLeaderAccepts) {
  ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  leader_.node.registry().Heartbeat(PathOf(1), 1, 1, At(1));
  for (int ms = 1; ms < 5; ++ms) follower_.Exchange(leader_, ms);
  ASSERT_NE(follower_.Find(1), nullptr);
  EXPECT_EQ(follower_.Find(1)->state, State::kWorking);
  EXPECT_EQ(follower_.node.registry().NextExpiry(), kNever) << "leases are the leader's";
}

TEST_F(NodeTest, WhatAFollowerAloneKnowsIsPulledBackAndThenLeftAlone) {
  follower_.Plan(follower_.self, {}, {leader_.self}, 10);  // cut off, it led itself
  ASSERT_TRUE(follower_.node.registry().Register(Saying(PathOf(2)), 0, At(11)).ok());
  follower_.Plan(leader_.self, {leader_.self}, {leader_.self}, 20);
  for (int ms = 21; ms < 25; ++ms) follower_.Exchange(leader_, ms);
  ASSERT_EQ(leader_.node.sources().size(), 1u) << "the leader noticed";
  for (int ms = 25; ms < 30 && !leader_.node.sources().empty(); ++ms) {
    leader_.Exchange(follower_, ms);
  }
  EXPECT_NE(leader_.Find(2), nullptr);
  EXPECT_TRUE(leader_.node.sources().empty());
}

TEST_F(NodeTest, ANewLeaderTakesTheLeasesOverForAFullTerm) {
  ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  leader_.node.registry().Heartbeat(PathOf(1), 1, 1, At(1));
  for (int ms = 1; ms < 5; ++ms) follower_.Exchange(leader_, ms);
  follower_.Plan(follower_.self, {}, {leader_.self}, 9'000);
  EXPECT_EQ(follower_.node.registry().NextExpiry(), At(19'000).now);
}

// A leader that starts alone knows of other sites' nodes only what they said.
TEST_F(NodeTest, AStandbyInheritsNoLeasesOfASiteThatNobodyRemembers) {
  ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  leader_.node.registry().Heartbeat(PathOf(1), 1, 1, At(1));
  Member other("b1", "bj");
  Pull(other, leader_, 2);
  other.standby = true;
  other.Plan(other.self, {}, {}, 10);
  EXPECT_EQ(other.node.registry().NextExpiry(), kNever);
  other.Plan(leader_.self, {leader_.self}, {leader_.self}, 20);
  other.standby = false;
  other.Plan(other.self, {}, {}, 30);
  EXPECT_NE(other.node.registry().NextExpiry(), kNever) << "put to work";
}

TEST_F(NodeTest, LeasesOfANodeThatTurnsOutToBeOfAnotherSiteAreLetGo) {
  Member far{"n3", "bj"};
  far.Plan(far.self, {}, {}, 0);
  ASSERT_TRUE(far.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  far.node.registry().Heartbeat(PathOf(1), 1, 1, At(1));
  const auto reply = far.node.AnswerPull(leader_.node.registry().replica().MakePull(), At(1).now);
  (void)leader_.node.registry().replica().Apply(reply, At(1));
  EXPECT_NE(leader_.node.registry().NextExpiry(), kNever);
  leader_.Plan(leader_.self, {}, {follower_.self, far.self}, 2);
  EXPECT_EQ(leader_.node.registry().NextExpiry(), kNever);
}

TEST_F(NodeTest, LeasesOfANodeThatTurnsOutToBeOfThisSiteAreTakenOver) {
  Member unknown{"n9", "sz"};
  unknown.Plan(unknown.self, {}, {}, 0);
  const std::string moved = "/bj/im/music/catalog/default/1";
  ASSERT_TRUE(unknown.node.registry().Register(Saying(moved), 0, At(0)).ok());
  unknown.node.registry().Heartbeat(moved, 1, 1, At(1));
  const Peer far = PeerNamed("n3", "bj");
  leader_.Plan(leader_.self, {}, {follower_.self, far}, 0);
  Pull(leader_, unknown, 2);
  EXPECT_EQ(leader_.node.registry().NextExpiry(), kNever) << "by its path it is bj's";
  leader_.Plan(leader_.self, {}, {follower_.self, far, unknown.self}, 3);
  EXPECT_EQ(leader_.node.registry().NextExpiry(), At(10'003).now);
}

TEST_F(NodeTest, WordsOfAnUnknownNodeAreOfTheInstancesSite) {
  Member unknown{"n9", "bj"};
  unknown.Plan(unknown.self, {}, {}, 0);
  const std::string far_path = "/bj/im/music/catalog/default/1";
  for (const std::string& path : {far_path, PathOf(1)}) {
    ASSERT_TRUE(unknown.node.registry().Register(Saying(path), 0, At(0)).ok());
    unknown.node.registry().Heartbeat(path, 1, 1, At(1));
  }
  leader_.Plan(leader_.self, {}, {follower_.self, PeerNamed("n3", "bj")}, 0);
  Pull(leader_, unknown, 2);
  EXPECT_EQ(leader_.node.registry().CountLeases(At(2).now).held, 1u) << "bj has its own leader";
  const int64_t hour_ms = 3'600'000;
  for (int64_t ms = 2; ms < 60'000; ms += 1'000) (void)leader_.node.Tick(At(ms));
  EXPECT_EQ(leader_.Find(1)->state, State::kWorking) << "it may be heard where that node is";
  for (int64_t ms = hour_ms; ms < hour_ms + 60'000; ms += 1'000) (void)leader_.node.Tick(At(ms));
  EXPECT_EQ(leader_.Find(1)->state, State::kUnreachable);
}

// Cut off within the site, but not from a third: each hears the other's words. One instance stays
// at the first, one goes to the second, one dies.
TEST_F(NodeTest, TwoLeadersOfOneSiteEndOnlyWhomTheyHaveHeard) {
  leader_.node.protection().freeze().override_slot().Set(false, "a test", std::chrono::hours(1),
                                                         At(0).now);
  follower_.node.protection().freeze().override_slot().Set(false, "a test", std::chrono::hours(1),
                                                           At(0).now);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(i)), 0, At(0)).ok());
    leader_.node.registry().Heartbeat(PathOf(i), 1, 1, At(0));
  }
  Pull(follower_, leader_, 1);
  leader_.PlanRivals({follower_.self}, 2);
  follower_.PlanRivals({leader_.self}, 2);
  for (int64_t ms = 2; ms < 60'000; ms += 100) {
    if (ms % 3'000 == 2) {
      leader_.node.registry().Heartbeat(PathOf(1), 1, 0, At(ms));
      follower_.node.registry().Heartbeat(PathOf(2), 1, 0, At(ms));
    }
    for (Member* each : {&leader_, &follower_}) (void)each->node.Tick(At(ms));
    Pull(leader_, follower_, ms);
    Pull(follower_, leader_, ms);
    for (Member* each : {&leader_, &follower_}) {
      ASSERT_EQ(each->Find(1)->state, State::kWorking) << ms;
      ASSERT_EQ(each->Find(2)->state, State::kWorking) << ms;
    }
  }
  EXPECT_EQ(leader_.Find(2)->stamp.dot.origin.node, follower_.self.number);
  EXPECT_EQ(leader_.Find(1)->stamp.dot.origin.node, leader_.self.number);
  EXPECT_EQ(follower_.Find(3)->state, State::kUnreachable) << "the first had heard it";
}

TEST_F(NodeTest, ARivalThatLeadsNoMoreLeavesItsInstancesBehind) {
  ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  leader_.node.registry().Heartbeat(PathOf(1), 1, 1, At(0));
  Pull(follower_, leader_, 1);
  follower_.PlanRivals({leader_.self}, 2);
  for (int64_t ms = 2; ms < 8'000; ms += 1'000) (void)follower_.node.Tick(At(ms));
  EXPECT_EQ(follower_.node.registry().CountLeases(At(8'000).now).held, 0u);
  follower_.PlanRivals({}, 9'000);
  EXPECT_EQ(follower_.node.registry().NextExpiry(), At(19'000).now);
}

// What it forgets or folds before it has met the cluster would seem removed to the others.
TEST_F(NodeTest, WhoStartsAloneWaitsForThoseWhoseWordsItHas) {
  Member alone{"n3", "sz"};
  replica::VersionVector recovered;
  recovered.Raise({{leader_.self.number, 1}, 7});
  recovered.Raise({{leader_.self.number, 2}, 1});
  alone.node.registry().replica().FinishRecovery(recovered);
  alone.Plan(alone.self, {}, {}, 0);
  for (int64_t ms = 0; ms < 5'000; ms += 1'000) alone.node.Tick(At(ms));
  EXPECT_TRUE(alone.node.registry().replica().seen().folds().empty());
  // Who was met and then forgotten by the cluster is waited for no more.
  alone.Plan(alone.self, {}, {leader_.self}, 5'000);
  alone.Plan(alone.self, {}, {}, 6'000);
  for (int64_t ms = 6'000; ms < 9'000; ms += 1'000) alone.node.Tick(At(ms));
  EXPECT_FALSE(alone.node.registry().replica().seen().folds().empty());
}

TEST_F(NodeTest, WhoseWordsComeByRepairIsWaitedForToo) {
  Member empty{"n3", "sz"};
  empty.Plan(empty.self, {}, {follower_.self}, 0);
  replica::VersionVector repaired;
  repaired.Raise({{leader_.self.number, 1}, 7});
  repaired.Raise({{leader_.self.number, 2}, 1});
  replica::Replica& replica = empty.node.registry().replica();
  replica.Adopt(repaired);
  (void)empty.node.AnswerPull({{follower_.self.number, 1}, 1, repaired}, At(0).now);
  for (int64_t ms = 0; ms < 5'000; ms += 1'000) empty.node.Tick(At(ms));
  EXPECT_TRUE(replica.seen().folds().empty());
  (void)empty.node.AnswerPull({{leader_.self.number, 2}, 1, repaired}, At(5'000).now);
  for (int64_t ms = 5'000; ms < 9'000; ms += 1'000) empty.node.Tick(At(ms));
  EXPECT_FALSE(replica.seen().folds().empty());
}

TEST_F(NodeTest, NothingIsForgottenWhileAnExpectedNodeWasNotMet) {
  RegistryOptions options;
  options.replica.tombstones.age_min = std::chrono::seconds(1);
  Node node({NodeNumber("n3"), 1}, options, 1);
  ASSERT_TRUE(node.registry().Deregister(PathOf(1), 5, At(0)).ok());
  Plan plan = AlonePlan(PeerNamed("n3", "sz"));
  plan.unmet_seeds = 1;
  node.SetPlan(plan, At(0).now);
  for (int64_t ms = 0; ms < 5'000; ms += 1'000) node.Tick(At(ms));
  EXPECT_EQ(node.registry().replica().tombstones(), 1u);
  const int64_t day_ms = 24 * 3'600'000;
  for (int64_t ms = day_ms - 1'000; ms < day_ms + 5'000; ms += 1'000) node.Tick(At(ms));
  EXPECT_EQ(node.registry().replica().tombstones(), 0u) << "it never comes";
}

TEST_F(NodeTest, NothingIsForgottenBeforeAnybodyWasMet) {
  RegistryOptions options;
  options.replica.tombstones.age_min = std::chrono::seconds(1);
  Node node({NodeNumber("n3"), 1}, options, 1);
  const auto run = [&](int64_t from_ms) {
    for (int64_t ms = from_ms; ms < from_ms + 5'000; ms += 1'000) node.Tick(At(ms));
    return node.registry().replica().tombstones();
  };
  ASSERT_TRUE(node.registry().Deregister(PathOf(1), 5, At(0)).ok());
  EXPECT_EQ(run(0), 1u) << "before it has a plan";
  Plan plan = AlonePlan(PeerNamed("n3", "sz"));
  plan.clustered = true;
  node.SetPlan(plan, At(5'000).now);
  EXPECT_EQ(run(5'000), 1u) << "as long as it has met nobody";
  plan.clustered = false;
  node.SetPlan(plan, At(10'000).now);
  EXPECT_EQ(run(10'000), 0u) << "alone";
}

TEST_F(NodeTest, EverythingIsComparedOnDemandWhateverTheVectorsSay) {
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(i)), 0, At(0)).ok());
  }
  ASSERT_TRUE(follower_.node.DemandRepair("n1", At(1).now));
  EXPECT_FALSE(follower_.node.DemandRepair("nobody", At(1).now));
  follower_.Exchange(leader_, 1);
  for (int ms = 2; ms < 60; ++ms) follower_.Exchange(leader_, ms);
  EXPECT_EQ(follower_.node.registry().tree().size(), 50u);
  EXPECT_EQ(follower_.node.repair_figures().checks, 1u);
  EXPECT_EQ(follower_.node.registry().replica().table().root(),
            leader_.node.registry().replica().table().root());
}

// VIN-044, VIN-045: half of the heartbeats stop coming at once, and a member is not heard.
TEST_F(NodeTest, APartitionIsSensedBeforeLeasesRunOut) {
  constexpr int kInstances = 40;
  for (int i = 0; i < kInstances; ++i) {
    ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(i)), 0, At(0)).ok());
  }
  const auto beat = [&](int from, int64_t ms) {
    for (int i = from; i < kInstances; ++i) {
      if (ms % 3'300 == i * 50) leader_.node.registry().Heartbeat(PathOf(i), 1, 0, At(ms));
    }
  };
  int64_t ms = 0;
  for (; ms < 20'000; ms += 50) {
    beat(0, ms);
    leader_.node.Tick(At(ms));
  }
  for (; ms < 60'000; ms += 50) {
    beat(kInstances / 2, ms);
    if (ms == 23'000) {
      Plan plan = leader_.node.plan();
      plan.lost = 1;
      leader_.node.SetPlan(plan, At(ms).now);
    }
    leader_.node.Tick(At(ms));
  }
  EXPECT_EQ(leader_.node.registry().tree().root().counts.unreachable, 0);
  EXPECT_GT(leader_.node.registry().totals().held, 0u);
  EXPECT_TRUE(leader_.node.protection().freeze().At(At(ms).now).on);
}

// It starts on the smaller side of a cut: the instances of the other side are not dead.
TEST_F(NodeTest, WhoIsExpectedAndWasNotMetIsLost) {
  const auto on = [](Member& member, int64_t ms) {
    return member.node.protection().freeze().At(At(ms).now).on;
  };
  Member empty{"n3", "sz"}, restarted{"n4", "sz"};
  ASSERT_TRUE(restarted.node.registry().Register(Saying(PathOf(1)), 0, At(0)).ok());
  Plan plan = AlonePlan(empty.self);
  plan.unmet_seeds = 2;
  empty.node.SetPlan(plan, At(0).now);
  EXPECT_FALSE(on(empty, 0)) << "there is nothing to hold";
  restarted.node.SetPlan(plan, At(0).now);
  EXPECT_TRUE(on(restarted, 0));
}

// The same without a reason to see a partition in it: a service never falls below its threshold.
TEST_F(NodeTest, AThresholdHoldsWhatAStormWouldTake) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(leader_.node.registry().Register(Saying(PathOf(i)), 0, At(0)).ok());
    leader_.node.registry().Heartbeat(PathOf(i), 1, 0, At(0));
  }
  leader_.node.protection().freeze().override_slot().Set(false, "a test", std::chrono::hours(1),
                                                         At(0).now);
  for (int64_t ms = 0; ms < 30'000; ms += 50) leader_.node.Tick(At(ms));
  EXPECT_EQ(leader_.node.registry().tree().root().counts.working, 6);
  EXPECT_EQ(leader_.node.registry().tree().root().counts.unreachable, 4);
}

// OCTO-087: what they own is waited for, be it a third of them that died, and a server as well.
TEST_F(NodeTest, NothingHoldsTheEndOfAStrictLease) {
  const Traits strict{"", {{kLeaseLabel, kStrictLease}}, {}};
  for (int i = 0; i < 10; ++i) {
    Spec spec = Saying(PathOf(i));
    spec.traits = std::make_shared<const Traits>(strict);
    spec.lease_ms = 1000;
    ASSERT_TRUE(leader_.node.registry().Register(spec, 0, At(0)).ok());
    leader_.node.registry().Heartbeat(PathOf(i), 1, 0, At(0));
  }
  leader_.node.protection().freeze().override_slot().Set(true, "a test", std::chrono::hours(1),
                                                         At(0).now);
  for (int64_t ms = 0; ms <= 1050; ms += 50) leader_.node.Tick(At(ms));
  EXPECT_EQ(leader_.node.registry().tree().root().counts.unreachable, 10);
}

}  // namespace
}  // namespace bellrock::naming::node
