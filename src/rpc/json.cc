// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/json.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <charconv>
#include <optional>

#include "rpc/url.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;

std::string FieldNames(const pb::Descriptor& type) {
  std::string names;
  for (int i = 0; i < type.field_count(); ++i) {
    names += (i == 0 ? "" : ", ");
    names += type.field(i)->name();
  }
  return names.empty() ? "none" : names;
}

void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
}

template <typename T>
std::optional<T> ParseNumber(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || text.empty()) return std::nullopt;
  return value;
}

std::optional<bool> ParseBool(const std::string& text) {
  if (text == "true" || text == "1" || text.empty()) return true;  // "?verbose" alone means yes
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

Status BadValue(const pb::FieldDescriptor& field, std::string_view value, std::string_view want) {
  return InvalidArgumentError(
      fmt::format("query field {}: \"{}\" is no {}", field.name(), value, want));
}

// One overload set of the reflection calls, so that scalars and repeated fields share one switch.
struct FieldSetter {
  pb::Message& message;
  const pb::FieldDescriptor& field;

#define BELLROCK_SETTER(Name, Type)                                      \
  void Name(Type value) {                                                \
    const pb::Reflection& reflection = *message.GetReflection();         \
    field.is_repeated() ? reflection.Add##Name(&message, &field, value)  \
                        : reflection.Set##Name(&message, &field, value); \
  }
  BELLROCK_SETTER(Int32, int32_t)
  BELLROCK_SETTER(Int64, int64_t)
  BELLROCK_SETTER(UInt32, uint32_t)
  BELLROCK_SETTER(UInt64, uint64_t)
  BELLROCK_SETTER(Double, double)
  BELLROCK_SETTER(Float, float)
  BELLROCK_SETTER(Bool, bool)
  BELLROCK_SETTER(EnumValue, int)
  BELLROCK_SETTER(String, const std::string&)
#undef BELLROCK_SETTER
};

template <typename T, typename Set>
Status SetNumber(const pb::FieldDescriptor& field, const std::string& value, std::string_view want,
                 Set set) {
  const std::optional<T> number = ParseNumber<T>(value);
  if (!number) return BadValue(field, value, want);
  set(*number);
  return Status::Ok();
}

Status SetEnum(FieldSetter setter, const std::string& value) {
  const pb::EnumValueDescriptor* named = setter.field.enum_type()->FindValueByName(value);
  const std::optional<int> number = named ? named->number() : ParseNumber<int>(value);
  if (!number) {
    return BadValue(setter.field, value,
                    fmt::format("value of {}", setter.field.enum_type()->full_name()));
  }
  setter.EnumValue(*number);
  return Status::Ok();
}

Status SetField(FieldSetter setter, const std::string& value) {
  using Field = pb::FieldDescriptor;
  const Field& field = setter.field;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return SetNumber<int32_t>(field, value, "32-bit integer", [&](auto v) { setter.Int32(v); });
    case Field::CPPTYPE_INT64:
      return SetNumber<int64_t>(field, value, "64-bit integer", [&](auto v) { setter.Int64(v); });
    case Field::CPPTYPE_UINT32:
      return SetNumber<uint32_t>(field, value, "32-bit integer from 0",
                                 [&](auto v) { setter.UInt32(v); });
    case Field::CPPTYPE_UINT64:
      return SetNumber<uint64_t>(field, value, "64-bit integer from 0",
                                 [&](auto v) { setter.UInt64(v); });
    case Field::CPPTYPE_DOUBLE:
      return SetNumber<double>(field, value, "number", [&](auto v) { setter.Double(v); });
    case Field::CPPTYPE_FLOAT:
      return SetNumber<float>(field, value, "number", [&](auto v) { setter.Float(v); });
    case Field::CPPTYPE_BOOL: {
      const std::optional<bool> flag = ParseBool(value);
      if (!flag) return BadValue(field, value, "bool; write true or false");
      setter.Bool(*flag);
      return Status::Ok();
    }
    case Field::CPPTYPE_ENUM:
      return SetEnum(setter, value);
    case Field::CPPTYPE_STRING:
      setter.String(value);
      return Status::Ok();
    case Field::CPPTYPE_MESSAGE:
      break;
  }
  return InvalidArgumentError(fmt::format(
      "query field {}: is a message; name a field inside it as {}.NAME, or use POST with JSON",
      field.name(), field.name()));
}

Status SetByPath(pb::Message& root, std::string_view path, const std::string& value) {
  pb::Message* message = &root;
  for (;;) {
    const size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    const pb::FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) {
      return InvalidArgumentError(
          fmt::format("query field {}: {} has no such field; its fields are: {}", name,
                      message->GetTypeName(), FieldNames(*message->GetDescriptor())));
    }
    if (dot == std::string_view::npos) return SetField({*message, *field}, value);
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) {
      return InvalidArgumentError(fmt::format(
          "query field {}: has no fields inside it; use POST with JSON for maps and lists", name));
    }
    message = message->GetReflection()->MutableMessage(message, field);
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

Status JsonToMessage(std::string_view json, Message& message) {
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    message.Clear();
    return Status::Ok();
  }
  const auto status = pb::util::JsonStringToMessage({json.data(), json.size()}, &message);
  if (status.ok()) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "request body: {}; send a JSON object of {} with the fields: {}", status.message().ToString(),
      message.GetTypeName(), FieldNames(*message.GetDescriptor())));
}

Result<std::string> MessageToJson(const Message& message) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = pb::util::MessageToJsonString(message, &json, options);
  if (status.ok()) return json;
  return InternalError(fmt::format("{} cannot be written as JSON: {}", message.GetTypeName(),
                                   status.message().ToString()));
}

Status QueryToMessage(std::string_view query, Message& message) {
  BELLROCK_ASSIGN(const auto fields, ParseQuery(query));
  for (const auto& [name, value] : fields) BELLROCK_TRY(SetByPath(message, name, value));
  return Status::Ok();
}

std::string StatusToJson(const Status& status) {
  std::string json = fmt::format("{{\"code\":\"{}\",\"message\":\"", StatusCodeName(status.code()));
  AppendEscaped(status.message(), json);
  if (status.cause() != nullptr) {
    json += "\",\"cause\":\"";
    AppendEscaped(status.cause()->ToString(), json);
  }
  return json + "\"}";
}

}  // namespace bellrock::rpc
