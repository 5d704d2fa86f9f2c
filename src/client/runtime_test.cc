// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/runtime.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "fiber/fiber.h"

namespace bellrock::client {
namespace {

// With real loops and no platform. The runtime of a process is made once, so this is one story.
TEST(Runtime, FirstUsersOnManyThreadsShareOne) {
  setenv("BELLROCK_AGENT", "none", 1);
  Runtime::Introduce("music/web", 2);
  std::vector<std::shared_ptr<Runtime>> got(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&got, i] {
      Runtime::ExpectCalls("music/catalog");
      Result<std::shared_ptr<Runtime>> runtime = Runtime::Get();
      ASSERT_TRUE(runtime.ok()) << runtime.status().ToString();
      got[i] = *runtime;
      // A loop that asks for the name meanwhile is not held up.
      std::string name;
      EXPECT_TRUE(fiber::RunOn(got[i]->home(), [&] { name = got[i]->name(); }).ok());
      EXPECT_EQ(name, "music/web");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : got) EXPECT_EQ(each, got.front());
  EXPECT_EQ(got.front()->loops().size(), 2);
  // Too late for another number of loops.
  Runtime::Introduce("music/web", 3);
  EXPECT_EQ((*Runtime::Get())->loops().size(), 2);
}

}  // namespace
}  // namespace bellrock::client
