// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace bellrock::rpc {

// JSON schemas of messages in protobuf's JSON mapping, as OpenAPI 3.0 writes them. Collects what is
// asked for and all that it refers to.
class OpenApiSchemas {
 public:
  using Json = nlohmann::ordered_json;

  // A reference, or the schema itself for well-known types.
  Json OfMessage(const google::protobuf::Descriptor& type);
  // A field as it stands in its message.
  Json OfField(const google::protobuf::FieldDescriptor& field);
  // One value of a field: an element if it is repeated.
  Json OfValue(const google::protobuf::FieldDescriptor& field);

  // All schemas by name. Ends the collection.
  Json Take();

 private:
  Json OfEnum(const google::protobuf::EnumDescriptor& type);
  Json Whole(const google::protobuf::Descriptor& type);

  // A message waits here until Take(), so that deep nesting is no deep recursion.
  std::map<std::string, const google::protobuf::Descriptor*> messages_;
  std::vector<const google::protobuf::Descriptor*> waiting_;
  std::map<std::string, const google::protobuf::EnumDescriptor*> enums_;
};

}  // namespace bellrock::rpc
