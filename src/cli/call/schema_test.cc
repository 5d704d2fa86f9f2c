// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/schema.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

using google::protobuf::FileDescriptorProto;
using ::testing::HasSubstr;

FileDescriptorProto FileOf(const char* text) {
  FileDescriptorProto file;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &file));
  return file;
}

FileDescriptorProto ShopFile() {
  return FileOf(R"(
    name: "shop.proto" package: "shop.v1" syntax: "proto3"
    dependency: "google/protobuf/timestamp.proto"
    message_type { name: "Ask"
      field { name: "id" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
      field { name: "tags" number: 2 type: TYPE_STRING label: LABEL_REPEATED }
      field { name: "since" number: 3 type: TYPE_MESSAGE label: LABEL_OPTIONAL
              type_name: ".google.protobuf.Timestamp" } }
    service { name: "Price"
      method { name: "Get" input_type: ".shop.v1.Ask" output_type: ".shop.v1.Ask" }
      method { name: "Watch" input_type: ".shop.v1.Ask" output_type: ".shop.v1.Ask"
               server_streaming: true } }
    service { name: "Stock"
      method { name: "Get" input_type: ".shop.v1.Ask" output_type: ".shop.v1.Ask" } })");
}

FileDescriptorProto HealthFile() {
  return FileOf(R"(
    name: "health.proto" package: "grpc.health.v1" syntax: "proto3"
    message_type { name: "Ask" }
    service { name: "Health"
      method { name: "Check" input_type: ".grpc.health.v1.Ask"
               output_type: ".grpc.health.v1.Ask" }
      method { name: "Watch" input_type: ".grpc.health.v1.Ask"
               output_type: ".grpc.health.v1.Ask" } })");
}

std::unique_ptr<Schema> Shop() {
  auto schema = Schema::Make({"shop.v1.Price", "shop.v1.Stock", "grpc.health.v1.Health"},
                             {HealthFile(), ShopFile()});
  EXPECT_TRUE(schema.ok()) << schema.status().ToString();
  return std::move(*schema);
}

void ExpectNotFound(const Schema& schema, const char* method, const char* what) {
  const auto found = schema.Find(method);
  ASSERT_FALSE(found.ok()) << method;
  EXPECT_EQ(found.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(found.status().message()), HasSubstr(what));
}

TEST(Schema, AMethodIsFoundByItsPath) {
  const auto schema = Shop();
  EXPECT_EQ((*schema->Find("shop.v1.Stock/Get"))->full_name(), "shop.v1.Stock.Get");
  EXPECT_EQ((*schema->Find("/shop.v1.Price/Get"))->full_name(), "shop.v1.Price.Get");
}

TEST(Schema, ANameAloneIsEnoughIfOneServiceHasIt) {
  const auto schema = Shop();
  EXPECT_EQ((*schema->Find("Check"))->full_name(), "grpc.health.v1.Health.Check");
  // What every server serves does not make a name ambiguous.
  EXPECT_EQ((*schema->Find("Watch"))->full_name(), "shop.v1.Price.Watch");
  const auto ambiguous = schema->Find("Get");
  EXPECT_EQ(ambiguous.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(ambiguous.status().message()),
              HasSubstr("shop.v1.Price/Get, shop.v1.Stock/Get"));
}

TEST(Schema, WhatIsMissingIsAnsweredWithWhatThereIs) {
  const auto schema = Shop();
  ExpectNotFound(*schema, "Put", "shop.v1.Price/Watch");
  ExpectNotFound(*schema, "shop.v1.Price/Put", "it has: Get, Watch");
  ExpectNotFound(*schema, "shop.v2.Price/Get", "shop.v1.Price, shop.v1.Stock");
}

TEST(Schema, MessagesTakeAndGiveJsonWithTypesOfMissingImports) {
  const auto schema = Shop();
  const auto message = schema->NewMessage(*(*schema->Find("Watch"))->input_type());
  const Status parsed = rpc::JsonToMessage(R"({"id":7,"since":"2026-01-02T03:04:05Z"})", *message);
  ASSERT_TRUE(parsed.ok()) << parsed.ToString();
  EXPECT_EQ(*rpc::MessageToJson(*message), R"({"id":7,"tags":[],"since":"2026-01-02T03:04:05Z"})");
  const Status bad = rpc::JsonToMessage(R"({"idd":7})", *message);
  EXPECT_EQ(bad.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(bad.message()), HasSubstr("idd"));
}

TEST(Schema, TheListingShowsMethodsAndFields) {
  const std::string text = Shop()->Listing();
  EXPECT_THAT(text, HasSubstr("  Watch(shop.v1.Ask) returns (stream shop.v1.Ask)\n"
                              "      id: int32\n      tags: repeated string\n"
                              "      since: google.protobuf.Timestamp\n"));
  EXPECT_THAT(text, HasSubstr("and grpc.health.v1.Health\n"));
}

TEST(Schema, DescriptorsThatDoNotFitAreRefused) {
  FileDescriptorProto file = ShopFile();
  file.mutable_service(0)->mutable_method(0)->set_input_type(".shop.v1.Gone");
  const auto schema = Schema::Make({"shop.v1.Price"}, {file});
  EXPECT_EQ(schema.status().code(), StatusCode::kInternal);
  EXPECT_THAT(std::string(schema.status().message()), HasSubstr("shop.v1.Gone"));
}

}  // namespace
}  // namespace bellrock::cli
