// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/event_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "naming/replica/record_codec.h"

namespace bellrock::naming::replica {
namespace {

// All of one size.
std::string Event(uint64_t node, uint64_t sequence) {
  ReplicaEvent event;
  event.dot = {{node, 1}, sequence};
  event.path = fmt::format("/s/d/l/s/c/{:05}", sequence);
  event.word.instance.emplace().gone = true;
  event.word.instance->stamp.dot = event.dot;
  return EncodeEvent(event);
}

void Append(EventLog& log, uint64_t node, uint64_t sequence) {
  log.Append({{node, 1}, sequence}, Event(node, sequence));
}

const size_t kEventSize = EventLog::SizeOf(Event(1, 1));

VersionVector Seen(uint64_t node, uint64_t sequence) {
  VersionVector seen;
  seen.Raise({{node, 1}, sequence});
  return seen;
}

TEST(EventLog, TellsAPeerWhatItLacksInBatchesItCanResume) {
  EventLog log(1 << 20);
  for (uint64_t i = 1; i <= 100; ++i) Append(log, 1 + i % 2, (i + 1) / 2);
  VersionVector peer = Seen(1, 10);
  int batches = 0;
  for (bool more = true; more; ++batches) {
    const EventLog::Lack lack = log.Lacking(peer, 10 * kEventSize);
    ASSERT_FALSE(lack.out_of_reach);
    ASSERT_LE(lack.events.size(), 10u);
    for (const std::string& bytes : lack.events) {
      const ReplicaEventPtr event = *DecodeEvent(bytes);
      ASSERT_EQ(event->dot.sequence, peer.At(event->dot.origin) + 1);
      peer.Raise(event->dot);
    }
    more = lack.more;
  }
  EXPECT_GE(batches, 9);
  EXPECT_EQ(peer.At({1, 1}), 50u);
  EXPECT_EQ(peer.At({2, 1}), 50u);
  EXPECT_TRUE(log.Lacking(peer, 1).events.empty());
}

TEST(EventLog, AnEventLargerThanABatchStillTravels) {
  EventLog log(1 << 20);
  Append(log, 1, 1);
  EXPECT_EQ(log.Lacking({}, 1).events.size(), 1u);
}

TEST(EventLog, KeepsItsBoundAndSaysWhenItNoLongerReachesBack) {
  const size_t bytes_max = 20 * kEventSize;
  EventLog log(bytes_max);
  for (uint64_t i = 1; i <= 100; ++i) {
    Append(log, 1, i);
    ASSERT_LE(log.bytes(), bytes_max);
  }
  EXPECT_TRUE(log.Lacking(Seen(1, 10), 1 << 20).out_of_reach);
  const EventLog::Lack recent = log.Lacking(Seen(1, 95), 1 << 20);
  EXPECT_FALSE(recent.out_of_reach);
  EXPECT_EQ(recent.events.size(), 5u);
}

TEST(EventLog, OneOriginOutOfReachDoesNotHideTheOthers) {
  EventLog log(1 << 20);
  log.Restart({{1, 1}, 50});
  Append(log, 2, 1);
  const EventLog::Lack lack = log.Lacking({}, 1 << 20);
  EXPECT_TRUE(lack.out_of_reach);
  EXPECT_EQ(lack.events.size(), 1u);
}

TEST(EventLog, ARestartLeavesNoHole) {
  EventLog log(1 << 20);
  Append(log, 1, 1);
  log.Restart({{1, 1}, 9});
  Append(log, 1, 10);
  EXPECT_TRUE(log.Lacking(Seen(1, 1), 1 << 20).out_of_reach);
  EXPECT_EQ(log.Lacking(Seen(1, 9), 1 << 20).events.size(), 1u);
  EXPECT_EQ(log.events(), 1u);
}

TEST(EventLog, CountsItsBytesThroughEverything) {
  std::mt19937_64 random(20260305);
  EventLog log(30 * kEventSize);
  uint64_t last[3] = {0, 0, 0};
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t node = random() % 3;
    if (random() % 20 == 0) {
      last[node] += random() % 5;
      log.Restart({{node, 1}, last[node]});
    } else if (random() % 100 == 0) {
      log.Forget({node, 1});
      last[node] = 0;
    } else {
      Append(log, node, ++last[node]);
    }
    ASSERT_LE(log.events(), 32u);
  }
  for (uint64_t node = 0; node < 3; ++node) log.Forget({node, 1});
  EXPECT_EQ(log.bytes(), 0u);
  EXPECT_EQ(log.events(), 0u);
}

}  // namespace
}  // namespace bellrock::naming::replica
