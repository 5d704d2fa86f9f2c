// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::rpc {

// Parses the answer to one HTTP/1.1 request from bytes as they come, whatever says where its body
// ends: Content-Length, chunks, or the end of the connection. Pure. Boost.Beast stands behind
// http_reply_parser.cc so that its headers stay out of ours.
class HttpReplyParser {
 public:
  struct Limits {
    size_t header_bytes = 16 << 10;
    size_t body_bytes = 64 << 20;
    bool cut_body = false;  // a longer body is cut there, and no error
  };

  explicit HttpReplyParser(Limits limits);
  ~HttpReplyParser();

  // Takes as many of the bytes as it can; returns how many. The rest must be presented again with
  // more behind it. kResourceExhausted: over a limit; kUnavailable: not HTTP.
  Result<size_t> Feed(std::string_view bytes);
  // The connection has ended. kUnavailable if the answer is cut off.
  Status FeedEnd();
  bool done() const;

  // Valid once done().
  int http_status() const;
  std::string_view Header(std::string_view name) const;
  std::string TakeBody();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::rpc
