// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Words of operators for a time, at a node that leads, follows, comes to lead and starts again.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "naming/registry.h"
#include "naming/replica/journal.h"
#include "naming/replica/record_codec.h"

namespace bellrock::naming {
namespace {

constexpr char kPath[] = "/sz/im/music/catalog/default/1";
constexpr int64_t kStart = 1'000'000;
constexpr uint64_t kSelf = 1;
constexpr uint64_t kOther = 2;

Moment Now(int64_t ms) {
  return {Time() + std::chrono::milliseconds(ms), kStart + ms};
}

struct Node {
  explicit Node(uint64_t self = kSelf, uint64_t epoch = 0) : registry({self, epoch}) {}
  void Lead(int64_t ms) {
    registry.Lead([](const Instance& i) { return i.stamp.dot.origin.node == kSelf; }, Now(ms).now);
  }
  void Register(int64_t ms = 0) {
    Spec spec;
    spec.path = kPath;
    spec.address = "10.0.0.1:8080";
    spec.traits = std::make_shared<const Traits>();
    ASSERT_TRUE(registry.Register(spec, 0, Now(ms)).ok());
  }
  // Isolates from..until, both after the start.
  Status Isolate(int64_t from, int64_t until, int64_t ms = 0) {
    const OperatorState wanted{false, true, 0, "disk swap", {}};
    return registry.Operate(kPath, wanted, Now(ms),
                            {from == 0 ? 0 : kStart + from, until == 0 ? 0 : kStart + until});
  }
  void Tick(int64_t ms) {
    registry.Tick([](const Instance&) { return true; }, Now(ms));
  }
  bool isolated() {
    const Instance* instance = registry.tree().Find(kPath);
    return instance->disabled();
  }
  // Everything that one lacks of another.
  void PullFrom(Node& from, int64_t ms) {
    registry.replica().Apply(from.registry.replica().AnswerPull(registry.replica().MakePull()),
                             Now(ms));
  }

  Registry registry;
};

TEST(OperatorWindow, BeginsAndEndsByItself) {
  Node node;
  node.Lead(0);
  node.Register();
  ASSERT_TRUE(node.Isolate(100, 200).ok());
  node.Tick(99);
  EXPECT_FALSE(node.isolated());
  node.Tick(100);
  EXPECT_TRUE(node.isolated());
  node.Tick(199);
  EXPECT_TRUE(node.isolated());
  const uint64_t before = node.registry.revision();
  node.Tick(200);
  EXPECT_FALSE(node.isolated());
  EXPECT_EQ(node.registry.revision(), before + 1);
  const auto events = node.registry.events().Before(*Target::Parse("/"), 0, 1);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]->why, "maintenance window over: disk swap");
  node.Tick(300);
  EXPECT_EQ(node.registry.revision(), before + 1) << "over is over";
}

TEST(OperatorWindow, IsTakenBackLikeAnyWord) {
  Node node;
  node.Lead(0);
  node.Register();
  ASSERT_TRUE(node.Isolate(0, 200).ok());
  EXPECT_TRUE(node.isolated());
  ASSERT_TRUE(node.registry.Operate(kPath, {false, false, 0, "done early", {}}, Now(50)).ok());
  EXPECT_FALSE(node.isolated());
  EXPECT_EQ(node.registry.events().Before(*Target::Parse("/"), 0, 1)[0]->why, "done early");
  const uint64_t revision = node.registry.revision();
  node.Tick(300);
  EXPECT_EQ(node.registry.revision(), revision);
}

TEST(OperatorWindow, OnlyWhoLeadsTurnsItOverAndTheOthersHear) {
  Node leader, follower(kOther);
  leader.Lead(0);
  leader.Register();
  ASSERT_TRUE(leader.Isolate(100, 200).ok());
  follower.PullFrom(leader, 50);
  follower.Tick(150);
  EXPECT_FALSE(follower.isolated()) << "it has no say";
  leader.Tick(150);
  follower.PullFrom(leader, 160);
  EXPECT_TRUE(follower.isolated());
}

TEST(OperatorWindow, ANewLeaderTurnsOverWhatWasDueWhileNobodyLed) {
  Node first, next(kOther);
  first.Lead(0);
  first.Register();
  ASSERT_TRUE(first.Isolate(0, 200).ok());
  next.PullFrom(first, 50);
  next.Lead(500);
  next.Tick(500);
  EXPECT_FALSE(next.isolated());
}

TEST(OperatorWindow, AnInstanceOfAnotherSiteIsThatSitesToTurnOver) {
  Node here, there(kOther);
  here.Lead(0);
  there.registry.Lead([](const Instance& i) { return i.stamp.dot.origin.node == kOther; },
                      Now(0).now);
  there.Register();
  here.PullFrom(there, 10);
  ASSERT_TRUE(here.Isolate(100, 200, 20).ok()) << "whoever hears it";
  there.PullFrom(here, 30);
  here.Tick(150);
  EXPECT_FALSE(here.isolated());
  there.Tick(150);
  EXPECT_TRUE(there.isolated());
}

// What was another site's when its time came is turned over by whoever turns out to be its leader.
TEST(OperatorWindow, IsTurnedOverByTheLeaderThatTheInstanceComesTo) {
  Node node;
  bool ours = true;
  node.registry.Lead([&](const Instance&) { return ours; }, Now(0).now);
  node.Register();
  ASSERT_TRUE(node.Isolate(0, 200).ok());
  ours = false;
  node.registry.OwnershipChanged(Now(100).now);
  node.Tick(250);
  EXPECT_TRUE(node.isolated());
  ours = true;
  node.registry.OwnershipChanged(Now(300).now);
  node.Tick(300);
  EXPECT_FALSE(node.isolated());
}

TEST(OperatorWindow, GoesOnWhileTheInstanceIsNotRegistered) {
  Node node;
  node.Lead(0);
  node.Register();
  ASSERT_TRUE(node.Isolate(100, 200).ok());
  ASSERT_TRUE(node.registry.Deregister(kPath, 0, Now(50)).ok());
  node.Tick(150);
  node.Register(160);
  EXPECT_TRUE(node.isolated());
  ASSERT_TRUE(node.registry.Deregister(kPath, 0, Now(170)).ok());
  node.Tick(250);
  node.Register(260);
  EXPECT_FALSE(node.isolated());
}

TEST(OperatorWindow, SurvivesTheJournal) {
  Node before;
  before.Lead(0);
  before.Register();
  ASSERT_TRUE(before.Isolate(100, 200).ok());
  replica::Journal journal;
  std::vector<std::string> units;
  for (journal.Collect(before.registry.replica()); !journal.idle(); journal.Written()) {
    units.push_back(journal.NextUnit(before.registry.replica()));
  }
  Node after(kSelf, 1);
  after.registry.BeginRecovery();
  replica::Recovery recovery(after.registry.replica());
  for (const std::string& unit : units) ASSERT_TRUE(recovery.OnUnit(unit, Now(120)).ok());
  recovery.Finish();
  after.registry.FinishRecovery();
  after.Lead(130);
  after.Tick(130);
  EXPECT_TRUE(after.isolated());
  after.Tick(200);
  EXPECT_FALSE(after.isolated());
}

TEST(OperatorWindow, TravelsWholeInARecord) {
  Node node;
  node.Lead(0);
  node.Register();
  ASSERT_TRUE(node.registry.Operate(kPath, {true, false, 7, "old", {}}, Now(0)).ok());
  for (const int64_t from : {100, 0}) {
    ASSERT_TRUE(node.Isolate(from, 200, 10).ok());
    const replica::Record record = node.registry.replica().table().Find(kPath);
    const auto read = replica::DecodeRecord(replica::EncodeRecord(kPath, record));
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_TRUE(replica::SameRecord(read->record, record));
    EXPECT_EQ(*read->record.operator_word->state, *record.operator_word->state);
  }
  ASSERT_TRUE(node.registry.Operate(kPath, {false, false, 0, "done", {}}, Now(20)).ok());
  const replica::Record taken = node.registry.replica().table().Find(kPath);
  EXPECT_EQ(replica::DecodeRecord(replica::EncodeRecord(kPath, taken))->record.operator_word->why,
            "done");
}

}  // namespace
}  // namespace bellrock::naming
