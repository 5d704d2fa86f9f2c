// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/fiber.h"

#include <gtest/gtest.h>

#include <new>

#include "fiber/loop.h"
#include "fiber/sync.h"

namespace bellrock::fiber {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

void RunInLoop(std::function<void()> body) {
  Loop loop;
  ASSERT_TRUE(loop.Post([&] {
    body();
    Loop::Current()->Stop();
  }));
  loop.Run();
}

TEST(Fiber, KnowsWhetherItIsOne) {
  EXPECT_FALSE(InFiber());
  RunInLoop([] {
    EXPECT_TRUE(InFiber());
    bool in_callback = true;
    Event fired;
    Loop::Current()->RunAt(Loop::Current()->Now(), [&] {
      in_callback = InFiber();
      fired.Set();
    });
    EXPECT_TRUE(fired.Wait().ok());
    EXPECT_FALSE(in_callback);
  });
}

TEST(Fiber, SleepsAtLeastAsLongAsAsked) {
  RunInLoop([] {
    const Time start = Loop::Current()->Now();
    EXPECT_TRUE(SleepFor(milliseconds(2)).ok());
    EXPECT_GE(Loop::Current()->Now() - start, milliseconds(2));
  });
}

TEST(Fiber, SleepEndsEarlyAtTheDeadline) {
  RunInLoop([] {
    ScopedDeadline deadline(Loop::Current()->Now() + milliseconds(1));
    EXPECT_EQ(SleepFor(hours(1)).code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(SleepFor(hours(1)).code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(CheckCurrent().code(), StatusCode::kDeadlineExceeded);
  });
}

TEST(Fiber, InnerDeadlineOnlyShortens) {
  RunInLoop([] {
    const Time now = Loop::Current()->Now();
    ScopedDeadline outer(now + milliseconds(5));
    {
      ScopedDeadline inner(now + hours(1));
      EXPECT_EQ(CurrentDeadline(), now + milliseconds(5));
    }
    {
      ScopedDeadline inner(now + milliseconds(1));
      EXPECT_EQ(CurrentDeadline(), now + milliseconds(1));
    }
    EXPECT_EQ(CurrentDeadline(), now + milliseconds(5));
  });
}

TEST(Fiber, CancelWakesABlockedFiberAndSticks) {
  RunInLoop([] {
    Status first, second;
    JoinHandle handle = Start([&] {
      first = SleepFor(hours(1));
      EXPECT_TRUE(CurrentCancelled());
      second = SleepFor(hours(1));
    });
    Yield();
    handle.Cancel();
    handle.Join();
    EXPECT_EQ(first.code(), StatusCode::kCancelled);
    EXPECT_EQ(second.code(), StatusCode::kCancelled);
  });
}

TEST(Fiber, CancelBeforeTheFirstRunIsSeenByTheBody) {
  RunInLoop([] {
    Status seen;
    JoinHandle handle = Start([&] { seen = CheckCurrent(); });
    handle.Cancel();
    handle.Join();
    EXPECT_EQ(seen.code(), StatusCode::kCancelled);
  });
}

TEST(Fiber, ShieldHoldsOffCancellationAndDeadline) {
  RunInLoop([] {
    Status shielded, after;
    JoinHandle handle = Start([&] {
      ScopedDeadline deadline(Loop::Current()->Now());
      {
        ScopedShield shield;
        shielded = SleepFor(milliseconds(2));
      }
      after = CheckCurrent();
    });
    Yield();
    handle.Cancel();
    handle.Join();
    EXPECT_TRUE(shielded.ok());
    EXPECT_EQ(after.code(), StatusCode::kCancelled);
  });
}

TEST(Fiber, DeadlineMayBeSetInsideAShield) {
  RunInLoop([] {
    ScopedShield shield;
    ScopedDeadline deadline(Loop::Current()->Now() + milliseconds(1));
    EXPECT_EQ(SleepFor(hours(1)).code(), StatusCode::kDeadlineExceeded);
  });
}

TEST(Fiber, LocalIsTheFibersOwnAndEndsWithItsScope) {
  EXPECT_EQ(CurrentLocal(), nullptr);
  RunInLoop([] {
    int outer = 0, inner = 0;
    ScopedLocal scope(&outer);
    {
      ScopedLocal nested(&inner);
      void* of_child = &inner;
      Start([&] { of_child = CurrentLocal(); }).Join();
      EXPECT_EQ(of_child, nullptr);
      EXPECT_EQ(CurrentLocal(), &inner);
    }
    EXPECT_EQ(CurrentLocal(), &outer);
  });
}

TEST(Fiber, LocalIsGoneWhenTheFiberIsUsedAgain) {
  RunInLoop([] {
    Fiber *first = nullptr, *second = nullptr;
    int value = 0;
    void* seen = &value;
    alignas(ScopedLocal) std::byte endless[sizeof(ScopedLocal)];  // a scope that never ends
    Start([&] {
      first = CurrentFiber();
      ::new (static_cast<void*>(endless)) ScopedLocal(&value);
    }).Join();
    Start([&] {
      second = CurrentFiber();
      seen = CurrentLocal();
    }).Join();
    EXPECT_EQ(first, second);
    EXPECT_EQ(seen, nullptr);
  });
}

TEST(JoinHandle, DestructorCancelsAndJoins) {
  RunInLoop([] {
    bool ended = false;
    {
      JoinHandle handle = Start([&] {
        EXPECT_EQ(SleepFor(hours(1)).code(), StatusCode::kCancelled);
        ended = true;
      });
      Yield();
    }
    EXPECT_TRUE(ended);
  });
}

TEST(JoinHandle, AssignmentEndsTheOldFiberFirst) {
  RunInLoop([] {
    bool old_ended = false;
    JoinHandle handle = Start([&] {
      EXPECT_EQ(SleepFor(hours(1)).code(), StatusCode::kCancelled);
      old_ended = true;
    });
    Yield();
    handle = Start([] {});
    EXPECT_TRUE(old_ended);
    handle.Join();
  });
}

TEST(JoinHandle, WhatTheBodyCapturedIsGoneAfterJoin) {
  RunInLoop([] {
    auto witness = std::make_shared<int>(0);
    JoinHandle handle = Start([witness] { Yield(); });
    handle.Join();
    EXPECT_EQ(witness.use_count(), 1);
  });
}

}  // namespace
}  // namespace bellrock::fiber
