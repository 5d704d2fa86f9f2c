// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/verdict.h"

#include <fmt/format.h>

namespace bellrock::routing::proxy {
namespace {

std::string_view Reason(int http_status) {
  switch (http_status) {
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

StatusCode VerdictOf(int http_status) {
  if (http_status < 500 || http_status == 501 || http_status == 505) return StatusCode::kOk;
  if (http_status == 503) return StatusCode::kResourceExhausted;
  return http_status == 504 ? StatusCode::kDeadlineExceeded : StatusCode::kInternal;
}

int HttpStatusOf(StatusCode code) {
  switch (code) {
    case StatusCode::kNotFound:
      return 404;
    case StatusCode::kInvalidArgument:
      return 400;
    case StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 503;
  }
}

std::string OwnText(std::string_view why) {
  return fmt::format("bellrock proxy: {}\n", why);
}

std::string OwnAnswer(int http_status, std::string_view why, bool close) {
  const std::string body = OwnText(why);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n{}{}\r\n"
      "{}",
      http_status, Reason(http_status), body.size(),
      http_status == 503 ? fmt::format("Retry-After: {}\r\n", kRetryAfter) : "",
      close ? "Connection: close\r\n" : "", body);
}

}  // namespace bellrock::routing::proxy
