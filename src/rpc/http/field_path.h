// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace bellrock::rpc {

// A field of a message named by a dotted path, as queries and path templates name it:
// "page_size", "filter.title". Immutable; lives as long as the message type.
class FieldPath {
 public:
  // `where` ("query", "path") begins the error texts. Takes proto names and lowerCamelCase ones.
  // kInvalidArgument if there is no such field.
  static Result<FieldPath> Find(const google::protobuf::Descriptor& type, std::string_view text,
                                std::string_view where);

  // With proto names.
  const std::string& name() const { return name_; }
  const google::protobuf::FieldDescriptor& field() const { return *steps_.back(); }
  // OK if text can be its value: no map, and of the messages only those that JSON writes as one
  // string or number.
  Status CheckPlain() const;
  // True if one of the two is the other or lies inside it.
  bool Overlaps(const FieldPath& other) const;

  // Scalars in their JSON form without quotes, enums by name or number; a repeated field gets one
  // value more. kInvalidArgument names field, value and what it should be.
  Status Set(Message& root, const std::string& value) const;

 private:
  std::vector<const google::protobuf::FieldDescriptor*> steps_;
  std::string name_;
  std::string where_;
};

}  // namespace bellrock::rpc
