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

const HttpPage* FindPage(const ServerState& state, std::string_view path) {
  const HttpPage* best = nullptr;
  for (const HttpPage& page : state.http_pages) {
    if (!path.starts_with(page.prefix)) continue;
    if (best == nullptr || page.prefix.size() > best->prefix.size()) best = &page;
  }
  return best;
}

bool Takes(const HttpPage& page, std::string_view verb) {
  return Reads(verb) || (verb == "POST" && page.options.takes_post);
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
  const HttpPage* page = FindPage(state, target.path);
  if (page != nullptr && Takes(*page, verb)) {
    found.page = page;
    return found;
  }
  const std::vector<std::string> annotated = state.routes.VerbsOf(target.raw_path);
  std::set<std::string> verbs(annotated.begin(), annotated.end());
  if (exact != nullptr) verbs.insert({"GET", "HEAD", "POST"});
  // Who posts beside all services has misspelt one, and is helped by their list more.
  if (page != nullptr && (verb != "POST" || !verbs.empty())) verbs.insert({"GET", "HEAD"});
  if (page != nullptr && page->options.takes_post) verbs.insert("POST");
  if (!verbs.empty()) verbs.insert("OPTIONS");
  found.verbs.assign(verbs.begin(), verbs.end());
  return found;
}

Status NothingAt(const ServerState& state, std::string_view path) {
  std::vector<std::string> exist;
  for (const std::string& name : state.methods.Names()) exist.push_back("/" + name);
  for (const std::string& name : state.routes.Names()) exist.push_back(name);
  for (const HttpPage& page : state.http_pages) exist.push_back(page.prefix);
  return NotFoundError(
      Numbered(ErrorNumber::kNothingAtPath,
               fmt::format("nothing is served at {}; there is: {}", path, fmt::join(exist, ", "))));
}

}  // namespace bellrock::rpc
