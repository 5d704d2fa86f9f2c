// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/openapi.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ascii.h"
#include "rpc/http/http_routes.h"
#include "rpc/http/openapi_schemas.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;
using Json = OpenApiSchemas::Json;

// Messages inside messages whose fields are listed as query parameters.
constexpr size_t kQueryDepthMax = 3;
// What a rule of any verb is listed under.
constexpr const char* kAnyVerb[] = {"get", "put", "post", "delete", "patch"};

Json JsonContent(Json schema) {
  return {{"application/json", {{"schema", std::move(schema)}}}};
}

// A wildcard of a template as a parameter.
struct PathParameter {
  std::string name;
  std::string field;  // of the request; "" if the template names none
  bool whole = true;  // the field is this segment and nothing else
  bool open = false;  // "**"
  std::string of;     // the variable's part of the template
};

std::vector<PathParameter> ParametersOf(const PathTemplate& path) {
  std::vector<PathParameter> found;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    if (path.segments[i].kind == PathSegment::Kind::kLiteral) continue;
    found.push_back({.name = fmt::format("segment_{}", i + 1),
                     .field = "",
                     .open = path.segments[i].kind == PathSegment::Kind::kMany,
                     .of = ""});
  }
  for (const PathVariable& variable : path.variables) {
    PathTemplate part;
    std::vector<size_t> own;  // places in `found`
    size_t place = 0;
    for (size_t i = 0; i < path.segments.size(); ++i) {
      const bool inside = i >= variable.first && i < variable.first + variable.count;
      const bool wild = path.segments[i].kind != PathSegment::Kind::kLiteral;
      if (inside) part.segments.push_back(path.segments[i]);
      if (inside && wild) own.push_back(place);
      if (wild) ++place;
    }
    for (size_t k = 0; k < own.size(); ++k) {
      PathParameter& parameter = found[own[k]];
      parameter.field = variable.field;
      parameter.name =
          own.size() == 1 ? variable.field : fmt::format("{}_{}", variable.field, k + 1);
      parameter.whole = variable.count == 1;
      parameter.of = part.Shape().substr(1);
    }
  }
  return found;
}

// Builds the document service by service.
class Writer {
 public:
  Status AddService(const pb::ServiceDescriptor& service) {
    tags_.push_back({{"name", service.full_name()}});
    for (int i = 0; i < service.method_count(); ++i) BELLROCK_TRY(AddMethod(*service.method(i)));
    return Status::Ok();
  }

  Json Take(std::string_view title);

 private:
  Status AddMethod(const pb::MethodDescriptor& method);
  void AddRule(const pb::MethodDescriptor& method, const HttpRule& rule, const std::string& id);
  Json Operation(const pb::MethodDescriptor& method, const std::string& id, Json reply);
  Json PathParameterOf(const pb::MethodDescriptor& method, const PathParameter& parameter);
  // The rule's path in OpenAPI's form; its variables go into `parameters`.
  std::string AddPath(const pb::MethodDescriptor& method, const PathTemplate& rule_path,
                      Json& parameters);
  // `outer` holds the messages around `type`, the request first.
  void AddQuery(const pb::Descriptor& type, const std::string& prefix, const HttpRule& rule,
                std::vector<const pb::Descriptor*>& outer, Json& parameters);

  OpenApiSchemas schemas_;
  Json tags_ = Json::array();
  Json paths_ = Json::object();
  // Parameter names by shape: OpenAPI takes templates that differ in names only for one.
  std::map<std::string, std::vector<std::string>> names_;
};

Status Writer::AddMethod(const pb::MethodDescriptor& method) {
  if (method.client_streaming()) return Status::Ok();
  BELLROCK_ASSIGN(const std::vector<HttpRule> rules, RulesOf(method));
  for (size_t i = 0; i < rules.size(); ++i) {
    AddRule(method, rules[i],
            i == 0 ? method.full_name() : fmt::format("{}.{}", method.full_name(), i + 1));
  }
  if (!rules.empty()) return Status::Ok();
  Json operation = Operation(method, method.full_name(), schemas_.OfMessage(*method.output_type()));
  operation["requestBody"] = {{"content", JsonContent(schemas_.OfMessage(*method.input_type()))}};
  paths_[fmt::format("/{}/{}", method.service()->full_name(), method.name())]["post"] =
      std::move(operation);
  return Status::Ok();
}

Json Writer::Operation(const pb::MethodDescriptor& method, const std::string& id, Json reply) {
  Json content;
  if (method.server_streaming()) {
    content["text/event-stream"] = {{"schema", {{"type", "string"}}}};
    content["application/x-ndjson"] = {{"schema", std::move(reply)}};
  } else {
    content = JsonContent(std::move(reply));
  }
  const char* what = method.server_streaming() ? "The items, one by one" : "The reply";
  return {{"operationId", id},
          {"summary", fmt::format("{}/{}", method.service()->name(), method.name())},
          {"tags", {method.service()->full_name()}},
          {"parameters", Json::array({{{"$ref", "#/components/parameters/TimeoutMs"}}})},
          {"responses",
           {{"200", {{"description", what}, {"content", std::move(content)}}},
            {"default", {{"$ref", "#/components/responses/Error"}}}}}};
}

Json Writer::PathParameterOf(const pb::MethodDescriptor& method, const PathParameter& parameter) {
  Json schema = {{"type", "string"}};
  std::string description;
  if (parameter.whole && !parameter.field.empty()) {
    const auto field = FieldPath::Find(*method.input_type(), parameter.field, "path");
    if (field.ok()) schema = schemas_.OfValue(field->field());
  }
  if (!parameter.whole) {
    description = fmt::format("Part of the field {}, which is {}.", parameter.field, parameter.of);
  }
  if (parameter.open)
    description += (description.empty() ? "" : " ") + std::string("May hold slashes.");
  Json json = {
      {"name", parameter.name}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}};
  if (!description.empty()) json["description"] = description;
  return json;
}

std::string Writer::AddPath(const pb::MethodDescriptor& method, const PathTemplate& rule_path,
                            Json& parameters) {
  std::vector<PathParameter> wildcards = ParametersOf(rule_path);
  std::vector<std::string>& names = names_[rule_path.Shape()];
  if (names.empty()) {
    for (const PathParameter& wildcard : wildcards) names.push_back(wildcard.name);
  }
  std::string path;
  size_t place = 0;
  for (const PathSegment& segment : rule_path.segments) {
    if (segment.kind == PathSegment::Kind::kLiteral) {
      path += "/" + segment.literal;
      continue;
    }
    wildcards[place].name = names[place];
    parameters.push_back(PathParameterOf(method, wildcards[place]));
    path += "/{" + names[place++] + "}";
  }
  return rule_path.verb.empty() ? path : path + ":" + rule_path.verb;
}

void Writer::AddRule(const pb::MethodDescriptor& method, const HttpRule& rule,
                     const std::string& id) {
  const pb::Descriptor& request = *method.input_type();
  const FieldPath* part = rule.response_field();
  Json operation = Operation(method, id,
                             part == nullptr ? schemas_.OfMessage(*method.output_type())
                                             : schemas_.OfField(part->field()));
  const std::string path = AddPath(method, rule.path(), operation["parameters"]);
  std::vector<const pb::Descriptor*> outer;
  AddQuery(request, "", rule, outer, operation["parameters"]);
  if (rule.body_field() != nullptr) {
    operation["requestBody"] = {
        {"content", JsonContent(schemas_.OfField(rule.body_field()->field()))}};
  } else if (rule.text().body == "*") {
    operation["requestBody"] = {{"content", JsonContent(schemas_.OfMessage(request))}};
  }
  if (rule.verb() != "*") {
    paths_[path][LowerCase(rule.verb())] = std::move(operation);
    return;
  }
  for (const char* verb : kAnyVerb) {
    operation["operationId"] = fmt::format("{}.{}", id, verb);
    paths_[path][verb] = operation;
  }
}

void Writer::AddQuery(const pb::Descriptor& type, const std::string& prefix, const HttpRule& rule,
                      std::vector<const pb::Descriptor*>& outer, Json& parameters) {
  outer.push_back(&type);
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::FieldDescriptor& field = *type.field(i);
    const auto path = FieldPath::Find(*outer.front(), prefix + field.name(), "query");
    if (!path.ok()) continue;
    if (path->CheckPlain().ok()) {
      if (rule.Binds(*path)) continue;
      parameters.push_back(
          {{"name", path->name()}, {"in", "query"}, {"schema", schemas_.OfField(field)}});
      continue;
    }
    const bool again = std::find(outer.begin(), outer.end(), field.message_type()) != outer.end();
    if (field.is_repeated() || again || outer.size() >= kQueryDepthMax) continue;
    AddQuery(*field.message_type(), path->name() + ".", rule, outer, parameters);
  }
  outer.pop_back();
}

Json ErrorSchema() {
  Json codes = Json::array();
  for (int code = 1; code < kStatusCodeCount; ++code) {
    codes.push_back(std::string(StatusCodeName(static_cast<StatusCode>(code))));
  }
  return {{"type", "object"},
          {"required", {"code", "message"}},
          {"properties",
           {{"code", {{"type", "string"}, {"enum", std::move(codes)}}},
            {"message", {{"type", "string"}}},
            {"error_type", {{"type", "string"}}},
            {"cause", {{"type", "string"}}}}}};
}

Json Writer::Take(std::string_view title) {
  Json schemas = schemas_.Take();
  schemas["Error"] = ErrorSchema();
  Json timeout = {{"name", "Bellrock-Timeout-Ms"},
                  {"in", "header"},
                  {"description", "How long the caller waits; the handler stops after it."},
                  {"schema", {{"type", "integer"}, {"minimum", 1}, {"maximum", UINT32_MAX}}}};
  Json error = {{"description", "What went wrong"},
                {"content", JsonContent({{"$ref", "#/components/schemas/Error"}})}};
  return {{"openapi", "3.0.3"},
          {"info", {{"title", title}, {"version", "1"}}},
          {"servers", Json::array({{{"url", "/"}}})},
          {"tags", std::move(tags_)},
          {"paths", std::move(paths_)},
          {"components",
           {{"parameters", {{"TimeoutMs", std::move(timeout)}}},
            {"responses", {{"Error", std::move(error)}}},
            {"schemas", std::move(schemas)}}}};
}

}  // namespace

Result<std::string> OpenApiDocument(std::string_view title,
                                    std::span<const pb::ServiceDescriptor* const> services) {
  Writer writer;
  for (const pb::ServiceDescriptor* service : services) BELLROCK_TRY(writer.AddService(*service));
  return writer.Take(title).dump();
}

}  // namespace bellrock::rpc
