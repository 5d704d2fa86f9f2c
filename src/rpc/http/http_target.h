// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "rpc/http/http_routes.h"
#include "rpc/http/url.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {

// What of a server the verb and path of a request lead to: a service call, a page, or neither.
struct HttpTarget {
  const Method* method = nullptr;
  RouteMatch route;  // the annotation that led to `method`; no rule for /package.Service/Method
  const HttpPage* page = nullptr;
  // If it is neither: the verbs that the path takes, sorted. Empty: nothing is there.
  std::vector<std::string> verbs;
};

// First /package.Service/Method, then annotated paths, then the page of the longest prefix. Pure.
Result<HttpTarget> ResolveHttp(const ServerState& state, std::string_view verb,
                               const Target& target);

// kNotFound with a list of what exists.
Status NothingAt(const ServerState& state, std::string_view path);

}  // namespace bellrock::rpc
