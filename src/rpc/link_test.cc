// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "fiber/fiber.h"

namespace bellrock::rpc {
namespace {

using ::testing::ElementsAre;

// Takes everything and remembers in which portions it came.
class RecordingStream final : public fiber::Stream {
 public:
  explicit RecordingStream(std::vector<size_t>& writes) : writes_(writes) {}

  Result<size_t> Read(std::span<std::byte>) override { return UnavailableError("nothing to read"); }
  Result<size_t> TryWrite(std::span<const iovec> parts) override {
    writes_.push_back(parts[0].iov_len);
    return parts[0].iov_len;
  }
  Status WaitWritable() override { return Status::Ok(); }
  Status WriteAll(std::span<const std::byte>) override { return Status::Ok(); }
  void Close() override {}
  const Address& local() const override { return address_; }
  const Address& peer() const override { return address_; }

 private:
  std::vector<size_t>& writes_;
  const Address address_ = Address::Tcp("127.0.0.1", 1);
};

// The portions in which so many messages of one byte leave in each of two turns.
std::vector<size_t> WritesOf(int messages) {
  std::vector<size_t> writes;
  fiber::Loop loop;
  EXPECT_TRUE(loop.Post([&] {
    Link link(loop, fiber::RealEnvironment().clock, std::make_unique<RecordingStream>(writes));
    for (int turn = 0; turn < 2; ++turn) {
      for (int i = 0; i < messages; ++i) {
        link.output().Append("x");
        link.Flush();
      }
      (void)fiber::SleepUntil(loop.Now());  // into the next turn
    }
    link.Finish(UnavailableError("the test ends"));
    loop.Stop();
  }));
  loop.Run();
  return writes;
}

TEST(Link, SendsTheMessagesOfATurnWithOneSystemCall) {
  EXPECT_THAT(WritesOf(31), ElementsAre(31, 31));
}

TEST(Link, SendsTheFirstOfManyMessagesBeforeTheTurnEnds) {
  EXPECT_THAT(WritesOf(100), ElementsAre(32, 32, 36, 32, 32, 36));
}

}  // namespace
}  // namespace bellrock::rpc
