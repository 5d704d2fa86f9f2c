// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/future.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "fiber/fiber.h"

namespace bellrock {
namespace {

// With the real loop and no platform. What must come first is ordered by completions, not by time.
class FutureTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { setenv("BELLROCK_AGENT", "none", 1); }
};

// A result that comes when `open` is set.
Future<int> Behind(Completion open, int value) {
  return Async<int>([open, value]() -> Result<int> {
    BELLROCK_TRY(open.Wait());
    return value;
  });
}

TEST_F(FutureTest, AThreadWaitsForWorkInAFiber) {
  const Future<std::string> future = Async<std::string>([]() -> Result<std::string> {
    BELLROCK_TRY(SleepFor(std::chrono::milliseconds(1)));
    return std::string("done");
  });
  EXPECT_EQ(*future.Get(), "done");
  EXPECT_TRUE(future.ready());
  EXPECT_EQ(*future.Get(), "done");  // again, and at once
}

TEST_F(FutureTest, AFiberWaitsForManyAtOnce) {
  ASSERT_TRUE(bellrock::Run([] {
                const Completion open;
                std::vector<Future<int>> futures;
                for (int i = 0; i < 100; ++i) futures.push_back(Behind(open, i));
                for (const Future<int>& each : futures) EXPECT_FALSE(each.ready());
                Completion(open).Set();
                int sum = 0;
                for (const Future<int>& each : futures) sum += *each.Get();
                EXPECT_EQ(sum, 4950);
              }).ok());
}

TEST_F(FutureTest, AnErrorIsAResultToo) {
  const Future<int> future =
      Async<int>([]() -> Result<int> { return NotFoundError("no such thing"); });
  EXPECT_EQ(future.Get().status().code(), StatusCode::kNotFound);
}

TEST_F(FutureTest, SeveralThreadsAndFibersGetTheSame) {
  Completion open;
  const Future<int> future = Behind(open, 7);
  std::vector<std::thread> threads;
  std::vector<int> got(4);
  for (size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&got, i, future] { got[i] = *future.Get(); });
  }
  const Future<int> other = Async<int>([future] { return future.Get(); });
  open.Set();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, (std::vector<int>{7, 7, 7, 7}));
  EXPECT_EQ(*other.Get(), 7);
}

TEST_F(FutureTest, WhoMayNotWaitLongerMayAskAgain) {
  ASSERT_TRUE(bellrock::Run([] {
                Completion open;
                const Future<int> future = Behind(open, 3);
                {
                  fiber::ScopedDeadline deadline(Now() + std::chrono::milliseconds(1));
                  EXPECT_EQ(future.Get().status().code(), StatusCode::kDeadlineExceeded);
                }
                EXPECT_FALSE(future.ready());
                open.Set();
                EXPECT_EQ(*future.Get(), 3);
              }).ok());
}

TEST_F(FutureTest, ACancelledWaiterLeavesTheWorkAlone) {
  ASSERT_TRUE(bellrock::Run([] {
                Completion open;
                const Future<int> future = Behind(open, 4);
                StatusCode code = StatusCode::kOk;
                fiber::JoinHandle waiter =
                    fiber::Start([&] { code = future.Get().status().code(); });
                fiber::Yield();
                waiter.Cancel();
                waiter.Join();
                EXPECT_EQ(code, StatusCode::kCancelled);
                open.Set();
                EXPECT_EQ(*future.Get(), 4);
              }).ok());
}

TEST_F(FutureTest, NobodyHasToWait) {
  Completion ended;
  {
    (void)Async<int>([ended]() mutable -> Result<int> {
      ended.Set();
      return 1;
    });
  }
  EXPECT_TRUE(ended.Wait().ok());
  ended.Set();  // once more does nothing
  EXPECT_TRUE(ended.is_set());
}

}  // namespace
}  // namespace bellrock
