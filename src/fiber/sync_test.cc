// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/sync.h"

#include <gtest/gtest.h>

#include <string>

#include "fiber/fiber.h"
#include "fiber/loop.h"

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

TEST(WaitQueue, WakesInFifoOrderAndSkipsThoseThatGaveUp) {
  RunInLoop([] {
    WaitQueue queue;
    std::string woken;
    auto wait = [&](char name) {
      return [&, name] {
        if (queue.Wait().ok()) woken += name;
      };
    };
    JoinHandle a = Start(wait('a')), b = Start(wait('b')), c = Start(wait('c'));
    Yield();
    b.Cancel();
    EXPECT_TRUE(queue.WakeOne());
    EXPECT_TRUE(queue.WakeOne());
    EXPECT_FALSE(queue.WakeOne());
    Yield();
    EXPECT_EQ(woken, "ac");
  });
}

TEST(WaitQueue, AWakeBeforeTheCancelStands) {
  RunInLoop([] {
    WaitQueue queue;
    Status seen = InternalError("unset");
    JoinHandle waiter = Start([&] { seen = queue.Wait(); });
    Yield();
    queue.WakeOne();
    waiter.Cancel();
    waiter.Join();
    EXPECT_TRUE(seen.ok());
  });
}

TEST(WaitQueue, TimesOutAtTheTimeGiven) {
  RunInLoop([] {
    WaitQueue queue;
    const Time until = Loop::Current()->Now() + milliseconds(1);
    EXPECT_EQ(queue.Wait(until).code(), StatusCode::kDeadlineExceeded);
    EXPECT_GE(Loop::Current()->Now(), until);
    EXPECT_TRUE(queue.empty());
  });
}

TEST(Mutex, KeepsOthersOutAndHandsOverInOrder) {
  RunInLoop([] {
    Mutex mutex;
    std::string order;
    auto use = [&](char name) {
      return [&, name] {
        MutexLock lock(mutex);
        order += name;
        Yield();
        order += name;
      };
    };
    JoinHandle a = Start(use('a')), b = Start(use('b')), c = Start(use('c'));
    a.Join();
    b.Join();
    c.Join();
    EXPECT_EQ(order, "aabbcc");
    EXPECT_TRUE(mutex.TryLock());
    mutex.Unlock();
  });
}

TEST(Mutex, IsHeldAfterLockEvenWhenCancelled) {
  RunInLoop([] {
    Mutex mutex;
    mutex.Lock();
    bool held = false;
    JoinHandle other = Start([&] {
      mutex.Lock();
      held = !mutex.TryLock();
      mutex.Unlock();
    });
    Yield();
    other.Cancel();
    Yield();
    EXPECT_FALSE(held);
    mutex.Unlock();
    other.Join();
    EXPECT_TRUE(held);
  });
}

TEST(Condition, HoldsTheMutexAgainWhateverTheStatus) {
  RunInLoop([] {
    Mutex mutex;
    Condition changed;
    MutexLock lock(mutex);
    EXPECT_EQ(changed.Wait(mutex, Loop::Current()->Now() + milliseconds(1)).code(),
              StatusCode::kDeadlineExceeded);
    EXPECT_FALSE(mutex.TryLock());
    JoinHandle notifier = Start([&] {
      MutexLock inner(mutex);
      changed.NotifyOne();
    });
    EXPECT_TRUE(changed.Wait(mutex).ok());
    EXPECT_FALSE(mutex.TryLock());
  });
}

TEST(WaitGroup, WaitsForAll) {
  RunInLoop([] {
    WaitGroup group;
    int done = 0;
    for (int i = 0; i < 3; ++i) {
      group.Add();
      ASSERT_TRUE(Loop::Current()
                      ->Spawn([&] {
                        Yield();
                        ++done;
                        group.Done();
                      })
                      .ok());
    }
    EXPECT_TRUE(group.Wait().ok());
    EXPECT_EQ(done, 3);
  });
}

TEST(Event, LetsEverybodyThroughWhileSet) {
  RunInLoop([] {
    Event event;
    EXPECT_EQ(event.Wait(Loop::Current()->Now() + milliseconds(1)).code(),
              StatusCode::kDeadlineExceeded);
    event.Set();
    EXPECT_TRUE(event.Wait().ok());
    event.Reset();
    EXPECT_FALSE(event.is_set());
  });
}

TEST(Channel, SenderBlocksWhileFullAndOrderIsKept) {
  RunInLoop([] {
    Channel<int> channel(2);
    int sent = 0;
    JoinHandle sender = Start([&] {
      for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(channel.Send(i).ok());
        ++sent;
      }
      channel.Close();
    });
    Yield();
    EXPECT_EQ(sent, 2);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(*channel.Receive(), i);
    EXPECT_EQ(channel.Receive().status().code(), StatusCode::kUnavailable);
    EXPECT_EQ(channel.Send(1).code(), StatusCode::kUnavailable);
    EXPECT_FALSE(channel.TrySend(1));
  });
}

TEST(Channel, ReceiveHonoursTimeAndCancellation) {
  RunInLoop([] {
    Channel<int> channel(1);
    EXPECT_EQ(channel.Receive(Loop::Current()->Now() + milliseconds(1)).status().code(),
              StatusCode::kDeadlineExceeded);
    Status seen;
    JoinHandle receiver = Start([&] { seen = channel.Receive().status(); });
    Yield();
    receiver.Cancel();
    receiver.Join();
    EXPECT_EQ(seen.code(), StatusCode::kCancelled);
  });
}

}  // namespace
}  // namespace bellrock::fiber
