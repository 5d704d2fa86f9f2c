// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

namespace bellrock::rpc {
namespace {

constexpr size_t kReadBytes = 64 << 10;

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// Text with a line break in it would be further headers.
Result<std::string> HeadOf(std::string_view host, const FetchRequest& request) {
  if (request.target.empty() || request.target[0] != '/' || HasControl(request.target) ||
      request.target.find(' ') != std::string::npos) {
    return InvalidArgumentError(
        fmt::format("target: '{}'; begin with '/' and escape the rest", request.target));
  }
  std::string head =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
                  request.method, request.target, host, request.body.size());
  for (const auto& [name, value] : request.headers) {
    if (HasControl(name) || HasControl(value)) {
      return InvalidArgumentError(
          fmt::format("header {}: holds a control character; leave it out", name));
    }
    head += fmt::format("{}: {}\r\n", name, value);
  }
  return head + "\r\n";
}

Status ReadReply(fiber::Stream& stream, HttpReplyParser& parser) {
  std::string pending;
  while (!parser.done()) {
    const size_t kept = pending.size();
    pending.resize(kept + kReadBytes);
    BELLROCK_ASSIGN(const size_t read,
                    stream.Read(std::as_writable_bytes(std::span(pending).subspan(kept))));
    if (read == 0) return parser.FeedEnd();
    pending.resize(kept + read);
    BELLROCK_ASSIGN(const size_t taken, parser.Feed(pending));
    pending.erase(0, taken);
  }
  return Status::Ok();
}

}  // namespace

Result<FetchReply> FetchHttp(fiber::Network& network, const Address& address,
                             const FetchRequest& request, HttpReplyParser::Limits limits) {
  const std::string host = address.ToString();
  BELLROCK_TRY(HeadOf(host, request).status());  // before anybody is troubled
  BELLROCK_ASSIGN(const std::unique_ptr<fiber::Stream> stream, network.Connect(address));
  return FetchHttpOver(*stream, host, request, limits);
}

Result<FetchReply> FetchHttpOver(fiber::Stream& stream, std::string_view host,
                                 const FetchRequest& request, HttpReplyParser::Limits limits) {
  BELLROCK_ASSIGN(const std::string head, HeadOf(host, request));
  Status sent = stream.WriteAll(std::as_bytes(std::span(head)));
  if (sent.ok()) sent = stream.WriteAll(std::as_bytes(std::span(request.body)));
  // A server that refuses a request need not read all of it; what it says is worth more.
  HttpReplyParser parser(limits);
  const Status read = ReadReply(stream, parser);
  if (!read.ok()) return sent.ok() ? read : sent;
  return FetchReply{parser.http_status(), parser.TakeBody()};
}

std::string EscapeQueryValue(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      escaped.push_back(c);
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

}  // namespace bellrock::rpc
