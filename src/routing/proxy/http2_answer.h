// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/session.h"

namespace bellrock::routing::proxy {

// Follows an instance's answer of HTTP/2 block by block, and says what it means for the instance.
// What counts as failure is the application's word: grpc-status where there is one, else the
// status. Pure.
class Http2Answer {
 public:
  enum class Block { kInterim, kHead, kTrailers };

  Block OnBlock(const rpc::http2::FieldBlock& block);
  // The final head has come.
  bool begun() const { return http_status_ != 0; }
  int http_status() const { return http_status_; }
  // The word comes with the end.
  bool grpc() const { return grpc_; }

  // Once the instance has ended its side.
  StatusCode Verdict() const;
  // It broke the stream off.
  StatusCode VerdictOfReset(rpc::http2::ErrorCode code) const;
  // The application's own, as it was sent; "" if it said none.
  std::string_view error_type() const { return error_type_; }

 private:
  int http_status_ = 0;  // 0: before the final head
  bool grpc_ = false;
  bool passes_on_ = false;  // what an instance behind the instance did
  std::optional<StatusCode> word_;
  std::string error_type_;
};

}  // namespace bellrock::routing::proxy
