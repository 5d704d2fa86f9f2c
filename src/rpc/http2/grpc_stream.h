// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "rpc/http2/grpc_client_call.h"
#include "rpc/http2/grpc_transport.h"

namespace bellrock::rpc::http2 {

// A streaming call over gRPC. A writer waits while more than kWriteAheadBytes lie before the
// callee's window; what has come unread is bounded by our own window, which grows as items are
// read. Belongs to its connection's loop.
class GrpcStream final : public TransportStream {
 public:
  static constexpr size_t kWriteAheadBytes = 64 << 10;

  GrpcStream(std::shared_ptr<GrpcTransport> transport, Time deadline, size_t message_bytes_max);
  ~GrpcStream() override;

  Status Begin(const OutgoingCall& call);
  Status Write(const Message& message) override;
  Status CloseWrites() override;
  Result<bool> Read(Message& message) override;
  const IncomingReply& end() const override { return end_; }

 private:
  const std::shared_ptr<GrpcTransport> transport_;
  const Time deadline_;
  IncomingReply end_;
  GrpcClientCall call_;
  bool writes_closed_ = false;
};

}  // namespace bellrock::rpc::http2
