// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/cursor_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace bellrock::shm {
namespace {

class CursorFileTest : public testing::Test {
 protected:
  const std::string path_ = testing::TempDir() + "cursor_file_test.cursors";
  void SetUp() override { std::filesystem::remove(path_); }
  void TearDown() override { std::filesystem::remove(path_); }
};

TEST_F(CursorFileTest, TwoProcessesTakeTheElementsOfOneSequenceTogether) {
  const auto agent = CursorFile::OpenOrCreate(path_);
  const auto one = CursorFile::Open(path_);
  const auto other = CursorFile::Open(path_);
  ASSERT_TRUE(agent.ok() && one.ok() && other.ok());
  EXPECT_EQ(one->Claim(0, 3), 0u);
  EXPECT_EQ(other->Claim(0, 2), 3u);
  EXPECT_EQ(one->Claim(0, 1), 5u);
  EXPECT_EQ(one->Claim(kCursors - 1, 1), 0u) << "each pool has a sequence of its own";
}

TEST_F(CursorFileTest, AnAgentThatComesBackGoesOnWhereTheCallersAre) {
  auto first = CursorFile::OpenOrCreate(path_);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->Claim(0, 7), 0u);
  const auto again = CursorFile::OpenOrCreate(path_);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Claim(0, 1), 7u);
}

TEST_F(CursorFileTest, GarbageIsRefusedByCallersAndReplacedByTheAgent) {
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_EQ(CursorFile::Open(path_).status().code(), StatusCode::kDataLoss);
  EXPECT_TRUE(CursorFile::OpenOrCreate(path_).ok());
  EXPECT_TRUE(CursorFile::Open(path_).ok());
}

TEST_F(CursorFileTest, ACallerWithoutAnAgentFindsNone) {
  EXPECT_EQ(CursorFile::Open(path_).status().code(), StatusCode::kNotFound);
  const CursorFile own = CursorFile::Anonymous();
  EXPECT_EQ(own.Claim(0, 5), 0u);
  EXPECT_EQ(own.Claim(0, 5), 5u);
}

}  // namespace
}  // namespace bellrock::shm
