// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/http_post.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "fiber/fiber.h"

namespace bellrock::metrics::alarm_sender {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

Status Refuse(std::string_view url, std::string_view why) {
  return InvalidArgumentError(fmt::format("URL '{}': {}", url.substr(0, 64), why));
}

rpc::FetchRequest RequestOf(const HttpUrl& url, const alarm::HttpMessage& message) {
  rpc::FetchRequest request{"POST", url.target, {}, message.body};
  request.headers = {{"User-Agent", "bellrock"},
                     {"Accept", "*/*"},
                     {"Content-Type", "application/json; charset=utf-8"},
                     {"Idempotency-Key", message.key}};
  if (!message.bearer_token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + message.bearer_token);
  }
  return request;
}

}  // namespace

Result<HttpUrl> ParseHttpUrl(std::string_view text) {
  HttpUrl url;
  std::string_view rest = text;
  url.https = rest.starts_with("https://");
  if (!url.https && !rest.starts_with("http://")) {
    return Refuse(text, "begin it with http:// or https://");
  }
  const bool bad =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (bad) return Refuse(text, "it has a space or a control character; write them as %XX");
  rest.remove_prefix(url.https ? 8 : 7);
  const size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  std::string_view target = rest.substr(slash);
  target = target.substr(0, target.find('#'));
  if (authority.find('@') != std::string_view::npos) {
    return Refuse("", "give the token in bearer_token, not in the URL");
  }
  url.authority = authority;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  url.port = url.https ? kHttpsPort : kHttpPort;
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port == 0) {
      return Refuse(text, "its port must be from 1 to 65535");
    }
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  if (authority.empty()) return Refuse(text, "it has no host");
  url.host = authority;
  return url;
}

Result<rpc::FetchReply> Post(Dialer& dialer, const alarm::HttpMessage& message, Time deadline) {
  const fiber::ScopedDeadline bound(deadline);
  BELLROCK_ASSIGN(const HttpUrl url, ParseHttpUrl(message.url));
  BELLROCK_ASSIGN(std::unique_ptr<fiber::Stream> stream, dialer.Connect(url.host, url.port));
  if (url.https) {
    BELLROCK_ASSIGN(stream, dialer.StartTls(std::move(stream), url.host, deadline));
  }
  // What the receiver says beyond the bound is of no use to us; whether it took the message is.
  return rpc::FetchHttpOver(
      *stream, url.authority, RequestOf(url, message),
      {.header_bytes = kReplyHeaderBytesMax, .body_bytes = kReplyBodyBytesMax, .cut_body = true});
}

}  // namespace bellrock::metrics::alarm_sender
