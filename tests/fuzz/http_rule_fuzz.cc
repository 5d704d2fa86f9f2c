// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Path templates, request paths and what they bind: any annotation is read or refused, any request
// finds a rule or none, and what is bound can be written.
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "bellrock/rpc/sample/v1/library.pb.h"
#include "fuzz_input.h"
#include "rpc/http/http_routes.h"
#include "rpc/http/http_rule.h"
#include "rpc/http/json.h"
#include "rpc/http/url.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CreateBookRequest;
using sample::v1::ListBooksReply;

// Takes a line off the front.
std::string Line(std::string& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  std::string line = rest.substr(0, end);
  rest.erase(0, end + 1);
  return line;
}

void CheckTemplate(const PathTemplate& path) {
  BELLROCK_CHECK(!path.segments.empty() && path.segments.size() <= kPathSegmentsMax,
                 "a template has segments, not too many");
  for (size_t i = 0; i + 1 < path.segments.size(); ++i) {
    BELLROCK_CHECK(path.segments[i].kind != PathSegment::Kind::kMany, "** is last");
  }
  for (const PathVariable& variable : path.variables) {
    BELLROCK_CHECK(variable.count > 0 && variable.first + variable.count <= path.segments.size(),
                   "a variable lies inside its template");
  }
}

void AddFixed(HttpRoutes& routes) {
  const HttpRule::Text texts[] = {{"GET", "/v1/{parent=shelves/*}/books"},
                                  {"POST", "/v1/{parent=shelves/*}/books", "book"},
                                  {"PATCH", "/v1/{book.name=shelves/*/books/*}", "book"},
                                  {"POST", "/v1/{parent}:lend", "*"},
                                  {"*", "/v2/{parent=**}", "book", "books"}};
  for (const HttpRule::Text& text : texts) {
    auto rule = HttpRule::Make(text, "fixed", *CreateBookRequest::descriptor(),
                               *ListBooksReply::descriptor());
    BELLROCK_CHECK(rule.ok() && routes.Add(std::move(*rule)).ok(), "our own rules are good");
  }
}

void CheckRequest(const HttpRoutes& routes, std::string_view verb, const Target& target,
                  std::string_view body) {
  const Result<RouteMatch> match = routes.Find(verb, target.raw_path);
  BELLROCK_CHECK(match.ok(), "escapes of a target are good");
  if (match->rule == nullptr) return;
  BELLROCK_CHECK(match->captures.size() == match->rule->path().variables.size(),
                 "each variable has its value");
  BELLROCK_CHECK(!routes.VerbsOf(target.raw_path).empty(), "what is found is listed");
  CreateBookRequest request;
  const Status bound = match->rule->Bind(match->captures, target.query, body, request);
  if (!bound.ok()) {
    BELLROCK_CHECK(bound.code() == StatusCode::kInvalidArgument, "bad input is called so");
    return;
  }
  std::string bytes;
  BELLROCK_CHECK(request.SerializeToString(&bytes), "what is bound can be written");
  CreateBookRequest again;
  BELLROCK_CHECK(again.ParseFromString(bytes), "and read: its strings are UTF-8");
}

}  // namespace
}  // namespace bellrock::rpc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bellrock::rpc;
  bellrock::fuzz::Input input(data, size);
  const char* const verbs[] = {"GET", "POST", "PATCH", "HEAD", "*"};
  const char* const bodies[] = {"", "*", "book", "request_id"};
  const std::string verb = verbs[input.Byte() % std::size(verbs)];
  const std::string body_field = bodies[input.Byte() % std::size(bodies)];
  std::string rest = input.Rest();
  const std::string path_template = Line(rest);
  const auto target = ParseTarget(Line(rest));
  if (const auto path = ParsePathTemplate(path_template); path.ok()) CheckTemplate(*path);
  HttpRoutes routes;
  AddFixed(routes);
  auto rule = HttpRule::Make({verb, path_template, body_field}, "fuzzed",
                             *CreateBookRequest::descriptor(), *ListBooksReply::descriptor());
  if (rule.ok()) (void)routes.Add(std::move(*rule));
  if (target.ok()) CheckRequest(routes, verb, *target, rest);
  return 0;
}
