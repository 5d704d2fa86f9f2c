// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/output_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace bellrock::rpc {
namespace {

constexpr size_t kLarge = OutputQueue::kSharedBytesMin;

// The first bytes, at most `limit` of them, as one system call would take them.
std::string Take(OutputQueue& queue, size_t limit) {
  std::array<iovec, OutputQueue::kPartsMax> parts;
  const size_t count = queue.Gather(parts);
  std::string taken;
  for (size_t i = 0; i < count; ++i) {
    taken.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  taken.resize(std::min(limit, taken.size()));
  queue.Consume(taken.size());
  return taken;
}

TEST(OutputQueue, LargeBlocksAreSentFromWhereTheyLie) {
  OutputQueue queue;
  const Bytes large(std::string(kLarge, 'L'));
  queue.Append("head");
  queue.AppendBlock(large);
  queue.AppendBlock(Bytes(std::string("small")));
  queue.Append("tail");
  std::array<iovec, OutputQueue::kPartsMax> parts;
  ASSERT_EQ(queue.Gather(parts), 3U);
  EXPECT_EQ(parts[1].iov_base, large.view().data());
  EXPECT_EQ(queue.size(), 4 + kLarge + 5 + 4);
  EXPECT_EQ(Take(queue, SIZE_MAX), "head" + std::string(kLarge, 'L') + "smalltail");
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(large.owner().use_count(), 1);  // let go
}

TEST(OutputQueue, ManyBlocksTakeSeveralCalls) {
  OutputQueue queue;
  const Bytes large(std::string(kLarge, 'L'));
  for (size_t i = 0; i < OutputQueue::kPartsMax; ++i) {
    queue.Append("x");
    queue.AppendBlock(large);
  }
  EXPECT_EQ(Take(queue, SIZE_MAX).size(), OutputQueue::kPartsMax / 2 * (kLarge + 1));
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(Take(queue, SIZE_MAX).size(), OutputQueue::kPartsMax / 2 * (kLarge + 1));
  EXPECT_TRUE(queue.empty());
}

TEST(OutputQueue, KeepsTheOrderHoweverItIsTaken) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    OutputQueue queue;
    std::string expected;
    std::string got;
    for (int step = 0; step < 40; ++step) {
      const char letter = static_cast<char>('a' + step % 26);
      switch (random() % 3) {
        case 0: {
          const std::string bytes(random() % 100, letter);
          queue.Append(bytes);
          expected += bytes;
          break;
        }
        case 1: {
          const std::string bytes(kLarge - 5 + random() % 10, letter);
          queue.AppendBlock(Bytes::Copy(bytes));
          expected += bytes;
          break;
        }
        default:
          got += Take(queue, random() % (3 * kLarge));
      }
      ASSERT_EQ(queue.size(), expected.size() - got.size());
    }
    while (!queue.empty()) got += Take(queue, kLarge / 3);
    ASSERT_TRUE(got == expected) << round;
  }
}

}  // namespace
}  // namespace bellrock::rpc
