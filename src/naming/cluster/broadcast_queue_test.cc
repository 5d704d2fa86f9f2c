// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/broadcast_queue.h"

#include <gtest/gtest.h>

#include "naming/cluster/codec.h"

namespace bellrock::naming::cluster {
namespace {

MemberUpdate News(const std::string& name, uint64_t incarnation) {
  MemberUpdate update;
  update.name = name;
  update.liveness = Liveness::kSuspect;
  update.incarnation = incarnation;
  return update;
}

TEST(BroadcastQueue, TellsEachPieceOfNewsSoManyTimesAndForgetsIt) {
  BroadcastQueue queue;
  queue.Push(News("a", 1));
  const uint32_t times = BroadcastQueue::Retransmits(7);
  for (uint32_t i = 0; i < times; ++i) EXPECT_EQ(queue.Take(1000, 7).size(), 1u);
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.Take(1000, 7).empty());
}

TEST(BroadcastQueue, MoreMembersHearItMoreOften) {
  EXPECT_EQ(BroadcastQueue::Retransmits(1), BroadcastQueue::kRetransmitFactor);
  EXPECT_EQ(BroadcastQueue::Retransmits(999), 3 * BroadcastQueue::kRetransmitFactor);
}

TEST(BroadcastQueue, KeepsOfEachMemberTheNewestOnly) {
  BroadcastQueue queue;
  queue.Push(News("a", 1));
  queue.Push(News("a", 2));
  const auto taken = queue.Take(1000, 7);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].incarnation, 2u);
}

TEST(BroadcastQueue, KeepsToTheBytesAndTellsTheLeastToldFirst) {
  BroadcastQueue queue;
  queue.Push(News("a", 1));
  queue.Push(News("b", 1));
  const size_t room_for_one = WireBytesMax(News("a", 1));
  const auto first = queue.Take(room_for_one, 7);
  const auto second = queue.Take(room_for_one, 7);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first[0].name, second[0].name);
  EXPECT_TRUE(queue.Take(room_for_one - 1, 7).empty());
}

}  // namespace
}  // namespace bellrock::naming::cluster
