// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/http_post.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <memory>
#include <span>

#include "fiber/fiber.h"

namespace bellrock::metrics::alarm_sender {
namespace {

namespace http = boost::beast::http;

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;
constexpr size_t kReadBytes = 4096;

Status Refuse(std::string_view url, std::string_view why) {
  return InvalidArgumentError(fmt::format("URL '{}': {}", url.substr(0, 64), why));
}

std::string RequestOf(const HttpUrl& url, const alarm::HttpMessage& message) {
  const std::string authorization =
      message.bearer_token.empty()
          ? std::string()
          : fmt::format("Authorization: Bearer {}\r\n", message.bearer_token);
  return fmt::format(
      "POST {} HTTP/1.1\r\n"
      "Host: {}\r\n"
      "User-Agent: bellrock\r\n"
      "Accept: */*\r\n"
      "Content-Type: application/json; charset=utf-8\r\n"
      "Content-Length: {}\r\n"
      "Idempotency-Key: {}\r\n"
      "{}"
      "Connection: close\r\n"
      "\r\n"
      "{}",
      url.target, url.authority, message.body.size(), message.key, authorization, message.body);
}

// Parses what comes until it is whole.
class ReplyReader {
 public:
  ReplyReader() {
    parser_.header_limit(kReplyHeaderBytesMax);
    parser_.body_limit(kReplyBodyBytesMax);
    parser_.eager(true);
  }

  Result<HttpReply> ReadFrom(fiber::Stream& stream) {
    while (!parser_.is_done() && !cut_) {
      std::array<std::byte, kReadBytes> buffer;
      BELLROCK_ASSIGN(const size_t size, stream.Read(buffer));
      if (size == 0) {
        BELLROCK_TRY(End());
        break;
      }
      pending_.append(reinterpret_cast<const char*>(buffer.data()), size);
      BELLROCK_TRY(Parse());
    }
    return HttpReply{static_cast<int>(parser_.get().result_int()), parser_.get().body()};
  }

 private:
  Status Parse() {
    boost::system::error_code error;
    while (!pending_.empty() && !parser_.is_done()) {
      const size_t used =
          parser_.put(boost::asio::const_buffer(pending_.data(), pending_.size()), error);
      pending_.erase(0, used);
      if (error == http::error::need_more) return Status::Ok();
      // What it says beyond the bound is of no use to us; whether it took the message is.
      if (error == http::error::body_limit) {
        cut_ = true;
        return Status::Ok();
      }
      if (error) return Bad(error);
      if (used == 0) return Status::Ok();
    }
    return Status::Ok();
  }
  Status End() {
    boost::system::error_code error;
    parser_.put_eof(error);
    return error ? Bad(error) : Status::Ok();
  }
  Status Bad(const boost::system::error_code& error) {
    return UnavailableError("the receiver's reply is no whole HTTP reply: " + error.message());
  }

  http::response_parser<http::string_body> parser_;
  std::string pending_;
  bool cut_ = false;
};

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

Result<HttpReply> Post(Dialer& dialer, const alarm::HttpMessage& message, Time deadline) {
  const fiber::ScopedDeadline bound(deadline);
  BELLROCK_ASSIGN(const HttpUrl url, ParseHttpUrl(message.url));
  BELLROCK_ASSIGN(std::unique_ptr<fiber::Stream> stream, dialer.Connect(url.host, url.port));
  if (url.https) {
    BELLROCK_ASSIGN(stream, dialer.StartTls(std::move(stream), url.host, deadline));
  }
  const std::string request = RequestOf(url, message);
  BELLROCK_TRY(stream->WriteAll(std::as_bytes(std::span(request))));
  return ReplyReader().ReadFrom(*stream);
}

}  // namespace bellrock::metrics::alarm_sender
