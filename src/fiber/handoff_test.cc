// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Loops that leave their thread. Nothing here waits for time to pass: user code blocks its thread
// until something happens that can only happen if another thread runs the loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "fiber/user_section.h"

namespace bellrock::fiber {

// Found again in a stack.
[[gnu::noinline]] void WaitForTheNews(Event& news) {
  EXPECT_TRUE(news.Wait().ok());
}

namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

LoopOptions WithHandoff(int spares = 4) {
  LoopOptions options;
  options.handoff = {.enabled = true, .tick = microseconds(100), .spare_threads_max = spares};
  return options;
}

// Runs `body` as the first fiber of a loop with hand-off, and stops the loop when it returns.
void RunInLoop(Loop& loop, std::function<void()> body) {
  ASSERT_TRUE(loop.Post([&] {
    body();
    loop.Stop();
  }));
  loop.Run();
  EXPECT_EQ(loop.live_fibers(), 0u);
}

// Asked of the kernel: a compiler may keep what std::this_thread::get_id() said before a fiber
// changed its thread.
pid_t ThreadNow() {
  return gettid();
}

// What one party waits for with its whole thread.
class Gate {
 public:
  void Open() { promise_.set_value(); }
  void Pass() { promise_.get_future().wait(); }

 private:
  std::promise<void> promise_;
};

TEST(Handoff, UserCodeThatBlocksItsThreadLosesTheLoopAndComesBack) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    pid_t before = 0, inside = 0, after = 0;
    JoinHandle stuck = Start([&] {
      before = ThreadNow();
      {
        UserSection user;
        gate.Pass();
        inside = ThreadNow();
      }
      after = ThreadNow();
      EXPECT_EQ(Loop::Current(), &loop);
      EXPECT_TRUE(SleepFor(microseconds(1)).ok());
    });
    Yield();
    gate.Open();  // reached only if another thread runs this
    stuck.Join();
    EXPECT_EQ(before, inside);
    EXPECT_NE(inside, after);
    EXPECT_EQ(after, ThreadNow());
  });
  EXPECT_EQ(loop.handoffs(), 1u);
}

TEST(Handoff, TheFiberThatStartedTheStuckOneGoesOn) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate inner, outer;
    Event ended;
    ASSERT_TRUE(loop.SpawnNow([&] {
                      ASSERT_TRUE(loop.SpawnNow([&] {
                                        UserSection user;
                                        inner.Pass();
                                      })
                                      .ok());
                      inner.Open();
                      {
                        UserSection user;
                        outer.Pass();
                      }
                      ended.Set();
                    })
                    .ok());
    outer.Open();
    EXPECT_TRUE(ended.Wait().ok());
  });
  EXPECT_EQ(loop.handoffs(), 2u);
}

TEST(Handoff, UserCodeThatIsNotStuckKeepsItsThread) {
  LoopOptions options = WithHandoff();
  options.handoff.tick = hours(1);  // however long the machine stops this thread in between
  Loop loop(options);
  RunInLoop(loop, [&] {
    const pid_t mine = ThreadNow();
    for (int i = 0; i < 100; ++i) {
      UserSection user;
      FrameworkSection framework;
      Yield();
      EXPECT_EQ(ThreadNow(), mine);
    }
  });
}

TEST(Handoff, SectionsDoNothingWhereNoLoopCanBeHandedOver) {
  const auto nested = [] {
    UserSection user;
    UserSection again;
    FrameworkSection framework;
    FrameworkSection deeper;
    return InFiber();
  };
  EXPECT_FALSE(nested());
  Loop loop;
  RunInLoop(loop, [&] {
    EXPECT_TRUE(nested());
    UserSection user;
    EXPECT_TRUE(SleepFor(microseconds(1)).ok());
  });
  EXPECT_EQ(loop.handoffs(), 0u);
}

TEST(Handoff, FrameworkSectionBringsTheFiberBackAndThenLetsItGoAgain) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate first, second;
    bool between = false;
    JoinHandle stuck = Start([&] {
      UserSection user;
      first.Pass();
      {
        FrameworkSection framework;
        FrameworkSection nested;
        EXPECT_TRUE(SleepFor(microseconds(1)).ok());
        between = true;
      }
      second.Pass();
    });
    Yield();
    EXPECT_FALSE(between);
    first.Open();
    while (!between) Yield();
    second.Open();
    stuck.Join();
  });
  EXPECT_EQ(loop.handoffs(), 2u);
}

TEST(Handoff, RuntimeCallsFromUserCodeAreSafeWithoutAFrameworkSection) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    Event event;
    Mutex mutex;
    int spawned = 0;
    JoinHandle stuck = Start([&] {
      UserSection user;
      gate.Pass();
      EXPECT_TRUE(InFiber());
      event.Set();
      MutexLock lock(mutex);
      EXPECT_TRUE(loop.Spawn([&] { ++spawned; }).ok());
      JoinHandle child = Start([&] { ++spawned; });
      child.Join();
    });
    Yield();
    gate.Open();
    EXPECT_TRUE(event.Wait().ok());
    stuck.Join();
    EXPECT_EQ(spawned, 2);
  });
}

TEST(Handoff, ImplicitlyEndedUserCodeGoesOnAsSuchAfterTheNextFrameworkSection) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    JoinHandle stuck = Start([&] {
      UserSection user;
      Yield();
      { FrameworkSection framework; }
      gate.Pass();
    });
    Yield();
    Yield();
    gate.Open();
    stuck.Join();
  });
  EXPECT_GE(loop.handoffs(), 1u);
}

TEST(Handoff, ExceptionsOfUserCodeAreCaughtOnTheOtherThread) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    std::string caught;
    JoinHandle stuck = Start([&] {
      try {
        UserSection user;
        gate.Pass();
        static_cast<void>(std::vector<int>().at(1));
      } catch (const std::out_of_range& error) {
        caught = error.what();
        EXPECT_EQ(std::uncaught_exceptions(), 0);
      }
    });
    Yield();
    gate.Open();
    stuck.Join();
    EXPECT_FALSE(caught.empty());
  });
  EXPECT_EQ(loop.handoffs(), 1u);
}

TEST(Handoff, AFiberThatHandlesAnExceptionTakesItAlong) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    JoinHandle stuck = Start([&] {
      UserSection user;
      try {
        static_cast<void>(std::vector<int>().at(1));
      } catch (const std::out_of_range&) {
        const std::exception_ptr mine = std::current_exception();
        gate.Pass();
        FrameworkSection framework;
        EXPECT_TRUE(SleepFor(microseconds(1)).ok());
        EXPECT_EQ(std::current_exception(), mine);
      }
    });
    Yield();
    EXPECT_EQ(std::current_exception(), nullptr);
    gate.Open();
    stuck.Join();
    EXPECT_EQ(std::current_exception(), nullptr);
  });
  EXPECT_EQ(loop.handoffs(), 1u);
}

TEST(Handoff, CancellationReachesTheFiberWhenItComesBack) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    Status seen;
    JoinHandle stuck = Start([&] {
      {
        UserSection user;
        gate.Pass();
      }
      seen = SleepFor(hours(1));
    });
    Yield();
    stuck.Cancel();
    gate.Open();
    stuck.Join();
    EXPECT_EQ(seen.code(), StatusCode::kCancelled);
  });
}

TEST(Handoff, DeadlineReachesTheFiberWhenItComesBack) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    Status seen;
    JoinHandle stuck = Start([&] {
      ScopedDeadline deadline(loop.Now() + microseconds(1));
      {
        UserSection user;
        gate.Pass();
      }
      seen = SleepFor(hours(1));
    });
    EXPECT_TRUE(SleepFor(microseconds(2)).ok());
    gate.Open();
    stuck.Join();
    EXPECT_EQ(seen.code(), StatusCode::kDeadlineExceeded);
  });
}

TEST(Handoff, TimersAndTurnHooksGoOnInTheNewThread) {
  class Hook final : public TurnHook {
   public:
    void OnTurnEnd() override { gate.Open(); }
    Gate gate;
  };
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    Hook hook;
    loop.RunAt(loop.Now(), [&] { gate.Open(); });
    loop.AtTurnEnd(hook);
    UserSection user;
    gate.Pass();
    hook.gate.Pass();
  });
}

TEST(Handoff, BeyondTheSparesTheLoopWaitsForTheFirstToComeBack) {
  constexpr int kSpares = 2;
  Loop loop(WithHandoff(kSpares));
  std::vector<Gate> gates(kSpares + 1);
  std::atomic<bool> overtaken = false;
  std::thread runner([&] {
    RunInLoop(loop, [&] {
      std::vector<JoinHandle> stuck;
      for (Gate& gate : gates) {
        stuck.push_back(Start([&gate] {
          UserSection user;
          gate.Pass();
        }));
      }
      Yield();
      overtaken = true;
      for (int i = 1; i <= kSpares; ++i) gates[i].Open();
    });
  });
  while (loop.handoffs_refused() == 0) std::this_thread::yield();
  EXPECT_EQ(loop.handoffs(), 2u);
  EXPECT_FALSE(overtaken);
  gates[0].Open();
  runner.join();
  EXPECT_TRUE(overtaken);
  EXPECT_EQ(loop.handoffs_refused(), 1u);
}

TEST(Handoff, StopWaitsForAFiberThatIsAway) {
  Loop loop(WithHandoff());
  Gate gate, stopped;
  bool came_back = false;
  std::thread runner([&] {
    loop.Post([&] {
      {
        UserSection user;
        gate.Pass();
      }
      came_back = CheckCurrent().code() == StatusCode::kCancelled;
    });
    loop.Post([&] {
      loop.Stop();
      stopped.Open();
    });
    loop.Run();
  });
  stopped.Pass();
  gate.Open();
  runner.join();
  EXPECT_TRUE(came_back);
  EXPECT_FALSE(loop.Post([] {}));
}

TEST(Handoff, ALoopRunsAgainAfterItWasHandedOver) {
  Loop loop(WithHandoff());
  for (int run = 0; run < 3; ++run) {
    std::thread poster([&] {
      const auto body = [&] {
        Gate gate;
        ASSERT_TRUE(loop.Spawn([&] { gate.Open(); }).ok());
        {
          UserSection user;
          gate.Pass();
        }
        loop.Stop();
      };
      while (!loop.Post(body)) std::this_thread::yield();  // refused until the next run begins
    });
    loop.Run();
    poster.join();
  }
  EXPECT_EQ(loop.handoffs(), 3u);
}

TEST(Handoff, TheMonitorWakesForUserCodeAfterAQuietTime) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(SleepFor(milliseconds(5)).ok());  // fifty ticks
      Gate gate;
      ASSERT_TRUE(loop.Spawn([&] { gate.Open(); }).ok());
      UserSection user;
      gate.Pass();
    }
  });
  EXPECT_EQ(loop.handoffs(), 3u);
}

TEST(Handoff, LoopsOfAGroupHandOverAlone) {
  LoopGroup group(2, WithHandoff());
  for (int i = 0; i < group.size(); ++i) {
    EXPECT_TRUE(RunOn(group.loop(i), [&] {
                  Gate gate;
                  group.loop(i).Post([&] { gate.Open(); });
                  UserSection user;
                  gate.Pass();
                }).ok());
  }
  EXPECT_EQ(group.loop(0).handoffs() + group.loop(1).handoffs(), 2u);
}

TEST(Handoff, RunOnFromUserCodeComesBackToItsLoop) {
  LoopGroup group(2, WithHandoff());
  Loop *there = nullptr, *back = nullptr;
  EXPECT_TRUE(RunOn(group.loop(0), [&] {
                Gate gate;
                group.loop(0).Post([&] { gate.Open(); });
                UserSection user;
                gate.Pass();
                EXPECT_TRUE(RunOn(group.loop(1), [&] { there = Loop::Current(); }).ok());
                back = Loop::Current();
              }).ok());
  EXPECT_EQ(there, &group.loop(1));
  EXPECT_EQ(back, &group.loop(0));
}

void BlockUntilNoticed(Loop& loop) {
  const auto noticed = [&] { return loop.handoffs() + loop.handoffs_refused(); };
  for (const uint64_t before = noticed(); noticed() == before;) std::this_thread::yield();
}

TEST(Handoff, ManyStuckFibersOnTwoLoopsAllEnd) {
  constexpr int kFibers = 60;
  LoopGroup group(2, WithHandoff(3));
  std::atomic<int> ended = 0;
  for (int l = 0; l < group.size(); ++l) {
    EXPECT_TRUE(RunOn(group.loop(l), [&] {
                  Loop& loop = group.loop(l);
                  Channel<int> numbers(kFibers);
                  WaitGroup all;
                  for (int i = 0; i < kFibers; ++i) {
                    all.Add();
                    ASSERT_TRUE(loop.Spawn([&, i] {
                                      UserSection user;
                                      if (i % 4 == 0) BlockUntilNoticed(loop);
                                      FrameworkSection framework;
                                      EXPECT_TRUE(numbers.Send(i).ok());
                                      Yield();
                                      ScopedShield shield;
                                      EXPECT_TRUE(SleepFor(microseconds(50)).ok());
                                      ++ended;
                                      all.Done();
                                    })
                                    .ok());
                  }
                  EXPECT_TRUE(all.Wait().ok());
                  EXPECT_EQ(numbers.size(), static_cast<size_t>(kFibers));
                }).ok());
  }
  EXPECT_EQ(ended, 2 * kFibers);
}

TEST(Handoff, UserCodeThatRunsForLongIsCounted) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    UserSection user;
    while (loop.long_runs() == 0) std::this_thread::yield();
  });
  EXPECT_EQ(loop.long_runs(), 1u);
}

FiberDescription OnlyOneIn(const std::vector<FiberDescription>& fibers, FiberState state) {
  FiberDescription found;
  int count = 0;
  for (const FiberDescription& fiber : fibers) {
    if (fiber.state != state) continue;
    found = fiber;
    ++count;
  }
  EXPECT_EQ(count, 1) << ToText(state);
  return found;
}

TEST(DescribeFibers, TellsTheStateOfEachAndTheStackOfTheBlocked) {
  Loop loop(WithHandoff());
  RunInLoop(loop, [&] {
    Gate gate;
    Event news;
    const Time deadline = loop.Now() + hours(1);
    JoinHandle blocked = Start([&] {
      ScopedDeadline scope(deadline);
      WaitForTheNews(news);
    });
    JoinHandle away = Start([&] {
      UserSection user;
      gate.Pass();
    });
    Yield();
    JoinHandle ready = Start([] {});
    std::vector<FiberDescription> fibers;
    Event described;
    ASSERT_TRUE(loop.SpawnNow([&] {
                      fibers = loop.DescribeFibers();
                      described.Set();
                    })
                    .ok());
    EXPECT_TRUE(described.Wait().ok());
    gate.Open();
    news.Set();

    ASSERT_EQ(fibers.size(), 5u);
    OnlyOneIn(fibers, FiberState::kRunning);
    OnlyOneIn(fibers, FiberState::kWaitsForStarted);
    OnlyOneIn(fibers, FiberState::kReady);
    OnlyOneIn(fibers, FiberState::kInUserCode);
    const FiberDescription of_blocked = OnlyOneIn(fibers, FiberState::kBlocked);
    EXPECT_EQ(of_blocked.deadline, deadline);
    EXPECT_GE(of_blocked.age, Duration::zero());
    EXPECT_THAT(of_blocked.stack, testing::Contains(testing::HasSubstr("WaitForTheNews")));
    blocked.Join();
  });
}

TEST(DescribeFibers, StopsAtTheCountAsked) {
  Loop loop;
  RunInLoop(loop, [&] {
    JoinHandle one = Start([] {}), two = Start([] {});
    EXPECT_EQ(loop.DescribeFibers(2).size(), 2u);
  });
}

}  // namespace
}  // namespace bellrock::fiber
