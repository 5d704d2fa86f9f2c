// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/stack_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/loop.h"

namespace bellrock::fiber {
namespace {

TEST(StackPool, StacksAreWritableAndOfTheSizeAsked) {
  StackPool pool(20'000);
  std::span<std::byte> stack = pool.Take();
  ASSERT_GE(stack.size(), 20'000u);
  EXPECT_EQ(stack.size() % 4096, 0u);
  std::memset(stack.data(), 1, stack.size());
  pool.Return(stack);
}

TEST(StackPoolDeathTest, ThePageBelowAStackIsGuarded) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  StackPool pool(16 * 1024);
  std::span<std::byte> stack = pool.Take();
  EXPECT_DEATH(*static_cast<volatile std::byte*>(stack.data() - 1) = std::byte{1}, "");
  pool.Return(stack);
}

// Each level keeps 4 KiB alive, so that neither inlining nor a red zone can skip the guard page.
[[gnu::noinline]] size_t Descend(size_t levels) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(levels);
  if (levels == 0) return 0;
  return Descend(levels - 1) + static_cast<size_t>(frame[0] != 0);
}

TEST(StackPoolDeathTest, AFiberThatOverflowsItsStackDiesAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Loop loop;
        loop.Post([] { std::printf("%zu", Descend(100'000)); });
        loop.Run();
      },
      "");
}

TEST(StackPool, FibersHaveTheStackTheirLoopWasAskedFor) {
  LoopOptions options;
  options.stack_bytes = 1024 * 1024;
  Loop loop(options);
  size_t depth = 0;
  loop.Post([&] {
    depth = Descend(150);  // 600 KiB and more
    Loop::Current()->Stop();
  });
  loop.Run();
  EXPECT_GT(depth, 0u);
}

}  // namespace
}  // namespace bellrock::fiber
