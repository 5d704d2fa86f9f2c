// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/json.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/common.h>
#include <google/protobuf/util/json_util.h>

#include <memory>
#include <vector>

#include "rpc/error_catalog.h"
#include "rpc/http/field_path.h"
#include "rpc/http/url.h"

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

// Bytes of text that is no UTF-8 are written as the characters of those numbers: JSON has no other.
void AppendEscaped(std::string_view text, std::string& out) {
  const bool utf8 =
      pb::internal::IsStructurallyValidUTF8(text.data(), static_cast<int>(text.size()));
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || (!utf8 && (c & 0x80) != 0)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
}

// The value of a member of an object that MessageToJson wrote; "null" if it has none.
std::string_view MemberOf(std::string_view json, std::string_view name) {
  const std::string key = fmt::format("\"{}\":", name);
  int depth = 0;
  bool quoted = false;
  size_t found = std::string_view::npos;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"' || i >= json.size();
      continue;
    }
    const bool ends = depth == 1 && (c == ',' || c == '}');
    if (ends && found != std::string_view::npos) return json.substr(found, i - found);
    // Outside of strings, at depth 1 and behind '{' or ',' stands a key.
    const bool key_follows = (depth == 0 && c == '{') || (depth == 1 && c == ',');
    if (key_follows && json.substr(i + 1).starts_with(key)) found = i + 1 + key.size();
    quoted = c == '"';
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
  }
  return "null";
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
  return InternalError(Numbered(ErrorNumber::kUnwritableJson,
                                fmt::format("{} cannot be written as JSON: {}",
                                            message.GetTypeName(), status.message().ToString())));
}

Status JsonToField(std::string_view json, const pb::FieldDescriptor& field, Message& message) {
  // In a message of its own, so that text such as `1,"other":2` can set nothing but the field.
  const std::unique_ptr<pb::Message> fresh(message.New());
  const std::string object = fmt::format("{{\"{}\":{}}}", field.name(), json);
  const auto status = pb::util::JsonStringToMessage(object, fresh.get());
  std::vector<const pb::FieldDescriptor*> set;
  fresh->GetReflection()->ListFields(*fresh, &set);
  const bool other = set.size() > 1 || (set.size() == 1 && set[0] != &field);
  if (!status.ok() || other) {
    const pb::Descriptor* type = field.message_type();
    return InvalidArgumentError(
        fmt::format("request body: {}; send the JSON value of field {}{}",
                    other ? "more than one value" : status.message().ToString(), field.name(),
                    type == nullptr || field.is_map() ? "" : ", which has: " + FieldNames(*type)));
  }
  message.GetReflection()->SwapFields(&message, fresh.get(), {&field});
  return Status::Ok();
}

Result<std::string> FieldToJson(const Message& message, const pb::FieldDescriptor& field) {
  if (field.message_type() != nullptr && !field.is_repeated()) {
    return MessageToJson(message.GetReflection()->GetMessage(message, &field));
  }
  BELLROCK_ASSIGN(const std::string whole, MessageToJson(message));
  return std::string(MemberOf(whole, field.name()));
}

Status QueryToMessage(std::string_view query, Message& message) {
  BELLROCK_ASSIGN(const auto fields, ParseQuery(query));
  for (const auto& [name, value] : fields) {
    BELLROCK_ASSIGN(const FieldPath path, FieldPath::Find(*message.GetDescriptor(), name, "query"));
    BELLROCK_TRY(path.Set(message, value));
  }
  return Status::Ok();
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  AppendEscaped(text, json);
  return json + "\"";
}

std::string StatusToJson(const Status& status) {
  std::string json = fmt::format("{{\"code\":\"{}\",\"message\":\"", StatusCodeName(status.code()));
  AppendEscaped(status.message(), json);
  // Letters and digits: nothing to escape.
  if (!status.error_type().empty()) {
    json.append("\",\"error_type\":\"").append(status.error_type());
  }
  if (status.cause() != nullptr) {
    json += "\",\"cause\":\"";
    AppendEscaped(status.cause()->ToString(), json);
  }
  return json + "\"}";
}

}  // namespace bellrock::rpc
