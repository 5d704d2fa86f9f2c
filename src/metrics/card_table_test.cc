// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/card_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <zstd.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "metrics/bounds.h"
#include "metrics/columns.h"
#include "metrics/table_builder.h"
#include "metrics/table_columns.h"

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kFull = std::numeric_limits<uint32_t>::max();

std::string ErrorOf(const Result<CardTable>& result) {
  EXPECT_EQ(result.status().code(), StatusCode::kInvalidArgument) << result.status().ToString();
  return std::string(result.status().message());
}

CardTable RandomTable(uint64_t seed, size_t rows) {
  std::mt19937_64 random(seed);
  TableBuilder builder({Dimension::kCallee, Dimension::kCallerHost, Dimension::kSide});
  for (size_t row = 0; row < rows; ++row) {
    std::vector<uint32_t> latencies(random() % 20);
    for (uint32_t& latency : latencies) latency = static_cast<uint32_t>(random() >> random() % 64);
    const Card card = Card::FromLatencies(latencies);
    const std::string callee = fmt::format("music/{}", random() % 5);
    const std::string host = fmt::format("host-{}", random() % 50);
    const std::string_view key[] = {callee, host, random() % 2 == 0 ? "" : "caller"};
    builder.Add(key, static_cast<int64_t>(random()), card.buckets());
  }
  return builder.Take();
}

CardTable SmallTable() {
  TableBuilder builder({Dimension::kCallee, Dimension::kResult});
  const std::string_view key[] = {"music/catalog", "OK"};
  const Card::Bucket buckets[] = {{5, kFull}, {5, 3}, {9, 1}};
  builder.Add(key, 1'700'000'000, buckets);
  return builder.Take();
}

std::string Framed(std::string_view plain) {
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 1));
  return std::string("BCT\x01", 4) + packed;
}

// Numbers as varints, one after another.
std::string Plain(const std::vector<uint64_t>& numbers) {
  ColumnWriter to;
  to.Column(numbers.size(), [&](size_t i) { return numbers[i]; });
  return to.Take();
}

TEST(CardTable, SurvivesTheWireUnchanged) {
  for (const size_t rows : {0, 1, 2, 100, 5000}) {
    const CardTable table = RandomTable(rows, rows);
    EXPECT_EQ(DecodeTable(EncodeTable(table)).value(), table) << rows;
  }
  EXPECT_EQ(DecodeTable(EncodeTable(SmallTable())).value(), SmallTable());
  EXPECT_EQ(DecodeTable(EncodeTable(CardTable())).value(), CardTable());
}

TEST(CardTable, WhatIsNoTableIsSaidToBeNone) {
  EXPECT_THAT(ErrorOf(DecodeTable("")), HasSubstr("does not begin with \"BCT\" and version 1"));
  EXPECT_THAT(ErrorOf(DecodeTable("BCT\x02----")), HasSubstr("does not begin"));
  EXPECT_THAT(ErrorOf(DecodeTable(std::string("BCT\x01 abc", 8))), HasSubstr("no zstd frame"));
}

TEST(CardTable, EveryCutAndEveryFlippedBitIsRefused) {
  const std::string bytes = EncodeTable(RandomTable(3, 40));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeTable(bytes.substr(0, size)).ok()) << size;
  }
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    const Result<CardTable> table = DecodeTable(damaged);
    // A header has bits without a meaning for the content, as that of the frame's window.
    if (table.ok()) {
      EXPECT_EQ(EncodeTable(*table), bytes) << bit;
    }
  }
  EXPECT_FALSE(DecodeTable(bytes + "x").ok());
  EXPECT_FALSE(DecodeTable(bytes + bytes.substr(4)).ok());
}

TEST(CardTable, ABombIsRefusedBeforeItGoesOff) {
  const std::string bomb = Framed(std::string(100 << 20, '\0'));
  EXPECT_LT(bomb.size(), 20'000u);
  TableBounds bounds;
  bounds.plain_bytes_max = (100 << 20) - 1;
  EXPECT_THAT(ErrorOf(DecodeTable(bomb, bounds)),
              HasSubstr("unpacks to 104857600 bytes, at most 104857599; split it"));
  // A frame whose header tells more than its blocks could ever hold.
  std::string liar = Framed("").substr(0, 8) + std::string("\xa0\x00\x00\x00\x08\x01\x00\x00", 8);
  EXPECT_THAT(ErrorOf(DecodeTable(liar)), HasSubstr("which it cannot"));
}

TEST(CardTable, BoundsAreNamed) {
  const CardTable table = RandomTable(5, 100);
  const std::string bytes = EncodeTable(table);
  TableBounds bounds;
  bounds.rows_max = 99;
  EXPECT_THAT(ErrorOf(DecodeTable(bytes, bounds)), HasSubstr("rows is 100, at most 99"));
  bounds = {};
  bounds.names_max = 3;
  EXPECT_THAT(ErrorOf(DecodeTable(bytes, bounds)), HasSubstr("at most 3; split the table"));
  bounds = {};
  bounds.name_bytes_max = 4;
  EXPECT_THAT(ErrorOf(DecodeTable(bytes, bounds)), HasSubstr("too many bytes; shorten the name"));
  bounds = {};
  bounds.buckets_max = table.buckets.size() - 1;
  EXPECT_THAT(ErrorOf(DecodeTable(bytes, bounds)), HasSubstr("than a table may have"));
  bounds.buckets_max = table.buckets.size();
  EXPECT_TRUE(DecodeTable(bytes, bounds).ok());
}

TEST(CardTable, NumbersThatAskForMoreRoomThanTheirBytesAreRefused) {
  const auto error = [](const std::vector<uint64_t>& numbers) {
    return ErrorOf(ReadColumns(Plain(numbers), nullptr, {}));
  };
  EXPECT_THAT(error({0, 1000}), HasSubstr("names is 1000, at most 2"));
  EXPECT_THAT(error({0, 0, 0, 1000, 0, 0}), HasSubstr("rows is 1000, at most 2"));
  EXPECT_THAT(error({0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0}), HasSubstr("sizes are 3 buckets, and 5"));
  EXPECT_THAT(error({0, 0, 0, 1, 0, kFull}), HasSubstr("more buckets than follow"));
  EXPECT_THAT(error({0, 0, 0, 2, 0, 0, ~uint64_t{0}, 2}), HasSubstr("sizes[0]"));
}

TEST(Session, NamesTheReceiverHasAreLeftOut) {
  NameSession sender, receiver;
  const CardTable first = RandomTable(1, 200), second = RandomTable(2, 300);
  const std::string whole = EncodeTable(first, sender);
  EXPECT_EQ(whole, EncodeTable(first));
  const std::string rest = EncodeTable(second, sender);
  EXPECT_LT(WriteColumns(second, &sender).size() + 300, WriteColumns(second, nullptr).size());
  EXPECT_EQ(DecodeTable(whole, receiver).value(), first);
  EXPECT_EQ(DecodeTable(rest, receiver).value(), second);
  EXPECT_EQ(receiver.size(), sender.size());
}

TEST(Session, ATableThatComesAgainChangesNothing) {
  NameSession sender, receiver;
  const std::string first = EncodeTable(RandomTable(1, 10), sender);
  const std::string second = EncodeTable(RandomTable(2, 50), sender);
  for (const std::string& bytes : {first, first, second, first, second}) {
    EXPECT_TRUE(DecodeTable(bytes, receiver).ok());
  }
  EXPECT_EQ(receiver.size(), sender.size());
}

TEST(Session, AMissingTableIsToldFromABadOne) {
  NameSession sender, receiver, other;
  (void)EncodeTable(SmallTable(), sender);
  const std::string second = EncodeTable(RandomTable(2, 50), sender);
  const Status status = DecodeTable(second, receiver).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("counts on 2 names sent before, 0 are known; begin a new session"));
  EXPECT_EQ(DecodeTable(second).status().code(), StatusCode::kFailedPrecondition);
  for (const char* name : {"a", "b", "c"}) other.Add(name);
  EXPECT_THAT(ErrorOf(DecodeTable(second, other)), HasSubstr("begin a new session"));
  EXPECT_EQ(other.size(), 3u);
}

TEST(Session, WhenFullNewNamesAreSentEachTime) {
  NameSession sender, receiver;
  for (size_t i = 0; i + 1 < kSessionNamesMax; ++i) {
    sender.Add(std::to_string(i));
    receiver.Add(std::to_string(i));
  }
  for (int time = 0; time < 2; ++time) {
    const CardTable table = RandomTable(7, 20);
    EXPECT_EQ(DecodeTable(EncodeTable(table, sender), receiver).value(), table);
    EXPECT_TRUE(sender.full());
  }
}

}  // namespace
}  // namespace bellrock::metrics
