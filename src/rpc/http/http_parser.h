// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "rpc/http/incoming_request.h"

namespace bellrock::rpc {

// Parses one HTTP/1.x request from bytes as they come: header block, then a body with
// Content-Length or in chunks. Pure. Boost.Beast stands behind http_parser.cc so that its headers
// stay out of ours.
class HttpParser final : public IncomingRequest {
 public:
  struct Limits {
    size_t header_bytes = 16 << 10;
    size_t body_bytes = 64 << 20;
  };

  explicit HttpParser(Limits limits);
  ~HttpParser() override;

  // Takes as many of the bytes as it can; returns how many. The rest must be presented again with
  // more behind it. After an error the connection is lost; http_status() says how to answer.
  Result<size_t> Feed(std::string_view bytes);
  bool header_done() const;
  bool done() const;
  // 400, 413 or 431, after Feed() failed.
  int http_status() const;

  // Valid once header_done(); views live as long as the parser.
  std::string_view method() const override;
  std::string_view target() const override;
  std::string_view Header(std::string_view name) const override;
  int minor_version() const;  // 0 or 1
  bool keep_alive() const;
  bool expects_continue() const;
  // Valid once done().
  const std::string& body() const override;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::rpc
