// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/sanitizers.h"
#include "fiber/sync.h"

namespace bellrock::fiber {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Runs `body` as the first fiber of a real loop and stops the loop when it returns.
void RunInLoop(std::function<void()> body, LoopOptions options = {}) {
  Loop loop(options);
  ASSERT_TRUE(loop.Post([&] {
    body();
    Loop::Current()->Stop();
  }));
  loop.Run();
  EXPECT_EQ(loop.live_fibers(), 0u);
}

TEST(Loop, RunsFibersInTheOrderTheyWereSpawned) {
  std::string order;
  RunInLoop([&] {
    for (char name : {'a', 'b', 'c'}) {
      ASSERT_TRUE(Loop::Current()
                      ->Spawn([&order, name] {
                        order += name;
                        Yield();
                        order += name;
                      })
                      .ok());
    }
    order += '0';
    Yield();
    order += '1';
    Yield();
  });
  EXPECT_EQ(order, "0abc1abc");
}

TEST(Loop, SpawnNowRunsUntilTheFirstBlockThenTheCallerGoesOnBeforeOthers) {
  std::string order;
  RunInLoop([&] {
    ASSERT_TRUE(Loop::Current()->Spawn([&] { order += 'r'; }).ok());
    ASSERT_TRUE(Loop::Current()
                    ->SpawnNow([&] {
                      order += 'a';
                      ASSERT_TRUE(Loop::Current()->SpawnNow([&] { order += 'n'; }).ok());
                      order += 'b';
                      Yield();
                      order += 'c';
                    })
                    .ok());
    order += '|';
    Yield();
    order += '.';
  });
  EXPECT_EQ(order, "anb|rc.");
}

TEST(Loop, RefusesFibersBeyondItsBound) {
  LoopOptions options;
  options.fibers_max = 2;
  RunInLoop(
      [] {
        EXPECT_TRUE(Loop::Current()->Spawn([] {}).ok());
        EXPECT_EQ(Loop::Current()->Spawn([] {}).code(), StatusCode::kResourceExhausted);
        Yield();
        EXPECT_TRUE(Loop::Current()->Spawn([] {}).ok());
      },
      options);
}

TEST(Loop, PostedBodiesWaitForAFreeFiberInsteadOfBeingLost) {
  LoopOptions options;
  options.fibers_max = 2;
  Loop loop(options);
  int ran = 0;
  for (int i = 0; i < 10; ++i) {
    loop.Post([&] {
      EXPECT_TRUE(SleepFor(milliseconds(1)).ok());
      if (++ran == 10) loop.Stop();
    });
  }
  loop.Run();
  EXPECT_EQ(ran, 10);
}

TEST(Loop, StopCancelsBlockedFibersAndLetsThemCleanUp) {
  int cancelled = 0, cleaned = 0;
  RunInLoop([&] {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(Loop::Current()
                      ->Spawn([&] {
                        if (SleepFor(hours(1)).code() == StatusCode::kCancelled) ++cancelled;
                        ScopedShield shield;
                        if (SleepFor(milliseconds(1)).ok()) ++cleaned;
                      })
                      .ok());
    }
    Yield();
  });
  EXPECT_EQ(cancelled, 3);
  EXPECT_EQ(cleaned, 3);
}

TEST(Loop, PostAfterTheEndIsRefusedAndDropsTheBody) {
  Loop loop;
  loop.Stop();
  loop.Run();
  auto witness = std::make_shared<int>(0);
  EXPECT_FALSE(loop.Post([witness] {}));
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Loop, RunsAgainAfterItsEnd) {
  Loop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.Stop();
    loop.Run();
  }
  std::thread([&] {
    loop.Post([&] { FAIL() << "posted to a closed loop"; });
    loop.Stop();
    loop.Run();
    ++runs;
  }).join();
  EXPECT_EQ(runs, 1);
}

TEST(Loop, TimersFireInOrderAndCancelledOnesDoNot) {
  std::string order;
  RunInLoop([&] {
    Loop& loop = *Loop::Current();
    const Time now = loop.Now();
    Event last;
    loop.RunAt(now + milliseconds(3), [&] {
      order += 'c';
      last.Set();
    });
    loop.RunAt(now + milliseconds(1), [&] { order += 'a'; });
    const TimerId dead = loop.RunAt(now + milliseconds(2), [&] { order += 'x'; });
    EXPECT_TRUE(loop.CancelTimer(dead));
    EXPECT_FALSE(loop.CancelTimer(dead));
    EXPECT_TRUE(last.Wait().ok());
  });
  EXPECT_EQ(order, "ac");
}

class CountingHook final : public TurnHook {
 public:
  void OnTurnEnd() override {
    ++runs;
    if (then) then();
  }
  int runs = 0;
  std::function<void()> then;
};

TEST(Loop, TurnHookRunsOncePerTurnAfterTheReadyFibers) {
  RunInLoop([&] {
    Loop& loop = *Loop::Current();
    CountingHook hook, forgotten;
    std::string order;
    hook.then = [&] {
      order += 'h';
      loop.ForgetTurnHook(forgotten);
    };
    loop.AtTurnEnd(hook);
    loop.AtTurnEnd(hook);
    loop.AtTurnEnd(forgotten);
    ASSERT_TRUE(loop.Spawn([&] { order += 'f'; }).ok());
    EXPECT_TRUE(SleepFor(milliseconds(1)).ok());
    EXPECT_EQ(order, "fh");
    EXPECT_EQ(hook.runs, 1);
    EXPECT_EQ(forgotten.runs, 0);
  });
}

TEST(Loop, FibersThatWakeEachOtherDoNotStarveTimers) {
  RunInLoop([] {
    bool fired = false;
    Loop::Current()->RunAt(Loop::Current()->Now() + milliseconds(1), [&] { fired = true; });
    while (!fired) Yield();
  });
}

TEST(Loop, HoldsAHundredThousandBlockedFibers) {
#if defined(BELLROCK_TSAN)
  constexpr int kFibers = 500;  // each costs ThreadSanitizer megabytes
#else
  constexpr int kFibers = 100'000;
#endif
  LoopOptions options;
  options.stack_bytes = 16 * 1024;
  RunInLoop(
      [] {
        WaitGroup ended;
        Event go;
        for (int i = 0; i < kFibers; ++i) {
          ended.Add();
          ASSERT_TRUE(Loop::Current()
                          ->Spawn([&] {
                            EXPECT_TRUE(go.Wait().ok());
                            ended.Done();
                          })
                          .ok());
        }
        Yield();
        EXPECT_EQ(Loop::Current()->live_fibers(), kFibers + 1u);
        go.Set();
        EXPECT_TRUE(ended.Wait().ok());
      },
      options);
}

TEST(Loop, ManyThreadsPostWithoutLosingAnything) {
  constexpr int kThreads = 4, kEach = 5000;
  Loop loop;
  int ran = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(loop.Post([&] {
          if (++ran == kThreads * kEach) loop.Stop();
        }));
      }
    });
  }
  loop.Run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ran, kThreads * kEach);
}

TEST(Loop, PostRacingWithStopEitherRunsOrIsRefused) {
  for (int round = 0; round < 50; ++round) {
    Loop loop;
    std::atomic<int> ran{0};
    int accepted = 0;
    std::thread poster([&] {
      for (int i = 0; i < 200; ++i) accepted += loop.Post([&] { ++ran; });
    });
    std::thread stopper([&] { loop.Stop(); });
    loop.Run();
    poster.join();
    stopper.join();
    EXPECT_EQ(ran.load(), accepted);
  }
}

TEST(RunOn, RunsTheWorkOnTheOtherLoopAndComesBack) {
  LoopGroup group(2);
  Loop *outer = nullptr, *inner = nullptr, *back = nullptr;
  EXPECT_TRUE(RunOn(group.loop(0), [&] {
                outer = Loop::Current();
                EXPECT_TRUE(RunOn(group.loop(1), [&] { inner = Loop::Current(); }).ok());
                back = Loop::Current();
              }).ok());
  EXPECT_EQ(outer, &group.loop(0));
  EXPECT_EQ(inner, &group.loop(1));
  EXPECT_EQ(back, &group.loop(0));
}

TEST(RunOn, HandsDeadlineToTheOtherLoop) {
  LoopGroup group(2);
  Status inner;
  EXPECT_TRUE(RunOn(group.loop(0), [&] {
                ScopedDeadline deadline(Loop::Current()->Now() + milliseconds(2));
                EXPECT_TRUE(RunOn(group.loop(1), [&] { inner = SleepFor(hours(1)); }).ok());
              }).ok());
  EXPECT_EQ(inner.code(), StatusCode::kDeadlineExceeded);
}

TEST(RunOn, HandsCancellationToTheOtherLoopAndWaitsForIt) {
  LoopGroup group(2);
  Status inner;
  EXPECT_TRUE(RunOn(group.loop(0), [&] {
                JoinHandle asker = Start([&] {
                  EXPECT_TRUE(RunOn(group.loop(1), [&] { inner = SleepFor(hours(1)); }).ok());
                });
                Yield();
                asker.Cancel();
                asker.Join();
              }).ok());
  EXPECT_EQ(inner.code(), StatusCode::kCancelled);
}

TEST(RunOn, SaysSoWhenTheLoopHasStopped) {
  Loop loop;
  loop.Stop();
  loop.Run();
  EXPECT_EQ(RunOn(loop, [] { FAIL(); }).code(), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace bellrock::fiber
