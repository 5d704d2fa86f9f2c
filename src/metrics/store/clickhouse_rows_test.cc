// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/clickhouse_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "metrics/store/clickhouse_client.h"
#include "metrics/store/store_house_for_test.h"

namespace bellrock::metrics::store {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string& OneBlock() {
  static const std::string bytes = EncodeTable(BlockOf(MinutesOf("a"), 60, {{"OK", 1}}).table);
  return bytes;
}

ClickhouseRow RowOf(const Contribution& contribution, uint32_t chunk, uint32_t chunks,
                    uint64_t version) {
  return {60, ClickhouseKind::kContribution, contribution, chunk, chunks, version, {}, OneBlock()};
}

TEST(RowBinary, ValuesAreReadAsTheyWereWritten) {
  RowWriter writer;
  const std::string text(300, 'x');
  writer.Number(uint8_t{255}).Number(int64_t{-2}).Text("").Text(text).Number(uint32_t{7});
  const std::string bytes = writer.Take();
  RowReader reader(bytes);
  EXPECT_EQ(reader.Number<uint8_t>(), 255);
  EXPECT_EQ(reader.Number<int64_t>(), -2);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_EQ(reader.Text(), text);
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.Number<uint32_t>(), 7u);
  EXPECT_TRUE(reader.done());
  EXPECT_TRUE(reader.status().ok());
}

TEST(RowBinary, BytesThatAreCutOffAreAnError) {
  for (const std::string& bytes : {std::string("\x05"
                                               "abcd"),
                                   std::string(12, '\xFF')}) {
    RowReader reader(bytes);
    EXPECT_EQ(reader.Text(), "");
    EXPECT_TRUE(reader.done());
    EXPECT_EQ(reader.status().code(), StatusCode::kDataLoss);
  }
}

TEST(ClickhouseRows, WhatIsInTheMergedBlockIsLeftOutHoweverNewItIs) {
  ContributionSet in_merged;
  in_merged.Insert({1, 1});
  in_merged.Insert({2, 1});
  const std::string list = in_merged.Encode();
  ClickhouseRow merged = RowOf({}, 0, 1, 2);
  merged.kind = ClickhouseKind::kMerged;
  merged.in_merged = list;
  const std::vector<ClickhouseRow> rows = {merged, RowOf({1, 1}, 0, 1, 1ull << 60),
                                           RowOf({2, 1}, 0, 0, kMergedAway),
                                           RowOf({3, 1}, 0, 1, 1)};
  const auto windows = WindowsOf(rows).value();
  ASSERT_THAT(windows, SizeIs(1));
  EXPECT_TRUE(windows[0].has_merged);
  ASSERT_THAT(windows[0].contributions, SizeIs(1));
  EXPECT_EQ(windows[0].contributions[0].contribution, (Contribution{3, 1}));
}

TEST(ClickhouseRows, ABlockIsWholeOrAnError) {
  const auto code = [](const std::vector<ClickhouseRow>& rows) {
    return WindowsOf(rows).status().code();
  };
  EXPECT_EQ(code({RowOf({1, 1}, 0, 2, 5)}), StatusCode::kDataLoss);
  EXPECT_EQ(code({RowOf({1, 1}, 1, 2, 5)}), StatusCode::kDataLoss);
  EXPECT_EQ(code({RowOf({1, 1}, 0, 2, 5), RowOf({1, 1}, 1, 2, 4)}), StatusCode::kUnavailable);
  // A longer one left its end behind.
  EXPECT_EQ(code({RowOf({1, 1}, 0, 1, 5), RowOf({1, 1}, 1, 2, 4)}), StatusCode::kOk);
}

TEST(ClickhouseSql, TextsStayTexts) {
  EXPECT_EQ(QuoteText("it's \\ ok"), "'it\\'s \\\\ ok'");
  EXPECT_EQ(QuoteText(std::string("\0", 1)), "'\\0'");
}

TEST(ClickhouseError, TheCodeSaysWhatToDo) {
  const auto error = [](int status, const std::string& text) {
    return ClickhouseError(status, text);
  };
  const Status full = error(500, "Code: 243. DB::Exception: Cannot reserve 1 MiB\nstack");
  EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(full.message()), HasSubstr("Cannot reserve 1 MiB; its disk is full"));
  EXPECT_EQ(error(500, "Code: 252, e.displayText() = ...").code(), StatusCode::kUnavailable);
  EXPECT_EQ(error(500, "Code: 62, Syntax error").code(), StatusCode::kInternal);
  const Status other = error(404, "nginx");
  EXPECT_EQ(other.code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(other.message()), HasSubstr("HTTP status 404: nginx; is this"));
}

}  // namespace
}  // namespace bellrock::metrics::store
