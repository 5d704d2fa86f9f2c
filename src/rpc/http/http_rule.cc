// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_rule.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "rpc/http/json.h"
#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// What a template may bind: one value that text can be.
Status CheckVariable(const FieldPath& field) {
  if (field.field().is_repeated()) {
    return InvalidArgumentError(fmt::format(
        "path field {}: is repeated and cannot come from a path; leave it to the query or the body",
        field.name()));
  }
  return field.CheckPlain();
}

}  // namespace

Result<HttpRule> HttpRule::Make(Text text, std::string method, const pb::Descriptor& request,
                                const pb::Descriptor& reply) {
  HttpRule rule;
  rule.text_ = std::move(text);
  rule.method_ = std::move(method);
  Status status = rule.FindFields(request, reply);
  if (status.ok()) return rule;
  return InvalidArgumentError(fmt::format("{}: google.api.http {} \"{}\": {}", rule.method_,
                                          rule.text_.verb, rule.text_.path, status.message()));
}

Status HttpRule::FindFields(const pb::Descriptor& request, const pb::Descriptor& reply) {
  BELLROCK_ASSIGN(path_, ParsePathTemplate(text_.path));
  for (const PathVariable& variable : path_.variables) {
    BELLROCK_ASSIGN(FieldPath field, FieldPath::Find(request, variable.field, "path"));
    BELLROCK_TRY(CheckVariable(field));
    variables_.push_back(std::move(field));
  }
  if (!text_.body.empty() && text_.body != "*") {
    BELLROCK_ASSIGN(body_, FieldPath::Find(request, text_.body, "body"));
  }
  if (!text_.response_body.empty()) {
    BELLROCK_ASSIGN(response_body_, FieldPath::Find(reply, text_.response_body, "response_body"));
  }
  for (const auto* top : {&body_, &response_body_}) {
    if (!top->has_value() || (*top)->name().find('.') == std::string::npos) continue;
    return InvalidArgumentError(fmt::format(
        "body field {}: lies inside another; name a field of the message itself", (*top)->name()));
  }
  return Status::Ok();
}

bool HttpRule::Binds(const FieldPath& field) const {
  if (text_.body == "*" || (body_ && body_->Overlaps(field))) return true;
  return std::any_of(variables_.begin(), variables_.end(),
                     [&](const FieldPath& variable) { return variable.Overlaps(field); });
}

Status HttpRule::Bind(const std::vector<std::string>& captures, std::string_view query,
                      std::string_view body, Message& request) const {
  BELLROCK_TRY(BindBody(body, request));
  BELLROCK_TRY(BindQuery(query, request));
  for (size_t i = 0; i < variables_.size(); ++i) {
    BELLROCK_TRY(variables_[i].Set(request, captures[i]));
  }
  return Status::Ok();
}

Status HttpRule::BindBody(std::string_view body, Message& request) const {
  if (text_.body == "*") return JsonToMessage(body, request);
  if (IsBlank(body)) return Status::Ok();
  if (body_) return JsonToField(body, body_->field(), request);
  return InvalidArgumentError(fmt::format(
      "request body: {} {} takes none; send the fields in the query", text_.verb, text_.path));
}

Status HttpRule::BindQuery(std::string_view query, Message& request) const {
  BELLROCK_ASSIGN(const auto fields, ParseQuery(query));
  for (const auto& [name, value] : fields) {
    BELLROCK_ASSIGN(const FieldPath field,
                    FieldPath::Find(*request.GetDescriptor(), name, "query"));
    if (Binds(field)) {
      return InvalidArgumentError(
          fmt::format("query field {}: comes from the path or the body of {} {}; leave it out of "
                      "the query",
                      field.name(), text_.verb, text_.path));
    }
    BELLROCK_TRY(field.Set(request, value));
  }
  return Status::Ok();
}

Result<std::string> HttpRule::ReplyJson(const Message& reply) const {
  return response_body_ ? FieldToJson(reply, response_body_->field()) : MessageToJson(reply);
}

}  // namespace bellrock::rpc
