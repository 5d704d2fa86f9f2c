// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/timer_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace bellrock::fiber {
namespace {

Time At(int64_t ns) {
  return Time(Duration(ns));
}

TEST(TimerQueue, FiresByTimeAndEqualTimesInOrderOfAdding) {
  TimerQueue timers;
  std::string order;
  timers.Add(At(2), [&] { order += 'c'; });
  timers.Add(At(1), [&] { order += 'a'; });
  timers.Add(At(1), [&] { order += 'b'; });
  timers.Add(At(9), [&] { order += 'x'; });
  EXPECT_EQ(timers.next(), At(1));
  while (auto callback = timers.TakeDue(At(5))) callback();
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(timers.next(), At(9));
  timers.Clear();
  EXPECT_EQ(timers.next(), kNever);
}

TEST(TimerQueue, StaleIdNeverHitsTheTimerThatTookItsSlot) {
  TimerQueue timers;
  const TimerQueue::Id first = timers.Add(At(1), [] {});
  EXPECT_TRUE(timers.Cancel(first));
  const TimerQueue::Id second = timers.Add(At(1), [] {});
  EXPECT_EQ(static_cast<uint32_t>(first), static_cast<uint32_t>(second));
  EXPECT_FALSE(timers.Cancel(first));
  EXPECT_FALSE(timers.Cancel(0));
  EXPECT_FALSE(timers.Cancel(999));
  EXPECT_TRUE(timers.Cancel(second));
}

TEST(TimerQueue, CancelledTimersLeaveNothingBehind) {
  TimerQueue timers;
  auto witness = std::make_shared<int>(0);
  for (int i = 0; i < 100'000; ++i) {
    const TimerQueue::Id id = timers.Add(At(1'000'000 + i), [witness] {});
    EXPECT_TRUE(timers.Cancel(id));
  }
  EXPECT_EQ(timers.size(), 0u);
  EXPECT_EQ(timers.slots(), 1u);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(TimerQueue, AgreesWithASortedMapUnderRandomUse) {
  std::mt19937_64 random(1);
  TimerQueue timers;
  std::map<std::pair<int64_t, int>, TimerQueue::Id> model;  // (when, order) -> id
  int added = 0, fired = -1;
  int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 3 != 0 || model.empty()) {
      const int64_t when = now + static_cast<int64_t>(random() % 1000);
      const int number = added++;
      model[{when, number}] = timers.Add(At(when), [&fired, number] { fired = number; });
    } else if (random() % 2 == 0) {
      auto victim = std::next(model.begin(), static_cast<ptrdiff_t>(random() % model.size()));
      ASSERT_TRUE(timers.Cancel(victim->second));
      model.erase(victim);
    } else {
      now = model.begin()->first.first;
      auto callback = timers.TakeDue(At(now));
      ASSERT_TRUE(callback);
      callback();
      ASSERT_EQ(fired, model.begin()->first.second);
      model.erase(model.begin());
    }
    ASSERT_EQ(timers.size(), model.size());
    ASSERT_EQ(timers.next(), model.empty() ? kNever : At(model.begin()->first.first));
  }
}

}  // namespace
}  // namespace bellrock::fiber
