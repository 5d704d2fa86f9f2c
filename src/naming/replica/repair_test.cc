// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/repair.h"

#include <gtest/gtest.h>

#include <random>

namespace bellrock::naming::replica {
namespace {

Moment At(int64_t second) {
  return {Time() + std::chrono::seconds(second), 1'800'000'000'000 + 1000 * second};
}

std::string PathOf(uint64_t number) {
  return "/sz/d/l/v" + std::to_string(number % 40) + "/c/" + std::to_string(number);
}

Spec SpecOf(uint64_t number) {
  Spec spec;
  spec.path = PathOf(number);
  spec.address = "10.0.0.1:80";
  spec.incarnation = 1;
  return spec;
}

using Kind = RepairSession::Kind;

class RepairTest : public ::testing::Test {
 protected:
  void Register(Replica& replica, uint64_t number) {
    ASSERT_TRUE(replica.Register(SpecOf(number), 0, At(0)).ok());
  }
  // Both hold the same 2,000 records.
  void Fill() {
    for (uint64_t i = 0; i < 2'000; ++i) Register(a_, i);
    Repair(b_, a_);
    ASSERT_EQ(a_.table().root(), b_.table().root());
  }
  template <typename Meanwhile>
  RepairFigures Repair(Replica& asks, Replica& answers, Meanwhile&& meanwhile,
                       Kind kind = Kind::kNeeded) {
    RepairSession session(asks, ++sessions_, kind);
    while (!session.done()) {
      const RepairReply reply = AnswerRepair(answers, session.request(), At(1));
      meanwhile();
      session.OnReply(reply, At(1));
    }
    if (session.finish_to_send()) AnswerRepair(answers, session.request(), At(1));
    return session.figures();
  }
  RepairFigures Repair(Replica& asks, Replica& answers) {
    return Repair(asks, answers, [] {});
  }

  uint64_t sessions_ = 0;
  Replica a_{{1, 1}, {}, nullptr};
  Replica b_{{2, 1}, {}, nullptr};
};

TEST_F(RepairTest, EqualReplicasAreDoneAtTheRoot) {
  Fill();
  const RepairFigures figures = Repair(b_, a_);
  EXPECT_EQ(figures.ended_at_root, 1u);
  EXPECT_EQ(figures.nodes, 1u);
  EXPECT_EQ(figures.records, 0u);
}

TEST_F(RepairTest, AnEmptyReplicaGetsEverythingAndGoesOnWithEvents) {
  Fill();
  EXPECT_EQ(b_.seen(), a_.seen());
  Register(a_, 5'000);
  const Replica::Applied applied = b_.Apply(a_.AnswerPull(b_.MakePull()), At(2));
  EXPECT_FALSE(applied.repair);
  EXPECT_EQ(applied.events, 1u);
}

TEST_F(RepairTest, OnlyDifferencesTravelAndBothWays) {
  Fill();
  for (uint64_t i = 3'000; i < 3'005; ++i) Register(a_, i);
  for (uint64_t i = 4'000; i < 4'003; ++i) Register(b_, i);
  a_.Deregister(PathOf(7), 0, At(1));
  b_.Deregister(PathOf(8), 0, At(1));
  const RepairFigures figures = Repair(a_, b_);
  EXPECT_EQ(a_.table().root(), b_.table().root());
  EXPECT_EQ(a_.table().root().records, 2'000u + 8 - 2);
  EXPECT_LE(figures.records, 2u * 10);
  EXPECT_LE(figures.nodes, 1u + 3 + 2 * 10);
  EXPECT_EQ(a_.seen(), b_.seen());
}

TEST_F(RepairTest, APeriodicCheckDoesNotTakeEventsUnderWayForADifference) {
  Fill();
  Register(a_, 5'000);
  const auto check = [&] {
    return Repair(
        b_, a_, [] {}, Kind::kPeriodic);
  };
  EXPECT_EQ(check().lagging, 1u);
  (void)b_.Apply(a_.AnswerPull(b_.MakePull()), At(1));
  EXPECT_EQ(check().ended_at_root, 1u);
}

TEST_F(RepairTest, WorksWhileRecordsChange) {
  Fill();
  for (uint64_t i = 3'000; i < 3'400; ++i) Register(a_, i);
  std::mt19937_64 random(20260307);
  uint64_t next = 10'000;
  Repair(b_, a_, [&] {
    Register(random() % 2 == 0 ? a_ : b_, next++);
    a_.Deregister(PathOf(random() % 2'000), 0, At(1));
  });
  Repair(b_, a_);
  EXPECT_EQ(a_.table().root(), b_.table().root());
}

TEST_F(RepairTest, ARemovedRecordDoesNotComeBackAfterItsTombstoneIsForgotten) {
  Fill();
  a_.Deregister(PathOf(7), 0, At(1));
  a_.Sweep(At(100'000));  // by age: b has not heard of it
  ASSERT_TRUE(a_.table().Find(PathOf(7)).empty());
  Repair(a_, b_);
  EXPECT_TRUE(a_.table().Find(PathOf(7)).empty());
  EXPECT_TRUE(b_.table().Find(PathOf(7)).empty());
}

TEST_F(RepairTest, MessagesKeepTheirBound) {
  for (uint64_t i = 0; i < 20'000; ++i) {
    Spec spec = SpecOf(i);
    spec.path = "/sz/d/l/v/c/instance-" + std::to_string(i);
    ASSERT_TRUE(a_.Register(spec, 0, At(0)).ok());
  }
  RepairSession session(b_, 1, Kind::kNeeded);
  while (!session.done()) {
    const RepairReply reply = AnswerRepair(a_, session.request(), At(1));
    size_t children = 0;
    for (const NodeAnswer& answer : reply.answers) children += answer.children.size();
    ASSERT_LE(children * sizeof(Digest), kRepairBytesMax);
    size_t bytes = 0;
    for (const PathRecord& record : reply.records) bytes += BytesOf(record.record);
    ASSERT_LE(bytes, kRepairBytesMax + 1'000);
    session.OnReply(reply, At(1));
  }
  EXPECT_EQ(a_.table().root(), b_.table().root());
}

TEST_F(RepairTest, LostRepeatedAndStrayRepliesDoNoHarm) {
  Fill();
  for (uint64_t i = 3'000; i < 3'100; ++i) Register(a_, i);
  RepairSession session(b_, 77, Kind::kNeeded);
  RepairReply stray;
  while (!session.done()) {
    (void)AnswerRepair(a_, session.request(), At(1));  // the reply is lost
    const RepairReply reply = AnswerRepair(a_, session.request(), At(1));
    session.OnReply(stray, At(1));
    session.OnReply(reply, At(1));
    session.OnReply(reply, At(1));
    stray = reply;
    stray.session = 76;
  }
  EXPECT_EQ(a_.table().root(), b_.table().root());
}

TEST_F(RepairTest, AnAnswererThatStartedAgainDoesNotClaimWhatItsEarlierLifeWasGiven) {
  Fill();
  Register(b_, 5'000);
  RepairSession session(b_, 1, Kind::kNeeded);
  while (!session.done()) session.OnReply(AnswerRepair(a_, session.request(), At(1)), At(1));
  RepairRequest finish = session.request();
  finish.finished = true;
  Replica again({1, 2}, {}, nullptr);
  (void)AnswerRepair(again, finish, At(2));
  EXPECT_EQ(again.seen(), VersionVector());
}

TEST_F(RepairTest, AnAnswererThatStartedAgainFailsTheSession) {
  Fill();
  Register(b_, 5'000);
  RepairSession session(b_, 1, Kind::kNeeded);
  session.OnReply(AnswerRepair(a_, session.request(), At(1)), At(1));
  Replica again({1, 2}, {}, nullptr);
  session.OnReply(AnswerRepair(again, session.request(), At(2)), At(2));
  EXPECT_TRUE(session.done());
  EXPECT_EQ(session.figures().failed, 1u);
  EXPECT_FALSE(session.finish_to_send());
}

}  // namespace
}  // namespace bellrock::naming::replica
