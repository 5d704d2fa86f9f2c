// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/openapi_schemas.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;
using Json = OpenApiSchemas::Json;

Json Reference(const std::string& name) {
  return {{"$ref", "#/components/schemas/" + name}};
}

Json Text(const char* format, const char* description = "") {
  Json schema = {{"type", "string"}};
  if (*format != '\0') schema["format"] = format;
  if (*description != '\0') schema["description"] = description;
  return schema;
}

// Those that JSON does not write as an object of their fields.
std::optional<Json> WellKnown(const pb::Descriptor& type) {
  switch (type.well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Text("date-time");
    case pb::Descriptor::WELLKNOWNTYPE_DURATION:
      return Text("duration", "Seconds, such as 1.5s");
    case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return Text("field-mask", "Names of fields with commas between them");
    case pb::Descriptor::WELLKNOWNTYPE_STRUCT:
      return Json{{"type", "object"}, {"additionalProperties", Json::object()}};
    case pb::Descriptor::WELLKNOWNTYPE_VALUE:
      return Json{{"description", "Any JSON value"}};
    case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return Json{{"type", "array"}, {"items", Json::object()}};
    case pb::Descriptor::WELLKNOWNTYPE_ANY:
      return Json{{"type", "object"},
                  {"properties", {{"@type", Text("", "Which message follows")}}},
                  {"additionalProperties", Json::object()}};
    default:
      return std::nullopt;
  }
}

// "At most one of these", which JSON schema says as "no two of them".
Json NoTwoOf(const pb::OneofDescriptor& oneof) {
  Json pairs = Json::array();
  for (int i = 0; i < oneof.field_count(); ++i) {
    for (int k = 0; k < i; ++k) {
      pairs.push_back({{"required", {oneof.field(k)->name(), oneof.field(i)->name()}}});
    }
  }
  return {{"not", {{"anyOf", std::move(pairs)}}}};
}

}  // namespace

Json OpenApiSchemas::OfMessage(const pb::Descriptor& type) {
  if (std::optional<Json> schema = WellKnown(type)) return std::move(*schema);
  const bool wrapper = type.well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
  if (wrapper) {
    Json schema = OfValue(*type.FindFieldByNumber(1));
    schema["nullable"] = true;
    return schema;
  }
  if (messages_.emplace(type.full_name(), &type).second) waiting_.push_back(&type);
  return Reference(type.full_name());
}

Json OpenApiSchemas::OfEnum(const pb::EnumDescriptor& type) {
  if (type.full_name() == "google.protobuf.NullValue") return {{"nullable", true}};
  enums_.emplace(type.full_name(), &type);
  return Reference(type.full_name());
}

Json OpenApiSchemas::OfField(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    return {{"type", "object"},
            {"additionalProperties", OfValue(*field.message_type()->map_value())}};
  }
  if (field.is_repeated()) return {{"type", "array"}, {"items", OfValue(field)}};
  return OfValue(field);
}

Json OpenApiSchemas::OfValue(const pb::FieldDescriptor& field) {
  using Field = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Field::CPPTYPE_UINT32:
      return {{"type", "integer"}, {"format", "uint32"}, {"minimum", 0}};
    case Field::CPPTYPE_INT64:  // JavaScript's numbers would lose digits
      return Text("int64");
    case Field::CPPTYPE_UINT64:
      return Text("uint64");
    case Field::CPPTYPE_DOUBLE:
      return {{"type", "number"}, {"format", "double"}};
    case Field::CPPTYPE_FLOAT:
      return {{"type", "number"}, {"format", "float"}};
    case Field::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case Field::CPPTYPE_ENUM:
      return OfEnum(*field.enum_type());
    case Field::CPPTYPE_STRING:
      return Text(field.type() == Field::TYPE_BYTES ? "byte" : "");
    case Field::CPPTYPE_MESSAGE:
      return OfMessage(*field.message_type());
  }
  return Json::object();
}

Json OpenApiSchemas::Whole(const pb::Descriptor& type) {
  Json schema = {{"type", "object"}};
  Json properties = Json::object();
  for (int i = 0; i < type.field_count(); ++i) {
    properties[type.field(i)->name()] = OfField(*type.field(i));
  }
  if (!properties.empty()) schema["properties"] = std::move(properties);
  Json exclusive = Json::array();
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
    if (type.oneof_decl(i)->field_count() > 1) exclusive.push_back(NoTwoOf(*type.oneof_decl(i)));
  }
  if (!exclusive.empty()) schema["allOf"] = std::move(exclusive);
  return schema;
}

Json OpenApiSchemas::Take() {
  std::map<std::string, Json> schemas;
  while (!waiting_.empty()) {
    const pb::Descriptor& type = *waiting_.back();
    waiting_.pop_back();
    schemas[type.full_name()] = Whole(type);
  }
  for (const auto& [name, type] : enums_) {
    Json values = Json::array();
    for (int i = 0; i < type->value_count(); ++i) values.push_back(type->value(i)->name());
    schemas[name] = {{"type", "string"}, {"enum", std::move(values)}};
  }
  Json all = Json::object();
  for (auto& [name, schema] : schemas) all[name] = std::move(schema);
  return all;
}

}  // namespace bellrock::rpc
