// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "rpc/http2/session.h"

namespace bellrock::routing::proxy {

// A whole answer of the proxy's own to a request of HTTP/2, in the client's language: a gRPC call
// gets a status, all else a text for people. Pure.
class Http2Refusal {
 public:
  Http2Refusal(bool grpc, int http_status, StatusCode code, std::string_view why);

  // They point into this.
  void AppendFields(std::vector<rpc::http2::HeaderField>& fields) const;
  // Empty where the head is all.
  const std::string& body() const { return body_; }

 private:
  const bool grpc_;
  const std::string status_;
  std::string text_;
  std::string_view code_;
  std::string body_;
  std::string length_;
};

}  // namespace bellrock::routing::proxy
