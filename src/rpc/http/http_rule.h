// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "rpc/http/field_path.h"
#include "rpc/http/path_template.h"

namespace bellrock::rpc {

// One HTTP path of a method, as a google.api.http annotation gives it: what of a request goes into
// which field, and which field of the reply is the answer. Pure; immutable, so that all loops may
// use it.
class HttpRule {
 public:
  struct Text {
    std::string verb{};           // "GET"; "*" is any
    std::string path{};           // "/v1/{name=shelves/*}"
    std::string body{};           // "", "*" or a field of the request
    std::string response_body{};  // "" or a field of the reply
  };

  // `method` is "package.Service/Method". kInvalidArgument names method, field and remedy.
  static Result<HttpRule> Make(Text text, std::string method,
                               const google::protobuf::Descriptor& request,
                               const google::protobuf::Descriptor& reply);

  const std::string& method() const { return method_; }
  const std::string& verb() const { return text_.verb; }
  const Text& text() const { return text_; }
  const PathTemplate& path() const { return path_; }
  // nullptr without one; body "*" is none.
  const FieldPath* body_field() const { return body_ ? &*body_ : nullptr; }
  const FieldPath* response_field() const { return response_body_ ? &*response_body_ : nullptr; }
  // True if a field of the request comes from the path or the body.
  bool Binds(const FieldPath& field) const;

  // Fills the request. `captures` are the values of path().variables; a field that the path holds
  // is the path's, whatever the body says. kInvalidArgument names the field.
  Status Bind(const std::vector<std::string>& captures, std::string_view query,
              std::string_view body, Message& request) const;
  // The answer's body.
  Result<std::string> ReplyJson(const Message& reply) const;

 private:
  HttpRule() = default;

  Status FindFields(const google::protobuf::Descriptor& request,
                    const google::protobuf::Descriptor& reply);
  Status BindBody(std::string_view body, Message& request) const;
  Status BindQuery(std::string_view query, Message& request) const;

  Text text_;
  std::string method_;
  PathTemplate path_;
  std::vector<FieldPath> variables_;  // one for each of path_.variables
  std::optional<FieldPath> body_;
  std::optional<FieldPath> response_body_;
};

}  // namespace bellrock::rpc
