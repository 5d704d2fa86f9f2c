// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/openapi.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "bellrock/rpc/sample/v1/library.pb.h"
#include "google/api/annotations.pb.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;
using nlohmann::json;

json Document() {
  const pb::ServiceDescriptor* services[] = {
      sample::v1::Book::descriptor()->file()->FindServiceByName("Library"),
      sample::v1::EchoRequest::descriptor()->file()->FindServiceByName("Echo")};
  const Result<std::string> text = OpenApiDocument("music/library", services);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  return json::parse(*text);
}

json Schema(const json& document, const std::string& message) {
  return document["components"]["schemas"]["bellrock.rpc.sample.v1." + message];
}

std::set<std::string> Names(const json& parameters) {
  std::set<std::string> names;
  for (const json& parameter : parameters) names.insert(parameter.value("name", ""));
  names.erase("");
  return names;
}

// Calls `visit` with each object inside.
void ForEachObject(const json& value, const std::function<void(const json&)>& visit) {
  if (value.is_object()) visit(value);
  if (!value.is_structured()) return;
  for (const json& inside : value) ForEachObject(inside, visit);
}

TEST(OpenApi, EveryReferenceResolves) {
  const json document = Document();
  size_t references = 0;
  ForEachObject(document, [&](const json& object) {
    if (!object.contains("$ref") || !object["$ref"].is_string()) return;
    const std::string target = object["$ref"];
    ASSERT_TRUE(target.starts_with("#/"));
    EXPECT_TRUE(document.contains(json::json_pointer(target.substr(1)))) << target;
    ++references;
  });
  EXPECT_GT(references, 20U);
}

TEST(OpenApi, OperationIdsAreUniqueAndPathParametersAreThere) {
  std::set<std::string> ids;
  const json document = Document();
  for (const auto& [path, verbs] : document["paths"].items()) {
    for (const auto& [verb, operation] : verbs.items()) {
      EXPECT_TRUE(ids.insert(operation["operationId"]).second) << operation["operationId"];
      for (const json& parameter : operation["parameters"]) {
        if (parameter.value("in", "") != "path") continue;
        const std::string name = parameter["name"];
        EXPECT_NE(path.find("{" + name + "}"), std::string::npos) << path << " " << name;
      }
    }
  }
  EXPECT_EQ(ids.size(), 11U + 2U);  // rules and the plain method, and the echo's
}

TEST(OpenApi, AnnotatedMethodsStandByTheirPaths) {
  const json paths = Document()["paths"];
  EXPECT_FALSE(paths.contains("/bellrock.rpc.sample.v1.Library/GetBook"));
  EXPECT_TRUE(paths["/bellrock.rpc.sample.v1.Library/Plain"].contains("post"));
  EXPECT_TRUE(paths["/bellrock.rpc.sample.v1.Echo/Say"].contains("post"));

  const json& list = paths["/v1/shelves/{parent}/books"]["get"];
  EXPECT_EQ(Names(list["parameters"]),
            (std::set<std::string>{"parent", "page_size", "authors", "genre", "filter.title",
                                   "filter.pages_min", "since", "mask", "lent"}));
  EXPECT_FALSE(list.contains("requestBody"));
  const json& create = paths["/v1/shelves/{parent}/books"]["post"];
  EXPECT_EQ(create["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/bellrock.rpc.sample.v1.Book");
  EXPECT_EQ(Names(create["parameters"]), (std::set<std::string>{"parent", "request_id"}));

  // Two wildcards in a field are two parameters, and one template for all verbs.
  const json& books = paths["/v1/shelves/{name_1}/books/{name_2}"];
  EXPECT_EQ(books.size(), 3U);
  EXPECT_TRUE(books.contains("get") && books.contains("patch") && books.contains("delete"));
  EXPECT_TRUE(paths.contains("/v1/shelves/{name_1}/books/{name_2}:lend"));
  EXPECT_EQ(paths["/v1/titles"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                 ["type"],
            "array");
}

TEST(OpenApi, StreamsAreEventsAndLines) {
  const json content = Document()["paths"]["/v1/shelves/{parent}/books:follow"]["get"]["responses"]
                                 ["200"]["content"];
  EXPECT_TRUE(content.contains("text/event-stream"));
  EXPECT_EQ(content["application/x-ndjson"]["schema"]["$ref"],
            "#/components/schemas/bellrock.rpc.sample.v1.Book");
}

TEST(OpenApi, SchemasFollowTheJsonMapping) {
  const json book = Schema(Document(), "Book");
  const json& fields = book["properties"];
  EXPECT_EQ(fields["pages"], json::parse(R"({"type":"string","format":"int64"})"));
  EXPECT_EQ(fields["serial"]["type"], "string");
  EXPECT_EQ(fields["rating"]["type"], "number");
  EXPECT_EQ(fields["lent"]["type"], "boolean");
  EXPECT_EQ(fields["floor"]["format"], "int32");
  EXPECT_EQ(fields["cover"]["format"], "byte");
  EXPECT_EQ(fields["authors"]["items"]["type"], "string");
  EXPECT_EQ(fields["copies"]["additionalProperties"]["format"], "int32");
  EXPECT_EQ(fields["printed"]["format"], "date-time");
  EXPECT_EQ(fields["loan"]["type"], "string");
  EXPECT_EQ(fields["extra"]["type"], "object");
  EXPECT_EQ(fields["price"], json::parse(R"({"type":"string","format":"int64","nullable":true})"));
  EXPECT_EQ(fields["sequel"]["$ref"], "#/components/schemas/bellrock.rpc.sample.v1.Book");
  EXPECT_EQ(book["allOf"][0]["not"]["anyOf"][0]["required"], json::parse(R"(["room","floor"])"));
  EXPECT_EQ(Schema(Document(), "Genre")["enum"],
            json::parse(R"(["GENRE_UNSPECIFIED","GENRE_JAZZ"])"));
}

TEST(OpenApi, WhatIsWrittenHasTheTypesThatAreTold) {
  sample::v1::Book book;
  book.set_floor(2);
  (*book.mutable_copies())["sz"] = 3;
  book.mutable_printed()->set_seconds(1);
  book.mutable_loan()->set_seconds(1);
  book.mutable_price()->set_value(7);
  book.mutable_sequel();
  const json written = json::parse(*MessageToJson(book));
  const json fields = Schema(Document(), "Book")["properties"];
  for (const auto& [name, value] : written.items()) {
    ASSERT_TRUE(fields.contains(name)) << name;
    if (fields[name].contains("$ref")) continue;
    const std::string type = fields[name]["type"];
    const bool number = type == "integer" || type == "number";
    EXPECT_TRUE(number ? value.is_number() : std::string_view(value.type_name()) == type)
        << name << " is " << value.type_name() << ", told " << type;
  }
}

TEST(OpenApi, TellsErrorsAndTheDeadline) {
  const json components = Document()["components"];
  EXPECT_EQ(components["parameters"]["TimeoutMs"]["name"], "Bellrock-Timeout-Ms");
  const json error = components["schemas"]["Error"];
  EXPECT_EQ(error["properties"]["code"]["enum"].size(), 16U);
  const json written = json::parse(StatusToJson(NotFoundError("x").WithCause(AbortedError("y"))));
  for (const auto& [name, value] : written.items()) {
    EXPECT_TRUE(error["properties"].contains(name)) << name;
  }
}

// A file made here, so that what the samples cannot hold together is seen, too.
TEST(OpenApi, TemplatesOfOneShapeAreOnePathAndAnyVerbIsFive) {
  pb::FileDescriptorProto file;
  file.set_name("openapi_test.proto");
  file.set_package("t");
  file.set_syntax("proto3");
  pb::DescriptorProto* message = file.add_message_type();
  message->set_name("M");
  for (const char* name : {"a", "b"}) {
    pb::FieldDescriptorProto* field = message->add_field();
    field->set_name(name);
    field->set_number(message->field_size());
    field->set_type(pb::FieldDescriptorProto::TYPE_STRING);
    field->set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  }
  pb::ServiceDescriptorProto* service = file.add_service();
  service->set_name("S");
  const auto add = [&](const char* name) {
    pb::MethodDescriptorProto* method = service->add_method();
    method->set_name(name);
    method->set_input_type(".t.M");
    method->set_output_type(".t.M");
    return method;
  };
  add("Get")->mutable_options()->MutableExtension(google::api::http)->set_get("/x/{a}");
  auto* any = add("Any")->mutable_options()->MutableExtension(google::api::http);
  any->mutable_custom()->set_kind("*");
  any->mutable_custom()->set_path("/y/*/{a=**}");
  add("Put")->mutable_options()->MutableExtension(google::api::http)->set_put("/x/{b}");
  add("Upload")->set_client_streaming(true);

  pb::DescriptorPool pool(pb::DescriptorPool::generated_pool());
  const pb::FileDescriptor* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  const pb::ServiceDescriptor* services[] = {built->service(0)};
  const Result<std::string> text = OpenApiDocument("t", services);
  ASSERT_TRUE(text.ok()) << text.status().ToString();
  const json paths = json::parse(*text)["paths"];
  EXPECT_EQ(paths.size(), 2U) << paths;
  EXPECT_EQ(paths["/x/{a}"].size(), 2U);
  EXPECT_EQ(paths["/y/{segment_2}/{a}"].size(), 5U);
}

}  // namespace
}  // namespace bellrock::rpc
