// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/status.h"

// Between HTTP and what routing counts. Pure.
namespace bellrock::routing::proxy {

// What an answer's status says of its instance. Only a server's failures count against it; that it
// does not know a method (501) or a version (505) says nothing of its health.
StatusCode VerdictOf(int http_status);

// How a client is told that no instance could be asked: 503, 504, 404 or 400.
int HttpStatusOf(StatusCode code);

// When a client that got 503 may come again, in seconds.
inline constexpr std::string_view kRetryAfter = "1";
// The text for people in an answer of the proxy's own.
std::string OwnText(std::string_view why);
// A whole answer of HTTP/1.1 of the proxy's own.
std::string OwnAnswer(int http_status, std::string_view why, bool close);

}  // namespace bellrock::routing::proxy
