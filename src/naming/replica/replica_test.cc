// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/replica.h"

#include <gtest/gtest.h>

namespace bellrock::naming::replica {
namespace {

using std::chrono::seconds;

constexpr char kPath[] = "/sz/d/music/storage/default/1";
constexpr int64_t kUnixMs = 1'800'000'000'000;

Moment At(int64_t second) {
  return {Time() + seconds(second), kUnixMs + 1000 * second};
}

Spec SpecOf(uint64_t incarnation, const std::string& address = "10.0.0.1:80") {
  Spec spec;
  spec.path = kPath;
  spec.address = address;
  spec.incarnation = incarnation;
  return spec;
}

OperatorState Isolated() {
  OperatorState state;
  state.isolated = true;
  return state;
}

void Pull(Replica& to, Replica& from, int64_t second) {
  (void)to.Apply(from.AnswerPull(to.MakePull()), At(second));
}

class ReplicaTest : public ::testing::Test {
 protected:
  ReplicaTest() {
    a_.SetPeers({2});
    b_.SetPeers({1});
  }
  Record RecordIn(const Replica& replica) { return replica.table().Find(kPath); }

  std::optional<uint64_t> heard_by_a_;
  Replica a_{{1, 1}, {}, [this](std::string_view, uint64_t) { return heard_by_a_; }};
  Replica b_{{2, 1}, {}, nullptr};
};

TEST_F(ReplicaTest, AWordTravelsByPullingAndTwiceIsAsGoodAsOnce) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  const PullReply reply = a_.AnswerPull(b_.MakePull());
  EXPECT_EQ(b_.Apply(reply, At(1)).events, 1u);
  EXPECT_EQ(b_.Apply(reply, At(1)).known, 1u);
  EXPECT_EQ(a_.table().root(), b_.table().root());
  std::vector<Change> changes;
  b_.TakeChanges([&](Change&& change) { changes.push_back(std::move(change)); });
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].path, kPath);
  EXPECT_EQ(changes[0].seen, (Dot{{1, 1}, 1}));
}

TEST_F(ReplicaTest, AGapIsFoundAndNothingAfterItIsApplied) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  ASSERT_TRUE(a_.Register(SpecOf(2), 0, At(1)).ok());
  PullReply reply = a_.AnswerPull(b_.MakePull());
  reply.events.erase(reply.events.begin());
  const Replica::Applied applied = b_.Apply(reply, At(2));
  EXPECT_TRUE(applied.repair);
  EXPECT_EQ(applied.events, 0u);
  EXPECT_TRUE(b_.table().Find(kPath).empty());
}

TEST_F(ReplicaTest, AnEventThatCannotBeReadStopsAndSaysWhy) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  ASSERT_TRUE(a_.Register(SpecOf(2), 0, At(1)).ok());
  PullReply reply = a_.AnswerPull(b_.MakePull());
  ASSERT_EQ(reply.events.size(), 2u);
  reply.events[1].pop_back();
  const Replica::Applied applied = b_.Apply(reply, At(2));
  EXPECT_EQ(applied.events, 1u);
  EXPECT_EQ(applied.unreadable.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(b_.seen().At({1, 1}), 1u);
  EXPECT_EQ(b_.Apply(a_.AnswerPull(b_.MakePull()), At(3)).events, 1u);
  EXPECT_EQ(a_.table().root(), b_.table().root());
}

TEST_F(ReplicaTest, AnOlderOrEndedIncarnationIsRefusedWithTheReason) {
  ASSERT_TRUE(a_.Register(SpecOf(5), 0, At(0)).ok());
  const auto older = a_.Register(SpecOf(4), 0, At(1));
  EXPECT_EQ(older.status().code(), StatusCode::kAborted);
  ASSERT_NE(a_.Deregister(kPath, 0, At(2)), nullptr);
  const auto ended = a_.Register(SpecOf(5), 0, At(3));
  EXPECT_EQ(ended.status().code(), StatusCode::kAborted);
  EXPECT_NE(ended.status().message().find("deregistered (5)"), std::string::npos);
  EXPECT_TRUE(a_.Register(SpecOf(0), 0, At(4)).ok());
  EXPECT_GT(RecordIn(a_).instance->incarnation, 5u);
}

TEST_F(ReplicaTest, TheSameRegistrationAgainSaysNothingNew) {
  ASSERT_TRUE(a_.Register(SpecOf(5), 0, At(0)).ok());
  const auto again = a_.Register(SpecOf(5), 0, At(1));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, nullptr);
  ASSERT_NE(a_.SetState(kPath, State::kWorking, 0, At(2)), nullptr);
  ASSERT_TRUE(a_.Register(SpecOf(5, "10.0.0.1:81"), 0, At(3)).ok());
  EXPECT_EQ(RecordIn(a_).instance->state, State::kWorking) << "another address, the same life";
}

TEST_F(ReplicaTest, ADeregistrationThatComesBeforeItsRegistrationStillEndsIt) {
  ASSERT_TRUE(b_.Register(SpecOf(7), 0, At(0)).ok());
  ASSERT_NE(a_.Deregister(kPath, 7, At(1)), nullptr);
  Pull(a_, b_, 2);
  EXPECT_FALSE(RecordIn(a_).has_instance());
  Pull(b_, a_, 3);
  EXPECT_FALSE(RecordIn(b_).has_instance());
}

TEST_F(ReplicaTest, ALateDeregistrationDoesNotEndALaterLife) {
  ASSERT_TRUE(a_.Register(SpecOf(8), 0, At(0)).ok());
  EXPECT_EQ(a_.Deregister(kPath, 7, At(1)), nullptr);
  EXPECT_TRUE(RecordIn(a_).has_instance());
}

TEST_F(ReplicaTest, AnInstanceHeardHereIsSpokenForBeforeAnybodySeesItUnreachable) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  a_.SetState(kPath, State::kWorking, 1, At(1));
  Pull(b_, a_, 2);
  ASSERT_NE(b_.SetState(kPath, State::kUnreachable, 0, At(20)), nullptr);
  heard_by_a_ = 40;
  Pull(a_, b_, 21);
  EXPECT_EQ(RecordIn(a_).instance->state, State::kWorking);
  EXPECT_EQ(RecordIn(a_).instance->sequence, 40u);
  EXPECT_EQ(a_.contested(), 1u);
  Pull(b_, a_, 22);
  EXPECT_EQ(RecordIn(b_).instance->state, State::kWorking);
}

TEST_F(ReplicaTest, ConcurrentWordsAreCountedAndSequentialOnesAreNot) {
  ASSERT_NE(a_.Operate(kPath, Isolated(), At(0)), nullptr);
  Pull(b_, a_, 1);
  OperatorState weighted;
  weighted.weight = 5;
  ASSERT_NE(b_.Operate(kPath, weighted, At(2)), nullptr);
  Pull(a_, b_, 3);
  EXPECT_EQ(a_.conflicts().count(), 0u);
  ASSERT_NE(a_.Operate(kPath, Isolated(), At(4)), nullptr);
  ASSERT_NE(b_.Operate(kPath, {}, At(5)), nullptr);
  Pull(a_, b_, 6);
  Pull(b_, a_, 7);
  EXPECT_EQ(a_.conflicts().count(), 1u);
  EXPECT_EQ(a_.conflicts().last().back().prevailed.dot.origin.node, 2u);
  EXPECT_FALSE(RecordIn(a_).has_operator());
  EXPECT_FALSE(RecordIn(b_).has_operator());
}

TEST_F(ReplicaTest, WhoOverwritesAWordFromABrokenClockIsTheLaterOne) {
  Moment broken = At(0);
  broken.unix_ms += 3'600'000;
  ASSERT_NE(b_.Operate(kPath, Isolated(), broken), nullptr);
  Pull(a_, b_, 1);
  ASSERT_NE(a_.Operate(kPath, {}, At(2)), nullptr);
  EXPECT_FALSE(RecordIn(a_).has_operator());
  EXPECT_LE(a_.clock().last().unix_ms(), At(2).unix_ms);
  Pull(b_, a_, 3);
  EXPECT_FALSE(RecordIn(b_).has_operator());
}

TEST_F(ReplicaTest, ATombstoneGoesOnceEverybodyHasItAndNotBefore) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  Pull(b_, a_, 1);
  ASSERT_NE(a_.Deregister(kPath, 0, At(2)), nullptr);
  for (int64_t second = 3; second < 200; second += 10) a_.Sweep(At(second));
  EXPECT_TRUE(RecordIn(a_).instance.has_value()) << "b never said that it has it";
  for (int64_t second = 200; second < 205; ++second) {
    Pull(b_, a_, second);
    Pull(a_, b_, second);
    a_.Sweep(At(second));
  }
  EXPECT_TRUE(a_.table().Find(kPath).empty());
  EXPECT_EQ(a_.tombstones_forced(), 0u);
}

TEST_F(ReplicaTest, AgainstAPeerThatNeverComesBackATombstoneGoesByAge) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  ASSERT_NE(a_.Deregister(kPath, 0, At(1)), nullptr);
  a_.Sweep(At(86'400));
  EXPECT_EQ(a_.tombstones(), 1u);
  a_.Sweep(At(86'401));
  EXPECT_EQ(a_.tombstones(), 0u);
  EXPECT_EQ(a_.tombstones_forced(), 1u);
}

TEST_F(ReplicaTest, ANodeThatStartsAgainGoesOnUnderANewEpochAndTheOldOneFolds) {
  ASSERT_TRUE(a_.Register(SpecOf(1), 0, At(0)).ok());
  Replica again({1, 2}, {}, nullptr);
  again.SetPeers({2});
  again.Restore(kPath, RecordIn(a_), At(10));
  again.FinishRecovery(a_.seen());
  EXPECT_EQ(again.table().root(), a_.table().root());
  EXPECT_TRUE(again.AnswerPull(b_.MakePull()).repair) << "its log begins now";
  Pull(b_, a_, 11);
  ASSERT_TRUE(again.Register(SpecOf(2), 0, At(12)).ok());
  for (int64_t second = 13; second < 16; ++second) {
    Pull(b_, again, second);
    Pull(again, b_, second);
    b_.Sweep(At(second));
  }
  EXPECT_EQ(again.table().root(), b_.table().root());
  EXPECT_EQ(b_.seen().entries().size(), 1u);
  EXPECT_EQ(b_.seen().At({1, 1}), VersionVector::kWhole);
}

}  // namespace
}  // namespace bellrock::naming::replica
