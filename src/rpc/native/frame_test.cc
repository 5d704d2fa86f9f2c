// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "bellrock/rpc/v1/wire.pb.h"
#include "rpc/byte_buffer.h"
#include "rpc/native/frame_writer.h"
#include "rpc/server/sniff.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kMax = 1 << 20;

std::string Encoded(FrameHeader header, const std::string& meta, const std::string& body) {
  header.length = static_cast<uint32_t>(meta.size() + body.size());
  header.meta_length = static_cast<uint16_t>(meta.size());
  std::string bytes(kFrameHeaderBytes, '\0');
  EncodeHeader(header, bytes.data());
  return bytes + meta + body;
}

TEST(Frame, RoundTripsEveryField) {
  const std::string bytes =
      Encoded({.type = FrameType::kStreamItem, .flags = kFlagStream, .call_id = 0x0102030405060708},
              "meta", "the body");
  Frame frame;
  Status error;
  ASSERT_EQ(ParseFrame(bytes, kMax, &frame, &error), ParseState::kFrame);
  EXPECT_EQ(frame.header.type, FrameType::kStreamItem);
  EXPECT_EQ(frame.header.flags, kFlagStream);
  EXPECT_EQ(frame.header.call_id, 0x0102030405060708U);
  EXPECT_EQ(frame.meta, "meta");
  EXPECT_EQ(frame.body, "the body");
  EXPECT_EQ(frame.size(), bytes.size());
}

TEST(Frame, HeaderLayoutIsLittleEndianAsTheSpecSays) {
  const std::string bytes =
      Encoded({.type = FrameType::kCall, .flags = 1, .call_id = 0x11}, "ab", "c");
  EXPECT_EQ(bytes, std::string("\x03\0\0\0\x01\x01\x02\0\x11\0\0\0\0\0\0\0abc", 19));
}

TEST(Frame, EveryTruncationNeedsMore) {
  const std::string bytes = Encoded({.type = FrameType::kCall, .call_id = 7}, "meta", "body");
  for (size_t size = 0; size < bytes.size(); ++size) {
    Frame frame;
    Status error;
    EXPECT_EQ(ParseFrame(bytes.substr(0, size), kMax, &frame, &error), ParseState::kNeedMore)
        << size;
  }
}

TEST(Frame, OversizeIsRefusedFromTheHeaderAlone) {
  std::string bytes(kFrameHeaderBytes, '\0');
  EncodeHeader({.length = kMax + 1, .type = FrameType::kCall}, bytes.data());
  Frame frame;
  Status error;
  EXPECT_EQ(ParseFrame(bytes, kMax, &frame, &error), ParseState::kBad);
  EXPECT_EQ(error.code(), StatusCode::kResourceExhausted);
}

TEST(Frame, MetaLongerThanTheFrameIsRefused) {
  std::string bytes(kFrameHeaderBytes + 4, '\0');
  EncodeHeader({.length = 4, .type = FrameType::kCall, .meta_length = 5}, bytes.data());
  Frame frame;
  Status error;
  EXPECT_EQ(ParseFrame(bytes, kMax, &frame, &error), ParseState::kBad);
  EXPECT_EQ(error.code(), StatusCode::kDataLoss);
}

TEST(Frame, UnknownTypesAndFlagsPassUnlessCritical) {
  const auto parse = [](uint8_t type, uint8_t flags) {
    Frame frame;
    Status error;
    return ParseFrame(Encoded({.type = static_cast<FrameType>(type), .flags = flags}, "", ""), kMax,
                      &frame, &error);
  };
  EXPECT_EQ(parse(77, 0), ParseState::kFrame);
  EXPECT_EQ(parse(1, 0x40), ParseState::kFrame);
  EXPECT_EQ(parse(77, kFlagCritical), ParseState::kBad);
  EXPECT_EQ(parse(1, 0x40 | kFlagCritical), ParseState::kBad);
  EXPECT_EQ(parse(1, kFlagStream | kFlagCritical), ParseState::kFrame);
}

TEST(Frame, GarbageNeverReadsBeyondItsBytes) {
  std::mt19937_64 random(20261121);  // NOLINT: the same garbage each run
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (bytes.size() > 3 && random() % 2 == 0) bytes[1] = bytes[2] = bytes[3] = 0;
    Frame frame;
    Status error;
    if (ParseFrame(bytes, kMax, &frame, &error) != ParseState::kFrame) continue;
    ASSERT_LE(frame.size(), bytes.size());
    ASSERT_EQ(frame.meta.size() + frame.body.size(), frame.header.length);
  }
}

TEST(FrameWriter, WritesWhatTheParserReadsAndRefusesOversize) {
  v1::CallMeta meta;
  meta.set_service("music.v1.Catalog");
  ByteBuffer out;
  ASSERT_TRUE(AppendFrame(out, {.type = FrameType::kCall, .call_id = 9, .meta = &meta}, kMax).ok());
  Frame frame;
  Status error;
  ASSERT_EQ(ParseFrame(out.view(), kMax, &frame, &error), ParseState::kFrame);
  v1::CallMeta read;
  ASSERT_TRUE(ParseMessage(frame.meta, "meta", read).ok());
  EXPECT_EQ(read.service(), "music.v1.Catalog");

  const size_t before = out.size();
  EXPECT_EQ(AppendFrame(out, {.meta = &meta}, 3).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(out.size(), before);
}

TEST(ByteBuffer, KeepsOrderThroughGrowthAndGivesMemoryBack) {
  ByteBuffer buffer;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece = std::to_string(i) + std::string(static_cast<size_t>(i % 97), '.');
    buffer.Append(piece);
    expected += piece;
    if (i % 3 != 0) continue;
    const size_t taken = std::min<size_t>(buffer.size(), 50);
    ASSERT_EQ(buffer.view().substr(0, taken), expected.substr(0, taken));
    buffer.Consume(taken);
    expected.erase(0, taken);
  }
  EXPECT_EQ(buffer.view(), expected);
  buffer.Consume(buffer.size());
  EXPECT_LE(buffer.capacity(), ByteBuffer::kKeptBytesMax);
}

TEST(Sniff, TellsProtocolsByTheirFirstBytes) {
  EXPECT_EQ(Sniff("BELLRK1\n"), Protocol::kNative);
  EXPECT_EQ(Sniff("BELL"), Protocol::kNeedMore);
  EXPECT_EQ(Sniff("BELLRK2\n"), Protocol::kUnknown);
  EXPECT_EQ(Sniff("GET / HTTP/1.1\r\n"), Protocol::kHttp1);
  EXPECT_EQ(Sniff("P"), Protocol::kNeedMore);
  EXPECT_EQ(Sniff("OPTIONS * "), Protocol::kHttp1);
  EXPECT_EQ(Sniff("\x16"), Protocol::kTls);
  EXPECT_EQ(Sniff("\x16\x03\x01"), Protocol::kTls);
  EXPECT_EQ(Sniff("PRI * HTTP/2.0"), Protocol::kNeedMore);
  EXPECT_EQ(Sniff("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Protocol::kHttp2);
  EXPECT_EQ(Sniff("PRI * HTTP/3.0\r\n\r\n"), Protocol::kUnknown);
}

}  // namespace
}  // namespace bellrock::rpc
