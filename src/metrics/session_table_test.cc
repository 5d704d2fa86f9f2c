// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/session_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "metrics/table_builder.h"

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kFull = std::numeric_limits<uint32_t>::max();

using Row =
    std::tuple<std::vector<std::string>, int64_t, std::vector<std::pair<uint32_t, uint32_t>>>;

// What a table says, in an order that is its own.
std::vector<Row> RowsOf(const CardTable& table) {
  std::vector<Row> rows;
  for (size_t row = 0; row < table.rows(); ++row) {
    auto& [key, second, card] = rows.emplace_back();
    for (size_t i = 0; i < table.dimensions.size(); ++i) key.push_back(table.name(i, row));
    second = table.seconds[row];
    for (const Card::Bucket& bucket : table.card(row)) {
      card.emplace_back(bucket.latency_us, bucket.count);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
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
    const auto second = static_cast<int64_t>(random() % 3 == 0 ? random() : random() % 3);
    builder.Add(key, second, card.buckets());
  }
  return builder.Take();
}

CardTable TableOf(const std::string& callee, std::vector<Card::Bucket> buckets) {
  TableBuilder builder({Dimension::kCallee, Dimension::kResult});
  const std::string_view key[] = {callee, "OK"};
  builder.Add(key, 1'700'000'000, buckets);
  return builder.Take();
}

std::string ErrorOf(const Result<CardTable>& result) {
  EXPECT_EQ(result.status().code(), StatusCode::kInvalidArgument) << result.status().ToString();
  return std::string(result.status().message());
}

TEST(SessionTable, RowsSurviveHoweverManyTablesWentBefore) {
  SessionWriter writer;
  SessionReader reader;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const CardTable table = RandomTable(seed, seed == 0 ? 0 : seed * 37 % 100);
    const std::string bytes = writer.Encode(table).value();
    EXPECT_TRUE(IsSessionTable(bytes));
    const CardTable read = reader.Decode(bytes).value();
    EXPECT_EQ(RowsOf(read), RowsOf(table)) << seed;
    EXPECT_EQ(read.dimensions, table.dimensions);
    EXPECT_EQ(reader.keys(), writer.keys());
  }
}

TEST(SessionTable, CardsOfAnyKindSurvive) {
  SessionWriter writer;
  SessionReader reader;
  for (const std::vector<Card::Bucket>& buckets : std::vector<std::vector<Card::Bucket>>{
           {}, {{0, 1}}, {{kFull, 1}}, {{0, kFull}, {0, kFull}, {0, 3}, {kFull, kFull}}}) {
    const CardTable table = TableOf("a/b", buckets);
    EXPECT_EQ(reader.Decode(writer.Encode(table).value()).value(), table);
  }
}

TEST(SessionTable, AKeyMayBeThereTwiceInASecond) {
  TableBuilder builder({Dimension::kCallee});
  const std::string_view key[] = {"a/b"};
  for (const Card::Bucket bucket : {Card::Bucket{7, 1}, Card::Bucket{5, 2}}) {
    builder.Add(key, 9, {&bucket, 1});
  }
  const CardTable table = builder.Take();
  SessionWriter writer;
  SessionReader reader;
  EXPECT_EQ(reader.Decode(writer.Encode(table).value()).value(), table);
}

// 250 calls of 2 ms under about 120 of 200 keys: most of it are the latencies' own bits.
TEST(SessionTable, KnownKeysTakeLittleRoom) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> latency(std::log(2000), 0.6);
  SessionWriter writer;
  size_t bytes = 0;
  for (int time = 0; time < 20; ++time) {
    std::vector<std::vector<uint32_t>> calls(200);
    for (int i = 0; i < 250; ++i) {
      calls[std::min(random() % 200, random() % 200)].push_back(
          static_cast<uint32_t>(latency(random)));
    }
    TableBuilder builder({Dimension::kMethod});
    for (size_t method = 0; method < calls.size(); ++method) {
      if (calls[method].empty() && time > 0) continue;
      const std::string name = fmt::format("music.v1.Catalog/Method{}", method);
      const std::string_view key[] = {name};
      builder.Add(key, 1'700'000'000 + time, Card::FromLatencies(calls[method]).buckets());
    }
    const std::string table = writer.Encode(builder.Take()).value();
    if (time > 0) bytes += table.size();
  }
  EXPECT_LT(static_cast<double>(bytes) / (19 * 250), 1.85);
}

TEST(SessionTable, OneThatComesAgainOrLateIsReadAsBefore) {
  SessionWriter writer;
  SessionReader reader;
  std::vector<std::pair<std::string, CardTable>> sent;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const CardTable table = RandomTable(seed, 30 * seed);
    sent.emplace_back(writer.Encode(table).value(), table);
  }
  for (const size_t i : {0, 0, 1, 2, 1, 0, 3, 2}) {
    EXPECT_EQ(RowsOf(reader.Decode(sent[i].first).value()), RowsOf(sent[i].second)) << i;
  }
  EXPECT_EQ(reader.keys(), writer.keys());
}

TEST(SessionTable, AMissingTableIsToldFromABadOne) {
  SessionWriter writer, other_writer;
  SessionReader reader, other;
  (void)writer.Encode(TableOf("a/b", {{1, 1}}));
  const std::string second = writer.Encode(TableOf("a/c", {{1, 1}})).value();
  const Status status = reader.Decode(second).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("counts on 1 keys sent before, 0 are known; begin a new session"));
  EXPECT_EQ(reader.keys(), 0u);
  EXPECT_EQ(DecodeTable(second).status().code(), StatusCode::kInvalidArgument);
  // Another sender's, under the same number of the session.
  ASSERT_TRUE(other.Decode(other_writer.Encode(RandomTable(1, 5)).value()).ok());
  EXPECT_THAT(ErrorOf(other.Decode(second)), HasSubstr("begin a new session"));
}

// Their names do agree.
TEST(SessionTable, KeysThatDoNotAgreeWithThoseBeforeAreRefused) {
  const auto of = [](const char* callee, const char* result) {
    TableBuilder builder({Dimension::kCallee, Dimension::kResult});
    const std::string_view first[] = {"a/b", "OK"}, second[] = {callee, result};
    builder.Add(first, 1, {});
    builder.Add(second, 1, {});
    return SessionWriter().Encode(builder.Take()).value();
  };
  SessionReader reader;
  ASSERT_TRUE(reader.Decode(of("OK", "a/b")).ok());
  EXPECT_THAT(ErrorOf(reader.Decode(of("OK", "OK"))), HasSubstr("new keys do not agree"));
  EXPECT_EQ(reader.keys(), 2u);
}

TEST(SessionTable, KeysOfOtherDimensionsThanThoseBeforeAreRefused) {
  const auto of = [](Dimension second) {
    TableBuilder builder({Dimension::kCallee, second});
    const std::string_view key[] = {"a/b", "OK"};
    builder.Add(key, 1, {});
    return SessionWriter().Encode(builder.Take()).value();
  };
  SessionReader reader;
  ASSERT_TRUE(reader.Decode(of(Dimension::kResult)).ok());
  EXPECT_THAT(ErrorOf(reader.Decode(of(Dimension::kSide))), HasSubstr("other dimensions"));
}

TEST(SessionTable, BucketsThatAreNoCardAreRefused) {
  for (const std::vector<Card::Bucket>& buckets :
       std::vector<std::vector<Card::Bucket>>{{{5, 1}, {5, 2}}, {{5, 1}, {4, 1}}, {{5, 0}}}) {
    const std::string bytes = SessionWriter().Encode(TableOf("a/b", buckets)).value();
    EXPECT_THAT(ErrorOf(SessionReader().Decode(bytes)), HasSubstr("row 0 has"));
  }
}

TEST(SessionTable, EveryCutAndEveryFlippedBitIsRefused) {
  SessionWriter writer;
  SessionReader reader;
  ASSERT_TRUE(reader.Decode(writer.Encode(RandomTable(3, 40)).value()).ok());
  const std::string bytes = writer.Encode(RandomTable(4, 40)).value();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(reader.Decode(bytes.substr(0, size)).ok()) << size;
  }
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(reader.Decode(damaged).ok()) << bit;
  }
  EXPECT_FALSE(reader.Decode(bytes + "x").ok());
  EXPECT_TRUE(reader.Decode(bytes).ok());
}

TEST(SessionTable, BoundsAreNamed) {
  const CardTable table = RandomTable(5, 100);
  const std::string bytes = SessionWriter().Encode(table).value();
  TableBounds bounds;
  bounds.rows_max = 99;
  EXPECT_THAT(ErrorOf(SessionReader().Decode(bytes, bounds)), HasSubstr("at most"));
  bounds = {};
  bounds.names_max = 3;
  EXPECT_THAT(ErrorOf(SessionReader().Decode(bytes, bounds)), HasSubstr("split the table"));
  bounds = {};
  bounds.name_bytes_max = 4;
  EXPECT_THAT(ErrorOf(SessionReader().Decode(bytes, bounds)), HasSubstr("shorten the name"));
  bounds = {};
  bounds.buckets_max = table.buckets.size() - 1;
  EXPECT_THAT(ErrorOf(SessionReader().Decode(bytes, bounds)), HasSubstr("split the table"));
  bounds.buckets_max = table.buckets.size();
  EXPECT_TRUE(SessionReader().Decode(bytes, bounds).ok());
}

TEST(SessionTable, ASessionWithoutRoomEncodesNothing) {
  SessionWriter writer;
  SessionReader reader;
  const auto of = [](size_t begin, size_t count) {
    TableBuilder builder({Dimension::kCallee});
    for (size_t i = begin; i < begin + count; ++i) {
      const std::string name = std::to_string(i);
      const std::string_view key[] = {name};
      builder.Add(key, 1, {});
    }
    return builder.Take();
  };
  const CardTable most = of(0, kSessionNamesMax);
  EXPECT_EQ(reader.Decode(writer.Encode(most).value())->rows(), most.rows());
  EXPECT_TRUE(reader.Decode(writer.Encode(of(5, 7)).value()).ok());
  EXPECT_FALSE(writer.Encode(of(kSessionNamesMax, 1)).has_value());
  EXPECT_FALSE(SessionWriter().Encode(of(0, kSessionNamesMax + 1)).has_value());
  EXPECT_TRUE(writer.Encode(of(0, 9)).has_value()) << "the session is as it was";
}

}  // namespace
}  // namespace bellrock::metrics
