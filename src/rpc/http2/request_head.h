// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "bellrock/trace.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::rpc::http2 {

// The header block of one request, taken apart field by field. Pure. Reused by a connection from
// request to request, so that a field costs no allocation.
class RequestHead {
 public:
  void Clear();
  void Add(std::string_view name, std::string_view value);

  // The first field that cannot be read, with its name and the remedy.
  const Status& bad() const { return bad_; }
  std::string_view method() const { return method_; }
  std::string_view path() const { return path_; }
  std::string_view content_type() const { return content_type_; }
  ContentKind content_kind() const { return content_kind_; }
  // "gzip"; "" and "identity" mean none.
  std::string_view encoding() const { return encoding_; }
  bool accepts_gzip() const { return accepts_gzip_; }
  std::string_view caller() const { return caller_; }
  std::string_view dye() const { return dye_; }
  std::string_view lane() const { return lane_; }
  Qos qos() const { return qos_; }
  int attempt() const { return attempt_; }
  const TraceContext& trace() const { return trace_; }
  // Until the caller stops waiting; kNoTimeout without a deadline.
  static constexpr Duration kNoTimeout = Duration::max();
  Duration timeout() const { return timeout_; }
  Metadata TakeMetadata() { return std::move(metadata_); }
  // All fields but the pseudo-header ones, as they came; of a gRPC call not all are kept.
  FieldBlock TakeFields() { return std::move(fields_); }

 private:
  // False if it is none of the protocol's own.
  bool AddOwn(std::string_view name, std::string_view value);
  bool AddGrpc(std::string_view name, std::string_view value);
  void Bad(std::string_view name, std::string_view value, std::string_view remedy);

  Status bad_;
  std::string method_;
  std::string path_;
  std::string content_type_;
  std::string encoding_;
  std::string caller_;
  std::string dye_;
  std::string lane_;
  bool accepts_gzip_ = false;
  Qos qos_ = Qos::kNormal;
  int attempt_ = 0;
  TraceContext trace_;
  Duration timeout_ = kNoTimeout;
  Metadata metadata_;
  ContentKind content_kind_ = ContentKind::kNotGrpc;
  FieldBlock fields_;
};

}  // namespace bellrock::rpc::http2
