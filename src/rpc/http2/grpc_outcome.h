// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "rpc/client/client_transport.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/session.h"

namespace bellrock::rpc::http2 {

// How a gRPC call ended, read from the header blocks of its stream: the callee's status, or what
// stands in its place when something between (a proxy, another kind of server) has answered. Pure.
class GrpcOutcome {
 public:
  // Of a page that came instead of a reply, as much is quoted in the error.
  static constexpr size_t kPageBytesMax = 200;

  // A block has come. Metadata is appended to `reply`.
  void OnBlock(const FieldBlock& block, const HeadersEnd& end, IncomingReply& reply);
  // Whether the body is made of gRPC messages; else it goes to AddPage().
  bool is_grpc() const { return is_grpc_; }
  // False once there is more than will be quoted.
  bool AddPage(std::string_view bytes);
  // Messages with the flag are gzip. An error for a packing that we did not offer.
  Result<bool> gzip() const;

  // The peer has ended the stream, with `reset` if it broke it off. Says in `reply` whether the
  // callee has spoken, and who it was.
  Status Resolve(std::optional<ErrorCode> reset, IncomingReply& reply) const;

 private:
  void OnField(FieldBlock::Field field, IncomingReply& reply);
  bool OnGrpcField(FieldBlock::Field field, IncomingReply& reply);
  Status NoGrpc(IncomingReply& reply) const;
  Status Broken(ErrorCode reset, IncomingReply& reply) const;

  int http_status_ = 0;
  bool is_grpc_ = false;
  bool too_large_ = false;
  std::string content_type_;  // if it is not gRPC's
  std::string page_;
  std::string encoding_;  // "" = none
  std::optional<StatusCode> code_;
  std::string message_;
  std::string error_type_;
  std::optional<Origin> origin_;
};

}  // namespace bellrock::rpc::http2
