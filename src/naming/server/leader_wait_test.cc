// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/leader_wait.h"

#include <gtest/gtest.h>

#include <vector>

#include "fiber/fiber.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A site whose leader is known from some time on.
class LeaderWaitTest : public ::testing::Test {
 protected:
  // How long a call is held whose caller waits so long.
  Duration HeldFor(Duration caller_waits) {
    const Time start = environment_.clock.Now();
    fiber::ScopedDeadline deadline(start + caller_waits);
    wait_.Hold();
    return environment_.clock.Now() - start;
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  Time known_from_ = kNever;
  LeaderWait wait_{environment_, [this] { return environment_.clock.Now() >= known_from_; }};
};

TEST_F(LeaderWaitTest, NothingIsHeldWhenTheLeaderIsKnown) {
  world_.Run([&] {
    known_from_ = environment_.clock.Now();
    EXPECT_EQ(HeldFor(seconds(60)), Duration(0));
  });
}

TEST_F(LeaderWaitTest, ACallGoesOnAsSoonAsTheLeaderIsKnown) {
  world_.Run([&] {
    known_from_ = environment_.clock.Now() + milliseconds(1020);
    const Duration held = HeldFor(seconds(60));
    EXPECT_GE(held, milliseconds(1020));
    EXPECT_LE(held, milliseconds(1020) + LeaderWait::kLookEvery);
  });
}

TEST_F(LeaderWaitTest, ACallIsHeldForABoundedTime) {
  world_.Run([&] { EXPECT_EQ(HeldFor(seconds(60)), LeaderWait::kHoldMax); });
}

TEST_F(LeaderWaitTest, TheCallerIsToldBeforeItGivesUp) {
  world_.Run([&] {
    EXPECT_EQ(HeldFor(seconds(1)), milliseconds(750));
    EXPECT_EQ(HeldFor(milliseconds(600)), milliseconds(450));
    EXPECT_EQ(HeldFor(milliseconds(20)), Duration(0));
  });
}

TEST_F(LeaderWaitTest, BeyondTheLimitNobodyIsHeld) {
  world_.Run([&] {
    std::vector<fiber::JoinHandle> calls;
    for (size_t i = 0; i < LeaderWait::kHeldMax; ++i) {
      calls.push_back(fiber::Start([&] { wait_.Hold(); }));
    }
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(wait_.held(), LeaderWait::kHeldMax);
    EXPECT_EQ(HeldFor(seconds(60)), Duration(0));
    for (fiber::JoinHandle& call : calls) call.Join();
    EXPECT_EQ(wait_.held(), 0u);
  });
}

TEST_F(LeaderWaitTest, ACancelledCallEnds) {
  world_.Run([&] {
    const Time start = environment_.clock.Now();
    fiber::JoinHandle call = fiber::Start([&] { wait_.Hold(); });
    ASSERT_TRUE(fiber::SleepFor(milliseconds(100)).ok());
    call.Cancel();
    call.Join();
    EXPECT_LT(environment_.clock.Now() - start, milliseconds(200));
  });
}

}  // namespace
}  // namespace bellrock::naming::server
