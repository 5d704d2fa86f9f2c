// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace bellrock::cli {
namespace {

using ::testing::ElementsAre;

// Gives `text` in pieces of at most `piece` bytes.
LineReader::Source Pieces(const std::string& text, size_t piece) {
  return [text, piece, at = size_t{0}](std::span<std::byte> buffer) mutable -> Result<size_t> {
    const size_t bytes = std::min({piece, buffer.size(), text.size() - at});
    std::memcpy(buffer.data(), text.data() + at, bytes);
    at += bytes;
    return bytes;
  };
}

std::vector<std::string> All(LineReader reader) {
  std::vector<std::string> lines;
  std::string line;
  while (*reader.Next(line)) lines.push_back(line);
  return lines;
}

TEST(LineReader, LinesAreWholeHoweverTheBytesCome) {
  for (const size_t piece : {1, 2, 3, 100}) {
    EXPECT_THAT(All(LineReader(Pieces("one\n\nthree\n", piece))), ElementsAre("one", "", "three"));
  }
}

TEST(LineReader, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(All(LineReader(Pieces("one\ntwo", 3))), ElementsAre("one", "two"));
}

TEST(LineReader, ALineBeyondTheBoundIsRefusedByNumber) {
  LineReader reader(Pieces("a\n" + std::string(LineReader::kLineBytesMax + 1, 'x'), 4096));
  std::string line;
  ASSERT_TRUE(*reader.Next(line));
  const Result<bool> refused = reader.Next(line);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), ::testing::HasSubstr("line 2"));
}

TEST(LineReader, WhatTheSourceCannotReadIsSaid) {
  LineReader reader([](std::span<std::byte>) -> Result<size_t> { return DataLossError("torn"); });
  std::string line;
  EXPECT_EQ(reader.Next(line).status().code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bellrock::cli
