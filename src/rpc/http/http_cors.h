// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What pages of other origins may do (the CORS protocol of the Fetch standard). Pure.
namespace bellrock::rpc {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// Headers of an answer to a request of this origin; none unless `allowed` holds it or "*".
HttpHeaders CorsHeaders(const std::vector<std::string>& allowed, std::string_view origin);

// Headers of the answer to a preflight, besides those: which verbs and request headers may be used.
HttpHeaders PreflightHeaders(const std::vector<std::string>& allowed, std::string_view origin,
                             std::string_view verbs);

}  // namespace bellrock::rpc
