// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/profile.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/symbols.h"

namespace bellrock::fiber {
namespace {

// Static, so that only a table of all symbols knows it.
[[gnu::noinline]] void* AddressInHere() {
  return __builtin_return_address(0);
}

[[gnu::noinline]] void* FunctionToBeNamed() {
  void* address = AddressInHere();
  asm volatile("" ::: "memory");
  return address;
}

TEST(Symbols, NamesStaticFunctions) {
  Symbols symbols;
  EXPECT_NE(symbols.NameOf(FunctionToBeNamed()).find("FunctionToBeNamed"), std::string::npos);
  EXPECT_EQ(symbols.NameOf(reinterpret_cast<void*>(0x11)), "0x11");
}

// Runs `body` as a fiber on a loop of this thread.
void RunInLoop(std::function<void()> body) {
  Loop loop;
  ASSERT_TRUE(loop.Post([&] {
    body();
    Loop::Current()->Stop();
  }));
  loop.Run();
}

// Looks at the clock, for TSan holds a signal back until the thread next makes a call that TSan
// knows: of a plain computation there are no samples.
[[gnu::noinline]] uint64_t BurnForTheProfile() {
  uint64_t sum = 0;
  for (int i = 0; i < 200'000; ++i) {
    sum += static_cast<uint64_t>(i) * sum + 1;
    if (i % 1000 == 0)
      sum += static_cast<uint64_t>(Loop::Current()->Now().time_since_epoch().count());
  }
  asm volatile("" : "+r"(sum));
  return sum;
}

TEST(Profile, TheCpuProfileShowsWhoBurns) {
  RunInLoop([] {
    bool stop = false;
    JoinHandle burner = Start([&] {
      while (!stop) {
        BurnForTheProfile();
        (void)SleepUntil(Loop::Current()->Now());
      }
    });
    Result<Profile> profile = ProfileCpu(std::chrono::milliseconds(300), 500);
    stop = true;
    burner.Join();
    ASSERT_TRUE(profile.ok()) << profile.status().ToString();
    EXPECT_GT(profile->samples, 0U);
    EXPECT_NE(FoldedText(*profile, false).find("BurnForTheProfile"), std::string::npos)
        << FoldedText(*profile, false);
  });
}

TEST(Profile, OnlyOneCpuProfileAtATime) {
  RunInLoop([] {
    JoinHandle first = Start([] { EXPECT_TRUE(ProfileCpu(std::chrono::milliseconds(20)).ok()); });
    Yield();
    EXPECT_EQ(ProfileCpu(std::chrono::milliseconds(1)).status().code(),
              StatusCode::kFailedPrecondition);
    first.Join();
    EXPECT_EQ(ProfileCpu(std::chrono::milliseconds(1), 0).status().code(),
              StatusCode::kInvalidArgument);
  });
}

#if defined(BELLROCK_GPERFTOOLS)
[[gnu::noinline]] std::unique_ptr<std::vector<char>> AllocateForTheProfile() {
  return std::make_unique<std::vector<char>>(1 << 20);
}

TEST(Profile, TheHeapProfileShowsWhoAllocates) {
  RunInLoop([] {
    std::unique_ptr<std::vector<char>> kept;
    JoinHandle allocator = Start([&] { kept = AllocateForTheProfile(); });
    Result<Profile> profile = ProfileHeap(std::chrono::milliseconds(10));
    allocator.Join();
    ASSERT_TRUE(profile.ok()) << profile.status().ToString();
    EXPECT_NE(FoldedText(*profile, true).find("AllocateForTheProfile"), std::string::npos);
    EXPECT_NE(AllocatorText().find("MALLOC"), std::string::npos);
  });
}
#endif

}  // namespace
}  // namespace bellrock::fiber
