// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

bool Reads(std::string_view verb) {
  return verb == "GET" || verb == "HEAD";
}

// "package.Service/Method"
const Method* FindByName(const MethodTable& methods, std::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  return methods.Find(name.substr(0, slash), name.substr(slash + 1));
}

const HttpHandler* FindPage(const ServerState& state, std::string_view path) {
  const std::pair<std::string, HttpHandler>* best = nullptr;
  for (const auto& entry : state.http_handlers) {
    if (!path.starts_with(entry.first)) continue;
    if (best == nullptr || entry.first.size() > best->first.size()) best = &entry;
  }
  return best == nullptr ? nullptr : &best->second;
}

}  // namespace

Result<HttpTarget> ResolveHttp(const ServerState& state, std::string_view verb,
                               const Target& target) {
  HttpTarget found;
  const Method* exact = FindByName(state.methods, std::string_view(target.path).substr(1));
  if (exact != nullptr && (Reads(verb) || verb == "POST")) {
    found.method = exact;
    return found;
  }
  BELLROCK_ASSIGN(found.route, state.routes.Find(verb, target.raw_path));
  if (found.route.rule != nullptr) {
    found.method = FindByName(state.methods, found.route.rule->method());
    return found;
  }
  const HttpHandler* page = FindPage(state, target.path);
  if (page != nullptr && Reads(verb)) {
    found.page = page;
    return found;
  }
  const std::vector<std::string> annotated = state.routes.VerbsOf(target.raw_path);
  std::set<std::string> verbs(annotated.begin(), annotated.end());
  if (exact != nullptr) verbs.insert({"GET", "HEAD", "POST"});
  // Who posts beside all services has misspelt one, and is helped by their list more.
  if (page != nullptr && (verb != "POST" || !verbs.empty())) verbs.insert({"GET", "HEAD"});
  if (!verbs.empty()) verbs.insert("OPTIONS");
  found.verbs.assign(verbs.begin(), verbs.end());
  return found;
}

Status NothingAt(const ServerState& state, std::string_view path) {
  std::vector<std::string> exist;
  for (const std::string& name : state.methods.Names()) exist.push_back("/" + name);
  for (const std::string& name : state.routes.Names()) exist.push_back(name);
  for (const auto& entry : state.http_handlers) exist.push_back(entry.first);
  return NotFoundError(
      Numbered(ErrorNumber::kNothingAtPath,
               fmt::format("nothing is served at {}; there is: {}", path, fmt::join(exist, ", "))));
}

}  // namespace bellrock::rpc
