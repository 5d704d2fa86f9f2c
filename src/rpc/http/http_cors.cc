// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_cors.h"

#include <algorithm>

namespace bellrock::rpc {
namespace {

// Browsers ask again after this long; they keep it for two hours at most.
constexpr const char* kPreflightSeconds = "600";
constexpr const char* kRequestHeaders =
    "Content-Type, Content-Encoding, Bellrock-Timeout-Ms, Bellrock-Caller";

bool Holds(const std::vector<std::string>& allowed, std::string_view origin) {
  return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

}  // namespace

HttpHeaders CorsHeaders(const std::vector<std::string>& allowed, std::string_view origin) {
  if (allowed.empty()) return {};
  // "*" needs no Vary: the answer is the same for all.
  if (Holds(allowed, "*")) return {{"Access-Control-Allow-Origin", "*"}};
  HttpHeaders headers = {{"Vary", "Origin"}};
  if (Holds(allowed, origin)) {
    headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  }
  return headers;
}

HttpHeaders PreflightHeaders(const std::vector<std::string>& allowed, std::string_view origin,
                             std::string_view verbs) {
  if (!Holds(allowed, "*") && !Holds(allowed, origin)) return {};
  return {{"Access-Control-Allow-Methods", std::string(verbs)},
          {"Access-Control-Allow-Headers", kRequestHeaders},
          {"Access-Control-Max-Age", kPreflightSeconds}};
}

}  // namespace bellrock::rpc
