// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::cli {

// Services and messages of a callee whose .proto files are not compiled in: descriptors in a pool
// of their own, and messages made from them. Immutable; messages and descriptors live no longer
// than it.
class Schema {
 public:
  using Method = google::protobuf::MethodDescriptor;
  using Descriptor = google::protobuf::Descriptor;
  using ServiceDescriptor = google::protobuf::ServiceDescriptor;

  // `services` are full names; `files` hold them and what they import, in any order. An import that
  // is missing is taken from this program if it has it. kInternal if they do not fit together.
  static Result<std::unique_ptr<Schema>> Make(
      const std::vector<std::string>& services,
      const std::vector<google::protobuf::FileDescriptorProto>& files);

  // "pkg.Service/Method", or "Method" if one service only has it; what every server serves beside
  // its own (health, reflection) counts only if no other has it. kNotFound and kInvalidArgument
  // list what there is.
  Result<const Method*> Find(std::string_view text) const;

  // For people: services, methods with their kind, and the fields of the requests.
  std::string Listing() const;

  std::unique_ptr<google::protobuf::Message> NewMessage(const Descriptor& type) const;

 private:
  Schema();

  Result<const Method*> FindInService(std::string_view service, std::string_view method) const;
  std::vector<const Method*> MethodsNamed(std::string_view name, bool builtin) const;

  google::protobuf::SimpleDescriptorDatabase files_;
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> messages_;
  std::vector<const ServiceDescriptor*> services_;
};

}  // namespace bellrock::cli
