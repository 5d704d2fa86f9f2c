// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/disk_trust.h"

#include <gtest/gtest.h>

namespace bellrock::naming::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DiskTrustTest : public ::testing::Test {
 protected:
  void Write(bool written, Duration took = milliseconds(5)) {
    disk_.OnBegin(now_);
    now_ += took;
    disk_.OnEnd(written, now_);
  }

  Time now_ = Time() + seconds(1000);
  DiskTrust disk_;
};

TEST_F(DiskTrustTest, ADiskThatWasNeverWrittenIsTrusted) {
  EXPECT_FALSE(disk_.fails(now_));
}

TEST_F(DiskTrustTest, OneRefusedWriteIsEnough) {
  Write(true);
  EXPECT_FALSE(disk_.fails(now_));
  Write(false);
  EXPECT_TRUE(disk_.fails(now_));
  EXPECT_TRUE(disk_.fails(now_ + seconds(3600))) << "until a write says otherwise";
}

TEST_F(DiskTrustTest, IsTrustedAgainWhenWritesWentWellForAWhile) {
  Write(false);
  const Time failed = now_;
  Write(true);
  EXPECT_TRUE(disk_.fails(failed + DiskTrust::kRegain - milliseconds(1)));
  EXPECT_FALSE(disk_.fails(failed + DiskTrust::kRegain));
}

TEST_F(DiskTrustTest, AFailureInBetweenBeginsTheWaitAnew) {
  Write(false);
  now_ += DiskTrust::kRegain - seconds(1);
  Write(false);
  Write(true);
  EXPECT_TRUE(disk_.fails(now_ + seconds(2)));
  EXPECT_FALSE(disk_.fails(now_ + DiskTrust::kRegain));
}

TEST_F(DiskTrustTest, AWriteThatHangsIsAFailureBeforeItEnds) {
  disk_.OnBegin(now_);
  EXPECT_FALSE(disk_.fails(now_ + DiskTrust::kHangs - milliseconds(1)));
  EXPECT_TRUE(disk_.fails(now_ + DiskTrust::kHangs));
}

TEST_F(DiskTrustTest, AWriteThatHungAndWasDoneAfterAllCountsAsAFailure) {
  Write(true, DiskTrust::kHangs);
  EXPECT_TRUE(disk_.fails(now_));
  EXPECT_FALSE(disk_.fails(now_ + DiskTrust::kRegain));
}

}  // namespace
}  // namespace bellrock::naming::node
