// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/age_queue.h"

#include <gtest/gtest.h>

namespace bellrock::rpc::protect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Time At(int64_t ms) {
  return Time(seconds(1000) + milliseconds(ms));
}

std::vector<uint64_t> Expired(AgeQueue& queue, Time now) {
  std::vector<AgeQueue::Entry> out;
  queue.Expire(now, out);
  std::vector<uint64_t> tickets;
  for (const AgeQueue::Entry& entry : out) tickets.push_back(entry.ticket);
  return tickets;
}

// A queue that was busy from 0 to 100 ms without a pause, with a turn each millisecond.
AgeQueue Standing() {
  AgeQueue queue({});
  queue.Push(At(0), {.ticket = 1000, .since = At(0)});
  for (int ms = 0; ms <= 100; ++ms) {
    queue.Push(At(ms), {.ticket = static_cast<uint64_t>(ms), .since = At(ms)});
    EXPECT_TRUE(queue.Pop(At(ms)).has_value());
  }
  EXPECT_TRUE(queue.standing(At(100)));
  return queue;
}

TEST(AgeQueue, ServesABurstInTheOrderOfArrival) {
  AgeQueue queue({});
  for (uint64_t ticket = 1; ticket <= 3; ++ticket) {
    queue.Push(At(0), {.ticket = ticket, .since = At(0)});
  }
  for (uint64_t ticket = 1; ticket <= 3; ++ticket) EXPECT_EQ(queue.Pop(At(10))->ticket, ticket);
  EXPECT_FALSE(queue.Pop(At(10)).has_value());
}

TEST(AgeQueue, TurnsAwayWhatWaitedForAgeMax) {
  AgeQueue queue({.age_max = milliseconds(80)});
  queue.Push(At(0), {.ticket = 1, .since = At(0)});
  queue.Push(At(30), {.ticket = 2, .since = At(30)});
  EXPECT_TRUE(Expired(queue, At(79)).empty());
  EXPECT_EQ(Expired(queue, At(80)), std::vector<uint64_t>{1});
  EXPECT_EQ(queue.OldestAge(At(80)), milliseconds(50));
}

TEST(AgeQueue, TurnsAwayWhoseDeadlinePassesWhereverItStands) {
  AgeQueue queue({});
  queue.Push(At(0), {.ticket = 1, .since = At(0), .deadline = At(60)});
  queue.Push(At(0), {.ticket = 2, .since = At(0), .deadline = At(20)});
  queue.Push(At(0), {.ticket = 3, .since = At(0), .deadline = At(40)});
  EXPECT_TRUE(Expired(queue, At(19)).empty());
  EXPECT_EQ(Expired(queue, At(20)), std::vector<uint64_t>{2});
  EXPECT_EQ(Expired(queue, At(45)), std::vector<uint64_t>{3});
  EXPECT_EQ(queue.size(), 1U);
}

TEST(AgeQueue, IsFullAtItsBound) {
  AgeQueue queue({.calls_max = 2});
  queue.Push(At(0), {.ticket = 1, .since = At(0)});
  EXPECT_FALSE(queue.full());
  queue.Push(At(0), {.ticket = 2, .since = At(0)});
  EXPECT_TRUE(queue.full());
  EXPECT_TRUE(queue.Remove(1));
  EXPECT_FALSE(queue.Remove(1));
  EXPECT_FALSE(queue.full());
}

TEST(AgeQueue, AStandingQueueServesTheLatestAndKeepsNoneForLong) {
  AgeQueue queue = Standing();
  EXPECT_EQ(queue.AgeLimit(At(100)), milliseconds(5));
  queue.Push(At(101), {.ticket = 201, .since = At(101)});
  queue.Push(At(102), {.ticket = 202, .since = At(102)});
  EXPECT_EQ(queue.Pop(At(102))->ticket, 202U);
  EXPECT_EQ(Expired(queue, At(106)).back(), 201U);
}

TEST(AgeQueue, StaysStandingWhileItOnlyEmptiesBecauseCallsAreTurnedAway) {
  AgeQueue queue = Standing();
  for (int ms = 200; ms < 2000; ms += 50) {
    (void)Expired(queue, At(ms - 20));
    EXPECT_TRUE(queue.empty());
    queue.Push(At(ms), {.ticket = 1, .since = At(ms)});
    (void)Expired(queue, At(ms + 20));
    EXPECT_TRUE(queue.standing(At(ms + 20))) << ms;
  }
}

TEST(AgeQueue, IsABurstAgainOnceNobodyWasLateForAnInterval) {
  AgeQueue queue = Standing();
  while (queue.Pop(At(101)).has_value()) {
  }
  EXPECT_TRUE(queue.standing(At(150)));
  EXPECT_FALSE(queue.standing(At(201)));
  EXPECT_EQ(queue.AgeLimit(At(201)), milliseconds(100));
}

TEST(AgeQueue, WaitsForTwoTurnsOfASlowService) {
  AgeQueue queue({});
  for (int ms = 0; ms <= 3000; ms += 30) {
    std::vector<AgeQueue::Entry> late;
    queue.Push(At(ms), {.ticket = 1, .since = At(ms)});
    queue.Push(At(ms), {.ticket = 2, .since = At(ms)});
    queue.OnTurn(At(ms));
    EXPECT_TRUE(queue.Pop(At(ms)).has_value());
    queue.Expire(At(ms + 29), late);
  }
  EXPECT_TRUE(queue.standing(At(3000)));
  EXPECT_NEAR(static_cast<double>(queue.AgeLimit(At(3000)).count()), 60e6, 2e6);
}

TEST(AgeQueue, WithoutABoundOnAgeItIsAPlainQueue) {
  AgeQueue queue = Standing();
  queue.SetOptions({.bounds_age = false});
  queue.Push(At(101), {.ticket = 201, .since = At(101)});
  queue.Push(At(101), {.ticket = 202, .since = At(101), .deadline = At(9000)});
  EXPECT_TRUE(Expired(queue, At(8999)).empty());
  EXPECT_EQ(Expired(queue, At(9000)), std::vector<uint64_t>{202});
  EXPECT_LT(queue.Pop(At(9000))->ticket, 201U);
}

TEST(AgeQueue, DisplacesTheOneThatWouldBeServedLast) {
  AgeQueue queue({});
  queue.Push(At(0), {.ticket = 1, .since = At(0)});
  queue.Push(At(1), {.ticket = 2, .since = At(1)});
  EXPECT_EQ(queue.Displace(At(2))->ticket, 2U);
  AgeQueue standing = Standing();
  EXPECT_LT(standing.Displace(At(100))->ticket, 1001U);
}

}  // namespace
}  // namespace bellrock::rpc::protect
