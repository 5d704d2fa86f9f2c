// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "rpc/http/http_rule.h"

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace bellrock::rpc {

// The rule of a request, and the values of its path's variables.
struct RouteMatch {
  const HttpRule* rule = nullptr;
  std::vector<std::string> captures;
};

// The HTTP paths of all annotated methods of a server: a tree by path segment. Where several
// templates match, literal text goes before "*" and "*" before "**", segment by segment from the
// left; one with a verb (":lend") goes before all without. Filled before the server listens, read
// by all loops after that.
class HttpRoutes {
 public:
  HttpRoutes();
  ~HttpRoutes();

  // kAlreadyExists, naming both methods, if another rule has the same verb and shape.
  Status Add(HttpRule rule);
  // Rules of all annotated methods of a service. One without a generated descriptor has none.
  Status AddService(const Service& service);

  // `raw_path` as it was sent. HEAD finds the rule of GET if it has none of its own. A match
  // without a rule if there is none.
  Result<RouteMatch> Find(std::string_view verb, std::string_view raw_path) const;
  // The verbs that Find() would take for this path, sorted; empty if none.
  std::vector<std::string> VerbsOf(std::string_view raw_path) const;
  // "GET /v1/books" of all, sorted.
  std::vector<std::string> Names() const;

 private:
  struct Node {
    std::map<std::string, Node, std::less<>> literals;
    std::unique_ptr<Node> one;
    std::unique_ptr<Node> many;  // has only ends
    std::vector<const HttpRule*> ends;
  };
  using Segments = std::vector<std::string_view>;
  // True stops the walk.
  using Visit = std::function<bool(const HttpRule&, const Segments&)>;

  bool WalkAll(std::string_view raw_path, const Visit& visit) const;
  static bool Walk(const Node& node, const Segments& segments, size_t at, std::string_view verb,
                   const Visit& visit);
  static bool VisitEnds(const Node& node, const Segments& segments, std::string_view verb,
                        const Visit& visit);

  Node root_;
  std::vector<std::unique_ptr<const HttpRule>> rules_;
};

// The generated descriptor of a service, nullptr if it has none.
const google::protobuf::ServiceDescriptor* DescriptorOf(const Service& service);

// The rules of a method as its annotation gives them; empty without one.
// kInvalidArgument names method, field and remedy.
Result<std::vector<HttpRule>> RulesOf(const google::protobuf::MethodDescriptor& method);

}  // namespace bellrock::rpc
