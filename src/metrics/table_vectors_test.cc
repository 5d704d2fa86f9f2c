// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/session_table.h"
#include "metrics/table_builder.h"
#include "metrics/table_columns.h"

// tests/vectors/card_tables.json, which docs/spec/card.md points writers of other languages to.
namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

nlohmann::json Vectors() {
  std::ifstream file(std::string(BELLROCK_VECTORS) + "/card_tables.json");
  return nlohmann::json::parse(file);
}

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string ToHex(const std::string& bytes) {
  std::string hex;
  for (const unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

void AddRows(const nlohmann::json& rows, TableBuilder& builder) {
  for (const nlohmann::json& row : rows) {
    const std::vector<std::string> values = row["key"];
    const std::vector<std::string_view> key(values.begin(), values.end());
    std::vector<Card::Bucket> buckets;
    for (const nlohmann::json& bucket : row["buckets"]) buckets.push_back({bucket[0], bucket[1]});
    builder.Add(key, row["second"], buckets);
  }
}

CardTable TableOf(const nlohmann::json& json) {
  std::vector<Dimension> dimensions;
  for (const std::string name : json["dimensions"]) {
    dimensions.push_back(DimensionFromName(name).value());
  }
  TableBuilder builder(dimensions);
  for (const std::string name : json["names"]) builder.Name(name);
  AddRows(json["rows"], builder);
  return builder.Take();
}

CardTable SessionTableOf(const nlohmann::json& rows) {
  TableBuilder builder({Dimension::kCallee, Dimension::kMethod, Dimension::kResult});
  AddRows(rows, builder);
  return builder.Take();
}

TEST(TableVectors, AreReadAsTheySay) {
  NameSession session;
  for (const nlohmann::json& vector : Vectors()["tables"]) {
    SCOPED_TRACE(std::string(vector["name"]));
    NameSession none;
    NameSession& known = vector["session"] ? session : none;
    const CardTable table = TableOf(vector["table"]);
    EXPECT_EQ(ReadColumns(FromHex(vector["columns"]), &known, {}).value(), table);
    EXPECT_EQ(DecodeTable(FromHex(vector["file"]), known).value(), table);  // it comes again
  }
}

TEST(TableVectors, AreWrittenAsTheySay) {
  NameSession session;
  for (const nlohmann::json& vector : Vectors()["tables"]) {
    SCOPED_TRACE(std::string(vector["name"]));
    NameSession none;
    NameSession& known = vector["session"] ? session : none;
    // Packed bytes depend on the version of zstd, the columns do not.
    EXPECT_EQ(ToHex(WriteColumns(TableOf(vector["table"]), &known)), vector["columns"]);
  }
}

TEST(TableVectors, OfVersion2AreReadAndWrittenAsTheySay) {
  SessionReader reader;
  SessionWriter writer;
  for (const nlohmann::json& vector : Vectors()["version_2"]) {
    SCOPED_TRACE(std::string(vector["name"]));
    const CardTable table = SessionTableOf(vector["rows"]);
    EXPECT_EQ(reader.Decode(FromHex(vector["bytes"])).value(), table);
    const std::string written = ToHex(writer.Encode(table).value());
    // New keys are packed, which depends on the version of zstd.
    if (vector["new_keys"] == "") {
      EXPECT_EQ(written, vector["bytes"]);
    }
    EXPECT_EQ(reader.keys(), writer.keys());
  }
}

TEST(TableVectors, WhatIsToBeRefusedIsRefusedForThatReason) {
  for (const nlohmann::json& vector : Vectors()["refused"]) {
    SCOPED_TRACE(std::string(vector["name"]));
    const Status status = ReadColumns(FromHex(vector["columns"]), nullptr, {}).status();
    EXPECT_EQ(StatusCodeName(status.code()), std::string(vector["code"]));
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(vector["why"])));
  }
}

}  // namespace
}  // namespace bellrock::metrics
