// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_routes.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "google/api/annotations.pb.h"
#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

namespace pb = google::protobuf;

// The verbs by which the port tells HTTP, besides OPTIONS and CONNECT, which are no methods'.
constexpr std::array<std::string_view, 7> kVerbs = {"GET",    "HEAD",  "POST", "PUT",
                                                    "DELETE", "PATCH", "TRACE"};

Result<HttpRule::Text> TextOf(const google::api::HttpRule& rule) {
  using Proto = google::api::HttpRule;
  HttpRule::Text text{.body = rule.body(), .response_body = rule.response_body()};
  const auto set = [&text](std::string_view verb, const std::string& path) {
    text.verb = verb;
    text.path = path;
    return text;
  };
  switch (rule.pattern_case()) {
    case Proto::kGet:
      return set("GET", rule.get());
    case Proto::kPut:
      return set("PUT", rule.put());
    case Proto::kPost:
      return set("POST", rule.post());
    case Proto::kDelete:
      return set("DELETE", rule.delete_());
    case Proto::kPatch:
      return set("PATCH", rule.patch());
    case Proto::kCustom:
      break;
    case Proto::PATTERN_NOT_SET:
      return InvalidArgumentError("names no path; write get: \"/v1/...\" or another verb");
  }
  const std::string& kind = rule.custom().kind();
  if (kind != "*" && std::find(kVerbs.begin(), kVerbs.end(), kind) == kVerbs.end()) {
    return InvalidArgumentError(fmt::format(
        "custom.kind \"{}\" is no verb that is served; write \"*\" for any, or one of {}", kind,
        "HEAD, TRACE"));
  }
  return set(kind, rule.custom().path());
}

Status AppendRule(const google::api::HttpRule& proto, const pb::MethodDescriptor& method,
                  std::vector<HttpRule>& rules) {
  const std::string name = fmt::format("{}/{}", method.service()->full_name(), method.name());
  Result<HttpRule::Text> text = TextOf(proto);
  if (!text.ok()) {
    return InvalidArgumentError(
        fmt::format("{}: google.api.http {}", name, text.status().message()));
  }
  BELLROCK_ASSIGN(HttpRule rule, HttpRule::Make(std::move(*text), name, *method.input_type(),
                                                *method.output_type()));
  rules.push_back(std::move(rule));
  return Status::Ok();
}

}  // namespace

HttpRoutes::HttpRoutes() = default;
HttpRoutes::~HttpRoutes() = default;

Status HttpRoutes::Add(HttpRule rule) {
  Node* node = &root_;
  for (const PathSegment& segment : rule.path().segments) {
    if (segment.kind == PathSegment::Kind::kLiteral) {
      node = &node->literals[segment.literal];
      continue;
    }
    auto& next = segment.kind == PathSegment::Kind::kOne ? node->one : node->many;
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
  }
  for (const HttpRule* other : node->ends) {
    if (other->verb() != rule.verb() || other->path().verb != rule.path().verb) continue;
    return AlreadyExistsError(fmt::format(
        "{}: google.api.http {} \"{}\" matches the same requests as \"{}\" of {}; change one path",
        rule.method(), rule.verb(), rule.text().path, other->text().path, other->method()));
  }
  rules_.push_back(std::make_unique<const HttpRule>(std::move(rule)));
  node->ends.push_back(rules_.back().get());
  return Status::Ok();
}

Status HttpRoutes::AddService(const Service& service) {
  const pb::ServiceDescriptor* descriptor = DescriptorOf(service);
  if (descriptor == nullptr) return Status::Ok();
  for (int i = 0; i < descriptor->method_count(); ++i) {
    BELLROCK_ASSIGN(std::vector<HttpRule> rules, RulesOf(*descriptor->method(i)));
    for (HttpRule& rule : rules) BELLROCK_TRY(Add(std::move(rule)));
  }
  return Status::Ok();
}

Result<RouteMatch> HttpRoutes::Find(std::string_view verb, std::string_view raw_path) const {
  const std::string_view second = verb == "HEAD" ? "GET" : "*";
  for (const std::string_view wanted : {verb, second, std::string_view("*")}) {
    RouteMatch match;
    Segments matched;
    const auto take = [&](const HttpRule& rule, const Segments& segments) {
      if (rule.verb() != wanted) return false;
      match.rule = &rule;
      matched = segments;
      return true;
    };
    if (!WalkAll(raw_path, take)) continue;
    BELLROCK_ASSIGN(match.captures, CaptureVariables(match.rule->path(), matched));
    return match;
  }
  return RouteMatch{};
}

std::vector<std::string> HttpRoutes::VerbsOf(std::string_view raw_path) const {
  std::set<std::string> verbs;
  WalkAll(raw_path, [&verbs](const HttpRule& rule, const Segments&) {
    if (rule.verb() == "*") verbs.insert(kVerbs.begin(), kVerbs.end());
    if (rule.verb() == "GET") verbs.insert("HEAD");
    if (rule.verb() != "*") verbs.insert(rule.verb());
    return false;
  });
  return {verbs.begin(), verbs.end()};
}

std::vector<std::string> HttpRoutes::Names() const {
  std::vector<std::string> names;
  for (const auto& rule : rules_) names.push_back(rule->verb() + " " + rule->text().path);
  std::sort(names.begin(), names.end());
  return names;
}

bool HttpRoutes::WalkAll(std::string_view raw_path, const Visit& visit) const {
  Segments segments = SplitPath(raw_path);
  if (segments.empty() || rules_.empty()) return false;
  const std::string_view last = segments.back();
  const size_t colon = last.rfind(':');
  if (colon != std::string_view::npos && colon + 1 < last.size()) {
    segments.back() = last.substr(0, colon);
    if (Walk(root_, segments, 0, last.substr(colon + 1), visit)) return true;
    segments.back() = last;
  }
  return Walk(root_, segments, 0, "", visit);
}

// Visits each node of the tree once at most: a node's depth says which segment it is about.
bool HttpRoutes::Walk(const Node& node, const Segments& segments, size_t at, std::string_view verb,
                      const Visit& visit) {
  if (at == segments.size()) {
    if (VisitEnds(node, segments, verb, visit)) return true;
  } else {
    const Result<std::string> text = DecodePath(segments[at], false);
    const auto literal = text.ok() ? node.literals.find(*text) : node.literals.end();
    if (literal != node.literals.end() && Walk(literal->second, segments, at + 1, verb, visit)) {
      return true;
    }
    if (node.one != nullptr && !segments[at].empty() &&
        Walk(*node.one, segments, at + 1, verb, visit)) {
      return true;
    }
  }
  return node.many != nullptr && VisitEnds(*node.many, segments, verb, visit);
}

bool HttpRoutes::VisitEnds(const Node& node, const Segments& segments, std::string_view verb,
                           const Visit& visit) {
  return std::any_of(node.ends.begin(), node.ends.end(), [&](const HttpRule* rule) {
    return rule->path().verb == verb && visit(*rule, segments);
  });
}

const pb::ServiceDescriptor* DescriptorOf(const Service& service) {
  return pb::DescriptorPool::generated_pool()->FindServiceByName(std::string(service.full_name()));
}

Result<std::vector<HttpRule>> RulesOf(const pb::MethodDescriptor& method) {
  std::vector<HttpRule> rules;
  if (!method.options().HasExtension(google::api::http)) return rules;
  const google::api::HttpRule& first = method.options().GetExtension(google::api::http);
  BELLROCK_TRY(AppendRule(first, method, rules));
  for (const google::api::HttpRule& more : first.additional_bindings()) {
    if (more.additional_bindings_size() > 0) {
      return InvalidArgumentError(fmt::format(
          "{}/{}: google.api.http additional_bindings inside additional_bindings; write them side "
          "by side",
          method.service()->full_name(), method.name()));
    }
    BELLROCK_TRY(AppendRule(more, method, rules));
  }
  return rules;
}

}  // namespace bellrock::rpc
