// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/fiber.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

namespace bellrock {
namespace {

// The programs' face to fibers, with the real loop and no platform.
class SdkFiberTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { setenv("BELLROCK_AGENT", "none", 1); }
};

TEST_F(SdkFiberTest, RunBlocksTheThreadUntilTheBodyHasEnded) {
  bool ran = false;
  ASSERT_TRUE(bellrock::Run([&] {
                ASSERT_TRUE(SleepFor(std::chrono::milliseconds(1)).ok());
                ran = true;
              }).ok());
  EXPECT_TRUE(ran);
}

TEST_F(SdkFiberTest, AFiberThatIsLateStarvesNobody) {
  ASSERT_TRUE(bellrock::Run([&] {
                const Time long_ago = Now() - std::chrono::seconds(1);
                int others = 0;
                for (int i = 1; i <= 100; ++i) {
                  ASSERT_TRUE(Go([&] { ++others; }).ok());
                  ASSERT_TRUE(SleepUntil(long_ago).ok());
                  EXPECT_EQ(others, i);
                }
              }).ok());
}

TEST_F(SdkFiberTest, GoFromAPlainThreadRunsOnTheSdksLoop) {
  std::atomic<bool> ran = false;
  ASSERT_TRUE(Go([&] {
                ran = true;
                ran.notify_one();
              }).ok());
  ran.wait(false);
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace bellrock
