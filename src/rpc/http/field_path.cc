// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/field_path.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/common.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;

// Messages inside messages; deeper ones would be destroyed deeper than a fiber's stack.
constexpr size_t kStepsMax = 32;

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

// A field that is to be set, and how errors call it: "query field filter.title".
struct Place {
  const pb::FieldDescriptor& field;
  std::string label;

  Status BadValue(std::string_view value, std::string_view want) const {
    return InvalidArgumentError(fmt::format("{}: \"{}\" is no {}", label, value, want));
  }
};

// One overload set of the reflection calls, so that scalars and repeated fields share one switch.
struct FieldSetter {
  pb::Message& message;
  const Place& place;

#define BELLROCK_SETTER(Name, Type)                                      \
  void Name(Type value) {                                                \
    const pb::FieldDescriptor& field = place.field;                      \
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
Status SetNumber(const Place& place, const std::string& value, std::string_view want, Set set) {
  const std::optional<T> number = ParseNumber<T>(value);
  if (!number) return place.BadValue(value, want);
  set(*number);
  return Status::Ok();
}

Status SetEnum(FieldSetter setter, const std::string& value) {
  const pb::EnumDescriptor& type = *setter.place.field.enum_type();
  const pb::EnumValueDescriptor* named = type.FindValueByName(value);
  const std::optional<int> number = named ? named->number() : ParseNumber<int>(value);
  if (!number) {
    return setter.place.BadValue(value, fmt::format("value of {}", type.full_name()));
  }
  setter.EnumValue(*number);
  return Status::Ok();
}

Status SetField(FieldSetter setter, const std::string& value);

Status SetString(FieldSetter setter, const std::string& value) {
  const bool text = setter.place.field.type() == pb::FieldDescriptor::TYPE_STRING;
  if (text &&
      !pb::internal::IsStructurallyValidUTF8(value.data(), static_cast<int>(value.size()))) {
    return InvalidArgumentError(
        fmt::format("{}: is no UTF-8; escape the UTF-8 bytes of the text", setter.place.label));
  }
  setter.String(value);
  return Status::Ok();
}

// google.protobuf.Int64Value and its kin: a scalar in a message, so that it can be absent.
bool IsWrapper(const pb::Descriptor& type) {
  switch (type.well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case pb::Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case pb::Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case pb::Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case pb::Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case pb::Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case pb::Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case pb::Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case pb::Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return true;
    default:
      return false;
  }
}

// Well-known types that JSON writes as one string or number.
bool IsTextual(const pb::Descriptor& type) {
  switch (type.well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case pb::Descriptor::WELLKNOWNTYPE_DURATION:
    case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return true;
    default:
      return IsWrapper(type);
  }
}

Status SetTextual(FieldSetter setter, const std::string& value) {
  const pb::FieldDescriptor& field = setter.place.field;
  const pb::Reflection& reflection = *setter.message.GetReflection();
  pb::Message* inside = field.is_repeated() ? reflection.AddMessage(&setter.message, &field)
                                            : reflection.MutableMessage(&setter.message, &field);
  if (IsWrapper(*field.message_type())) {
    const Place place{*field.message_type()->FindFieldByNumber(1), setter.place.label};
    return SetField({*inside, place}, value);
  }
  if (JsonToMessage(JsonString(value), *inside).ok()) return Status::Ok();
  return setter.place.BadValue(value, fmt::format("{}; write it as protobuf's JSON does",
                                                  field.message_type()->full_name()));
}

Status SetField(FieldSetter setter, const std::string& value) {
  using Field = pb::FieldDescriptor;
  const Place& place = setter.place;
  switch (place.field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return SetNumber<int32_t>(place, value, "32-bit integer", [&](auto v) { setter.Int32(v); });
    case Field::CPPTYPE_INT64:
      return SetNumber<int64_t>(place, value, "64-bit integer", [&](auto v) { setter.Int64(v); });
    case Field::CPPTYPE_UINT32:
      return SetNumber<uint32_t>(place, value, "32-bit integer from 0",
                                 [&](auto v) { setter.UInt32(v); });
    case Field::CPPTYPE_UINT64:
      return SetNumber<uint64_t>(place, value, "64-bit integer from 0",
                                 [&](auto v) { setter.UInt64(v); });
    case Field::CPPTYPE_DOUBLE:
      return SetNumber<double>(place, value, "number", [&](auto v) { setter.Double(v); });
    case Field::CPPTYPE_FLOAT:
      return SetNumber<float>(place, value, "number", [&](auto v) { setter.Float(v); });
    case Field::CPPTYPE_BOOL: {
      const std::optional<bool> flag = ParseBool(value);
      if (!flag) return place.BadValue(value, "bool; write true or false");
      setter.Bool(*flag);
      return Status::Ok();
    }
    case Field::CPPTYPE_ENUM:
      return SetEnum(setter, value);
    case Field::CPPTYPE_STRING:
      return SetString(setter, value);
    case Field::CPPTYPE_MESSAGE:
      return SetTextual(setter, value);
  }
  return place.BadValue(value, "value of a known type");
}

std::string FieldNames(const pb::Descriptor& type) {
  std::string names;
  for (int i = 0; i < type.field_count(); ++i) {
    names += (i == 0 ? "" : ", ");
    names += type.field(i)->name();
  }
  return names.empty() ? "none" : names;
}

const pb::FieldDescriptor* FindField(const pb::Descriptor& type, const std::string& name) {
  const pb::FieldDescriptor* field = type.FindFieldByName(name);
  if (field != nullptr) return field;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

}  // namespace

Result<FieldPath> FieldPath::Find(const pb::Descriptor& type, std::string_view text,
                                  std::string_view where) {
  FieldPath path;
  path.where_ = where;
  const pb::Descriptor* inside = &type;
  for (;;) {
    const size_t dot = text.find('.');
    const std::string name(text.substr(0, dot));
    const pb::FieldDescriptor* field = FindField(*inside, name);
    if (field == nullptr) {
      return InvalidArgumentError(
          fmt::format("{} field {}: {} has no such field; its fields are: {}", where, name,
                      inside->full_name(), FieldNames(*inside)));
    }
    path.steps_.push_back(field);
    path.name_ += (path.name_.empty() ? "" : ".") + field->name();
    if (dot == std::string_view::npos) return path;
    inside = field->message_type();
    if (inside == nullptr || field->is_repeated()) {
      return InvalidArgumentError(
          fmt::format("{} field {}: has no fields inside it; use POST with JSON for maps and lists",
                      where, name));
    }
    if (path.steps_.size() >= kStepsMax) {
      return InvalidArgumentError(
          fmt::format("{} field {}: lies more than {} messages deep; use "
                      "POST with JSON",
                      where, path.name_, kStepsMax));
    }
    text.remove_prefix(dot + 1);
  }
}

Status FieldPath::CheckPlain() const {
  if (field().message_type() == nullptr || IsTextual(*field().message_type())) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "{} field {}: is a message; name a field inside it as {}.NAME, or use POST with JSON", where_,
      name_, name_));
}

bool FieldPath::Overlaps(const FieldPath& other) const {
  const size_t shared = std::min(steps_.size(), other.steps_.size());
  return std::equal(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(shared),
                    other.steps_.begin());
}

Status FieldPath::Set(Message& root, const std::string& value) const {
  BELLROCK_TRY(CheckPlain());
  Message* message = &root;
  for (size_t i = 0; i + 1 < steps_.size(); ++i) {
    message = message->GetReflection()->MutableMessage(message, steps_[i]);
  }
  const Place place{field(), fmt::format("{} field {}", where_, name_)};
  return SetField({*message, place}, value);
}

}  // namespace bellrock::rpc
