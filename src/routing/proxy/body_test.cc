// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/body.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::routing::proxy {
namespace {

const std::string kChunks =
    "5;name=value\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n";

TEST(ChunkScanner, EndsBehindTheTrailersHoweverTheBytesCome) {
  const std::string text = kChunks + "GET";
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    ChunkScanner scanner;
    size_t taken = 0;
    while (taken < text.size() && !scanner.done()) {
      const auto step = scanner.Scan(std::string_view(text).substr(taken, piece));
      ASSERT_TRUE(step.ok());
      taken += *step;
    }
    EXPECT_TRUE(scanner.done());
    EXPECT_EQ(taken, kChunks.size());
  }
}

TEST(ChunkScanner, RefusesWhatIsNoChunk) {
  for (const char* bad : {"x\r\n", "\r\n", "5\n", "5\r\nhelloX", "-1\r\n", "5 5\nx",
                          "11111111111111111\r\n", "0\r\nT\n"}) {
    EXPECT_FALSE(ChunkScanner().Scan(bad).ok()) << bad;
  }
  const std::string long_extension = "1;" + std::string(20'000, 'a');
  EXPECT_FALSE(ChunkScanner().Scan(long_extension).ok());
}

TEST(Body, OfKnownLengthTakesThatMuch) {
  MessageHead head;
  head.has_length = true;
  head.length = 5;
  Body body = Body::OfRequest(head);
  EXPECT_EQ(*body.Take("abc"), 3u);
  EXPECT_FALSE(body.EndOfStream()) << "it is cut off";
  EXPECT_EQ(*body.Take("defg"), 2u);
  EXPECT_TRUE(body.done());
  EXPECT_EQ(*body.Take("more"), 0u);
}

TEST(Body, OfAnswersDependsOnStatusAndMethod) {
  MessageHead head;
  head.has_length = true;
  head.length = 5;
  head.status = 200;
  EXPECT_FALSE(Body::OfAnswer(head, false).done());
  EXPECT_TRUE(Body::OfAnswer(head, true).done()) << "HEAD";
  head.status = 304;
  EXPECT_TRUE(Body::OfAnswer(head, false).done());
  head.status = 200;
  head.has_length = false;
  head.length = 0;
  Body until_close = Body::OfAnswer(head, false);
  EXPECT_EQ(*until_close.Take("whatever"), 8u);
  EXPECT_FALSE(until_close.done());
  EXPECT_TRUE(until_close.EndOfStream());
}

}  // namespace
}  // namespace bellrock::routing::proxy
