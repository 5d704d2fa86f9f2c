// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "fiber/loop.h"

namespace bellrock::fiber {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

void RunInFiber(const std::function<void()>& body) {
  Loop loop;
  ASSERT_TRUE(loop.Spawn([&] {
                    body();
                    loop.Stop();
                  })
                  .ok());
  loop.Run();
}

TEST(Resolver, KnowsTheNameOfThisMachine) {
  RunInFiber([] {
    const auto addresses = RealResolver().Resolve("localhost");
    ASSERT_TRUE(addresses.ok()) << addresses.status().ToString();
    EXPECT_THAT(*addresses, ::testing::AnyOf(Contains("127.0.0.1"), Contains("::1")));
  });
}

TEST(Resolver, AnAddressIsItsOwnName) {
  RunInFiber([] {
    const auto addresses = RealResolver().Resolve("192.0.2.7");
    ASSERT_TRUE(addresses.ok()) << addresses.status().ToString();
    EXPECT_THAT(*addresses, ElementsAre("192.0.2.7"));
  });
}

TEST(Resolver, SaysWhichNameHasNoAddress) {
  RunInFiber([] {
    // Refused before any name server is asked.
    const auto addresses = RealResolver().Resolve("two..dots");
    ASSERT_FALSE(addresses.ok());
    EXPECT_THAT(addresses.status().ToString(), ::testing::HasSubstr("two..dots"));
  });
}

TEST(Resolver, WhoIsCancelledDoesNotWaitForTheAnswer) {
  RunInFiber([] {
    Status status;
    JoinHandle asking = Start([&] { status = RealResolver().Resolve("localhost").status(); });
    asking.Cancel();
    asking.Join();
    EXPECT_EQ(status.code(), StatusCode::kCancelled);
  });
}

}  // namespace
}  // namespace bellrock::fiber
